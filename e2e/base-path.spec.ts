import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { BUILD_UNDER_A_PATH, isBuildStale } from '@/scripts/setup/build-stamp.mjs';
import { REPOSITORY } from '@/scripts/setup/repository.mjs';
import { fillTask, send as sendTask } from './support/enqueue';
import { entryLinks, groupPath, streamPath } from './support/entries';
import { expectAlive, test } from './support/fixtures';
import { send } from './support/http-client';
import { CLIENT_SECRET, IdentityProvider } from './support/identity-provider';
import { type Person, tokenLine, userLine } from './support/people';
import { startPrefixProxy } from './support/prefix-proxy';
import { addEvent, EVENTS, QUEUE, readGroup } from './support/streams';
import { expectConnection, tailRows } from './support/tail';
import { WebSocketClient } from './support/websocket-client';

const { basePath: PREFIX, dir: BUILD_DIR } = BUILD_UNDER_A_PATH;
const OPERATOR: Person = { name: 'otto', role: 'operator', password: 'otto runs it all' };
const TOKEN = 'shield_a_token_of_the_test_that_nobody_else_has';

test.beforeAll(() => {
  const isStale = isBuildStale(REPOSITORY, BUILD_UNDER_A_PATH);
  const make = `BASE_PATH=${PREFIX} BUILD_DIR=${BUILD_DIR} npm run build`;
  expect(isStale, `the build under ${PREFIX} is stale: run \`${make}\``).toBe(false);
});

async function signIn(page: Page) {
  await page.getByLabel('Name').fill(OPERATOR.name);
  await page.getByLabel('Password').fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('behind a proxy that has one path for it, every page, feed and file stays below that path, and so does the way to the identity provider and back', async ({
  page,
  startStand,
  watch,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'shield-base-path-'));
  const users = join(dir, 'users');
  writeFileSync(users, `${userLine(OPERATOR)}\n${tokenLine('bot', 'viewer', TOKEN)}`);
  // It is told where people find it, which is at the proxy.
  let target = '';
  const proxy = await startPrefixProxy(() => target, PREFIX);
  const stripping = await startPrefixProxy(() => target, PREFIX, { strips: true });
  const site = proxy.origin + PREFIX;
  const provider = await IdentityProvider.start();
  provider.onSecret = (token) => watch.secrets.add(token);
  provider.accounts.set('olga', { claims: { groups: ['ops'], preferred_username: 'olga' } });
  provider.serve({ url: site });
  const { redis, dashboard } = await startStand({
    env: {
      ...provider.env,
      ...{ BASE_PATH: PREFIX, BUILD_DIR, USERS_FILE: users, PUBLIC_URL: proxy.origin },
    },
    secrets: [CLIENT_SECRET, OPERATOR.password, TOKEN, 'scrypt.'],
  });
  target = dashboard.url;
  const outside: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    const isOurs = url.startsWith(`${site}/`) || url === site || url.startsWith(`${site}?`);
    if (!isOurs && !url.startsWith(`${provider.issuer}/`)) outside.push(url);
  });
  const places = page.getByRole('navigation', { name: 'Places' });
  const event = (n: number) =>
    addEvent(redis, { type: 'ingestion.progress', jobId: 'j-1', data: { n } });
  const first = await event(1);

  // Signing in leads back to where one wanted to go, and a task gets on the queue.
  await page.goto(`${site}/tasks?from=a%26b`);
  await expect(page).toHaveURL(`${site}/sign-in?next=%2Ftasks%3Ffrom%3Da%2526b`);
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  await page.getByLabel('Account').fill('olga');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page).toHaveURL(`${site}/tasks?from=a%26b`);
  await expectAlive(page);
  await fillTask(page);
  await sendTask(page);
  await page
    .getByRole('main')
    .getByRole('link', { name: /^\d+-\d+$/ })
    .click();
  await expect(page).toHaveURL(new RegExp(`^${site}${streamPath(QUEUE)}\\?entry=\\d+-\\d+$`));
  await expect(page.getByRole('dialog')).toContainText('The first chunk.');

  // A link is an address one can open: one by one, by a new load and by the keys of the browser.
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(site + streamPath(QUEUE));
  await page.reload();
  await expectAlive(page);
  const task = entryLinks(page).first();
  const href = await task.evaluate((link) => (link as HTMLAnchorElement).href);
  await task.click();
  await expect(page).toHaveURL(href);
  await page.goBack();
  await expect(page).toHaveURL(site + streamPath(QUEUE));

  // The live feed, its filter in the address, and the file of what it matches.
  await places.getByRole('link', { name: 'Live' }).click();
  await expectConnection(page, 'live');
  const second = await event(2);
  await expect(tailRows(page).last()).toHaveAttribute('href', `${PREFIX}/events?entry=${second}`);
  await page.getByRole('searchbox', { name: 'Filter', exact: true }).fill('type:ingestion.*');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${site}/events?filter=${encodeURIComponent('type:ingestion.*')}`);
  await expectConnection(page, 'live');
  await page.getByRole('button', { name: 'Download what matches' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'NDJSON, exact' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await waiting).createReadStream()) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual([first, second]);

  // Every other page, and what changes its address: a range, a pending entry, a search.
  await places.getByRole('link', { name: 'Jobs' }).click();
  await expect(page).toHaveURL(`${site}/jobs`);
  await page.getByRole('link', { name: 'j-1' }).click();
  await expect(page).toHaveURL(`${site}/jobs/j-1`);
  await expect(page.getByRole('list', { name: /^Events of the job/ })).toBeVisible();
  await readGroup(redis, QUEUE, 'lightrag-workers', { ack: false });
  await page.goto(site + groupPath(QUEUE, 'lightrag-workers'));
  await expectAlive(page);
  await page
    .getByRole('table')
    .getByRole('link', { name: /^\d+-\d+$/ })
    .click();
  await expect(page).toHaveURL(
    new RegExp(`^${site}${groupPath(QUEUE, 'lightrag-workers')}\\?entry=\\d+-\\d+$`),
  );
  await page.goto(`${site}${streamPath(EVENTS)}?range=1h`);
  await expectAlive(page);
  const ranges = page.getByRole('group', { name: 'Time shown' });
  await ranges.getByText('6 h', { exact: true }).click();
  await expect(page).toHaveURL(`${site}${streamPath(EVENTS)}?range=6h`);
  await page.getByRole('searchbox', { name: /^Search back/ }).fill('j-1');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toContainText('2 found');
  await places.getByRole('link', { name: 'Audit' }).click();
  await expect(page).toHaveURL(`${site}/audit`);
  await expectAlive(page);
  const act = page.getByRole('table').getByRole('link', { name: 'Enqueue' }).first();
  await expect(act).toHaveAttribute('href', new RegExp(`^${PREFIX}/audit\\?entry=`));
  await act.click();
  await expect(page).toHaveURL(new RegExp(`^${site}/audit\\?entry=`));
  await page.keyboard.press('Escape');
  const record = page.waitForEvent('download');
  await page.getByRole('link', { name: 'NDJSON' }).click();
  expect((await record).url()).toBe(`${site}/api/audit/download?format=ndjson`);
  await places.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');

  // What is not below the path is not there, but for whoever asks whether the process lives.
  const bot = { authorization: `Bearer ${TOKEN}` };
  const root = await send(dashboard.url, '/', { headers: bot });
  expect([root.status, root.json()]).toMatchObject([
    404,
    { code: 'not_found', detail: `The dashboard is served under ${PREFIX}/.` },
  ]);
  expect((await send(dashboard.url, '/metrics', { headers: bot })).status).toBe(404);
  expect((await send(dashboard.url, `${PREFIX}/metrics`, { headers: bot })).status).toBe(200);
  expect((await send(dashboard.url, '/health')).status).toBe(200);
  await expect(
    WebSocketClient.open(new URL(dashboard.url).origin, '/events/ws', bot),
  ).rejects.toThrow('404');
  const socket = await WebSocketClient.open(proxy.origin, `${PREFIX}/events/ws?last_id=0`, bot);
  await socket.until(() => socket.ids.includes(second), 'both events');
  expect(socket.ids).toEqual([first, second]);
  socket.socket.terminate();

  // Out again, at the provider too, to the sign-in page: one has to sign in anew.
  await page.getByRole('button', { name: 'Account: olga, operator' }).click();
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/session/end`));
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expect(page).toHaveURL(`${site}/sign-in`);
  await page.goto(`${site}/jobs`);
  await expect(page).toHaveURL(`${site}/sign-in?next=%2Fjobs`);

  // By a password, and through a proxy that takes the path off.
  expect(outside).toEqual([]);
  expect(proxy.refused).toEqual([]);
  page.removeAllListeners('request');
  await page.goto(`${stripping.origin}${PREFIX}/jobs`);
  await signIn(page);
  await expect(page).toHaveURL(`${stripping.origin}${PREFIX}/jobs`);
  await expectAlive(page);
  await expect(page.getByRole('link', { name: 'j-1' })).toBeVisible();
  expect(stripping.refused).toEqual([]);

  await page.close();
  await Promise.all([proxy.stop(), stripping.stop(), provider.stop()]);
  rmSync(dir, { recursive: true });
});
