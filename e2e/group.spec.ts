import { expect, type Page } from '@playwright/test';
import type { RedisServer } from '@/scripts/setup/redis-server.mjs';
import { groupPath, streamPath } from './support/entries';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { everyTenSeconds, pastPoint, writePast } from './support/history';
import { addEvent, addMany, readGroup } from './support/streams';
import { groupRow } from './support/table';

const GROUP = 'workers';

/** Entries of a stream of its own, all given to `worker-1` and kept. */
async function keep(redis: RedisServer, stream: string, count: number): Promise<string[]> {
  const ids = await addMany(redis, stream, count);
  await redis.command('XGROUP', 'CREATE', stream, GROUP, '0');
  await readGroup(redis, stream, GROUP, { consumer: 'worker-1', count, ack: false });
  return ids;
}

const pendingLinks = (page: Page) =>
  page
    .getByRole('region', { name: 'Pending entries' })
    .getByRole('table')
    .getByRole('link', { name: /^\d+-\d+$/ });
const pager = (page: Page) => page.getByRole('navigation', { name: 'Pages of pending entries' });
const diagnosis = (page: Page) => page.getByRole('region', { name: 'Diagnosis' });
const figure = (page: Page, name: string) =>
  page
    .locator('main dl')
    .first()
    .locator('div')
    .filter({ hasText: new RegExp(`^${name}`) });

test.describe('what is pending', () => {
  test('is paged by id without any script: what is acknowledged meanwhile skips and repeats none', async ({
    redis,
    scriptless: page,
    uniqueName: stream,
  }) => {
    const ids = await keep(redis, stream, 120);
    // A sample serves for a second: one may have been taken before the group was there.
    await expect(async () => {
      await page.goto(groupPath(stream, GROUP));
      await expect(pendingLinks(page)).toHaveText(ids.slice(0, 50), { timeout: 1_000 });
    }).toPass();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(GROUP);
    await redis.command('XACK', stream, GROUP, ...ids.slice(0, 30), ids[60] ?? '');
    await pager(page).getByRole('link', { name: 'Next' }).click();
    await expect(pendingLinks(page)).toHaveText([...ids.slice(50, 60), ...ids.slice(61, 101)]);
    await pager(page).getByRole('link', { name: 'Next' }).click();
    await expect(pendingLinks(page)).toHaveText(ids.slice(101));
    await expect(pager(page).getByRole('link', { name: 'Next' })).toHaveCount(0);
    await pager(page).getByRole('link', { name: 'First' }).click();
    await expect(pendingLinks(page).first()).toHaveText(ids[30] ?? '');
  });

  test('is narrowed by owner, age and deliveries, which stand in the address', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const ids = await keep(redis, stream, 6);
    const claim = (consumer: string, id = '', ...rest: (string | number)[]) =>
      redis.command('XCLAIM', stream, GROUP, consumer, 0, id, ...rest, 'JUSTID');
    await claim('worker-1', ids[0], 'IDLE', 400_000);
    await claim('worker-2', ids[1], 'IDLE', 400_000);
    await claim('worker-2', ids[2], 'RETRYCOUNT', 3);
    await open(page, groupPath(stream, GROUP));
    await expect(pendingLinks(page)).toHaveCount(6);
    await page.getByLabel('Left alone for at least').selectOption('5 min and older');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(pendingLinks(page)).toHaveText([ids[0] ?? '', ids[1] ?? '']);
    await expect(page).toHaveURL((url) => url.searchParams.get('min_idle_ms') === '300000');
    await expect(pager(page)).toContainText('6 entries looked at');
    await page.getByLabel('Owner').fill('worker-2');
    await page.keyboard.press('Enter');
    await expect(pendingLinks(page)).toHaveText([ids[1] ?? '']);
    await page.reload();
    await expect(page.getByLabel('Owner')).toHaveValue('worker-2');
    await expect(pendingLinks(page)).toHaveText([ids[1] ?? '']);
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await expect(pendingLinks(page)).toHaveCount(6);
    await page.getByLabel('Delivered at least').selectOption('3 deliveries and more');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(pendingLinks(page)).toHaveText([ids[2] ?? '']);
    await page.getByRole('link', { name: 'worker-2' }).click();
    await expect(pendingLinks(page)).toHaveText([ids[1] ?? '', ids[2] ?? '']);
  });

  test('has its entry beside it, or says that it was deleted; keys open and close it', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addEvent(redis, { stream, type: 'ingestion.failed', data: { error: 'LLM timeout' } });
    const [, gone = ''] = await keep(redis, stream, 3);
    await redis.command('XDEL', stream, gone);
    await open(page, groupPath(stream, GROUP));
    const rows = page.getByRole('region', { name: 'Pending entries' }).getByRole('row');
    await expect(rows.filter({ hasText: 'LLM timeout' })).toContainText('ingestion.failed');
    await expect(rows.filter({ hasText: gone })).toContainText('entry deleted');
    const first = pendingLinks(page).first();
    await first.focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: (await first.textContent()) ?? '' });
    await expect(drawer).toContainText('"error": "LLM timeout"');
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
    await expect(first).toBeFocused();
    await expect(page).toHaveURL(groupPath(stream, GROUP));
  });

  test('moves only when it is read again', async ({ page, redis, uniqueName: stream }) => {
    const ids = await keep(redis, stream, 3);
    await open(page, groupPath(stream, GROUP));
    await expect(pendingLinks(page)).toHaveText(ids);
    await redis.command('XACK', stream, GROUP, ids[0] ?? '');
    const tabs = page.getByRole('navigation', { name: 'Parts of this group' });
    await expect(tabs.getByRole('link', { name: 'Pending 2' })).toBeVisible();
    await expect(pendingLinks(page)).toHaveCount(3);
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect(pendingLinks(page)).toHaveText(ids.slice(1));
  });
});

test('figures and diagnosis follow what happens, with evidence and the cure', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const ids = await keep(redis, stream, 2);
  await open(page, groupPath(stream, GROUP));
  await expect(figure(page, 'Lag')).toContainText('0');
  await expect(diagnosis(page)).toContainText('Nothing stands out.');

  await redis.command('XCLAIM', stream, GROUP, 'worker-1', 0, ids[0] ?? '', 'IDLE', 120_000);
  await expect(diagnosis(page)).toContainText('Has a consumer that is stuck');
  await expect(diagnosis(page)).toContainText('has left the first of them alone for 2 min');
  const command = `redis-cli XPENDING ${stream} ${GROUP} - + 10 worker-1`;
  await expect(diagnosis(page).getByText(command)).toBeVisible();
  await expect(page.getByRole('button', { name: /^stalled\s*: worker-1/ })).toBeVisible();

  await redis.command('XACK', stream, GROUP, ids[0] ?? '');
  await expect(diagnosis(page)).toContainText('Nothing stands out.');
  await addMany(redis, stream, 4);
  await expect(figure(page, 'Lag')).toContainText('4');
});

test('consumers are sorted, searched, and lead to what they hold', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const ids = await keep(redis, stream, 3);
  await redis.command('XCLAIM', stream, GROUP, 'worker-2', 0, ids[2] ?? '', 'JUSTID');
  await redis.command('XGROUP', 'CREATECONSUMER', stream, GROUP, 'a-spare-one');
  await open(page, groupPath(stream, GROUP));
  const tabs = page.getByRole('navigation', { name: 'Parts of this group' });
  await tabs.getByRole('link', { name: /^Consumers/ }).click();
  const table = page.getByRole('region', { name: 'Consumers' }).getByRole('table');
  const names = table.getByRole('row').locator('td:first-child');
  await expect(names).toHaveText(['worker-1', 'worker-2', 'a-spare-one']);
  await table.getByRole('link', { name: 'Consumer', exact: true }).click();
  await expect(names).toHaveText(['a-spare-one', 'worker-1', 'worker-2']);
  await expect(page).toHaveURL((url) => url.searchParams.get('sort') === 'name');
  await page.getByLabel('Text in the name').fill('WORKER');
  await page.keyboard.press('Enter');
  await expect(names).toHaveText(['worker-1', 'worker-2']);
  await table.getByRole('link', { name: '1 pending of worker-2' }).click();
  await expect(pendingLinks(page)).toHaveText([ids[2] ?? '']);
});

test('the cursor stands between the first entry and the last', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const ids = await addMany(redis, stream, 5);
  await redis.command('XGROUP', 'CREATE', stream, GROUP, '0');
  await readGroup(redis, stream, GROUP, { count: 2 });
  await open(page, groupPath(stream, GROUP, '?tab=cursor'));
  const main = page.getByRole('main');
  await expect(main).toContainText('2 entries it has read');
  await expect(main).toContainText('3 entries wait');
  await main.getByRole('link', { name: ids[1] }).click();
  await expect(page.getByRole('dialog', { name: ids[1] })).toBeVisible();
});

test('its ruler shows it among the other groups and leads to them', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const ids = await addMany(redis, stream, 20);
  await redis.command('XGROUP', 'CREATE', stream, GROUP, '0');
  await redis.command('XGROUP', 'CREATE', stream, 'half-way', ids[9] ?? '');
  await open(page, groupPath(stream, GROUP));
  const ruler = page.getByRole('figure', { name: 'How far each group has read' });
  const own = ruler.getByRole('link', { name: /^workers: 20 behind/ });
  await expect(own).toHaveAttribute('aria-current', 'true');
  await expect(ruler.locator('[aria-current]:visible')).toHaveCount(1);
  await readGroup(redis, stream, GROUP, { count: 20 });
  await expect(ruler.getByRole('link', { name: /^workers: nothing left to read/ })).toBeVisible();
  await ruler.getByRole('link', { name: /^half-way/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('half-way');
});

test('its past is drawn, over a range that stands in the address beside the tab', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  await keep(redis, stream, 3);
  // An hour is told in steps of ten seconds: some of them are over.
  const nowMs = Date.now();
  const past = [...everyTenSeconds(nowMs - 240_000, nowMs)];
  await writePast(
    redis,
    stream,
    past.map((atMs) => pastPoint(atMs, { [GROUP]: {} })),
  );
  await open(page, groupPath(stream, GROUP));
  const tabs = page.getByRole('navigation', { name: 'Parts of this group' });
  await tabs.getByRole('link', { name: 'History' }).click();
  await expect(page).toHaveURL(groupPath(stream, GROUP, '?tab=history'));
  const history = page.getByRole('region', { name: 'History' });
  const pending = history.getByRole('region', { name: 'Pending' });
  await expect(pending.locator('[data-line] path[d^="M"]').first()).toBeAttached();
  await page.getByRole('group', { name: 'Time shown' }).getByText('1 h', { exact: true }).click();
  await expect(page).toHaveURL(groupPath(stream, GROUP, '?tab=history&range=1h'));
  await page.reload();
  await expect(page.getByRole('radio', { name: '1 h' })).toBeChecked();
  await expect(pending.locator('[data-line] path[d^="M"]').first()).toBeAttached();
});

test.describe('a group that is not there', () => {
  test.use({ expectedConsole: [REQUESTS_FAIL] });

  test('teaches the command, appears once it is made, and is told when it is deleted', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const [, last = ''] = await addMany(redis, stream, 2);
    await open(page, groupPath(stream, GROUP));
    await expect(page.getByText('The stream has no such consumer group')).toBeVisible();
    await expect(page.getByText(`redis-cli XGROUP CREATE ${stream} ${GROUP} '$'`)).toBeVisible();
    await redis.command('XGROUP', 'CREATE', stream, GROUP, '$');
    await expect(figure(page, 'Lag')).toContainText('0');
    await expect(page.getByText('Nothing is pending')).toBeVisible();
    await redis.command('XGROUP', 'DESTROY', stream, GROUP);
    await expect(page.getByText(`${GROUP} was deleted`)).toBeVisible();
    await expect(page.getByText(`XGROUP CREATE ${stream} ${GROUP} ${last}`)).toBeVisible();
    await redis.command('XGROUP', 'CREATE', stream, GROUP, last);
    await expect(figure(page, 'Lag')).toContainText('0');
  });
});

test.describe('every group’s name leads to its page', () => {
  for (const group of ['plain', 'a/b c', '100% %2F', "ключ·группа q?x=1#h 'quoted'"]) {
    test(group, async ({ page, redis, uniqueName: stream }) => {
      await addMany(redis, stream, 2);
      await redis.command('XGROUP', 'CREATE', stream, group, '0');
      await open(page, '/');
      await groupRow(page, stream, group).getByRole('link', { name: group, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(group);
      await expect(figure(page, 'Lag')).toContainText('2');
      await page.reload();
      await expect(figure(page, 'Lag')).toContainText('2');
      const up = page.getByRole('navigation', { name: 'Breadcrumb' });
      await up.getByRole('link', { name: stream }).click();
      await expect(page).toHaveURL(streamPath(stream));
      const groups = page.getByRole('region', { name: 'Consumer groups' });
      await groups.getByRole('link', { name: group, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(group);
      await redis.command('DEL', stream);
    });
  }
});
