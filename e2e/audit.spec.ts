import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible';
import { eventually } from './support/eventually';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { postJson } from './support/http-client';

test.use({ expectedConsole: [REQUESTS_FAIL] });

const TASK = { content: 'text', source_uri: 'file:///a.md', source_type: 'markdown' };
const rows = (page: Page) => page.getByRole('table').getByRole('rowgroup').last().getByRole('row');

test('what was done is listed, found, opened, and said to be out of reach when it is', async ({
  page,
  scriptless,
  startStand,
}) => {
  const { redis, dashboard } = await startStand();
  const enqueue = (headers: Record<string, string> = {}) =>
    postJson(dashboard.url, '/api/tasks', TASK, headers);
  await open(page, dashboard.url);
  await page
    .getByRole('navigation', { name: 'Places' })
    .getByRole('link', { name: 'Audit' })
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Audit');
  await expect(page.getByText('Nothing was done yet')).toBeVisible();

  // It comes by itself.
  expect((await enqueue()).status).toBe(201);
  expect((await enqueue({ origin: 'http://evil.example' })).status).toBe(403);
  await expect(rows(page)).toHaveCount(2);
  const done = rows(page).filter({ hasText: 'Enqueue a task' });
  await expect(done).toContainText('Done');
  await expect(done).toContainText('shield:ingestion_queue');
  await expect(rows(page).filter({ hasText: 'POST /api/tasks' })).toContainText('foreign_origin');
  await expectAccessible(page, 'the audit');

  // One beside the list, and through the list by key.
  await done.getByRole('link').click();
  await expect(page).toHaveURL(/entry=\d+-\d+$/);
  const drawer = page.getByRole('dialog', { name: 'Enqueue a task' });
  await expect(drawer).toContainText('job_id');
  await expectAccessible(page, 'one act');
  const link = page.url();
  const refused = page.getByRole('dialog', { name: 'Refused request' });
  const isLast = (await rows(page).last().textContent())?.includes('Enqueue') ?? false;
  await page.keyboard.press(isLast ? 'k' : 'j');
  await expect(refused).toContainText('foreign_origin');
  await page.keyboard.press('Escape');
  await expect(refused).toBeHidden();

  // By filter, which the key / leads to.
  await page.keyboard.press('/');
  const who = page.getByRole('searchbox', { name: 'Who, or from which address' });
  await expect(who).toBeFocused();
  await who.fill('nobody');
  await who.press('Enter');
  await expect(page.getByText('No act is as asked for')).toBeVisible();
  await page.getByRole('link', { name: 'Show all acts' }).click();
  // Until then the form still asks for nobody.
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('combobox', { name: 'How it ended' }).selectOption('refused');
  await expect(page).toHaveURL(/outcome=refused/);
  await expect(rows(page)).toHaveCount(1);

  await scriptless.goto(link);
  await expect(rows(scriptless)).toHaveCount(2);
  await expect(scriptless.getByRole('region', { name: 'One act' })).toContainText('job_id');

  await redis.command('ACL', 'SETUSER', 'default', 'resetkeys', '~shield:*');
  await expect(page.getByText('The Redis user may not read shield-dashboard:audit.')).toBeVisible();
  await redis.command('ACL', 'SETUSER', 'default', 'resetkeys', '~*');
  await expect(page.getByText(/may not read/)).toBeHidden();

  await redis.command('CONFIG', 'SET', 'maxmemory', '1');
  expect((await enqueue()).status).toBe(507);
  await expect(page.getByText('2 records of this process are not in Redis.')).toBeVisible();
  await redis.command('CONFIG', 'SET', 'maxmemory', '0');

  await redis.kill();
  await expect(page.getByRole('banner')).toContainText('Redis away');
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(page.getByText('What was done is shown here once Redis answers')).toBeVisible();
  await redis.restart();
  await eventually(() => redis.command('PING'));
  await expect(page.getByText('What was done is shown here once Redis answers')).toBeHidden();
});
