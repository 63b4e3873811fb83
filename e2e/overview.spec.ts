import { expect } from '@playwright/test';
import { open, test } from './support/fixtures';
import {
  add,
  addEvent,
  addMany,
  CONTRACT_GROUPS,
  EVENTS,
  makeContractGroups,
  QUEUE,
  readGroup,
} from './support/streams';
import { tabTo } from './support/tab-to';
import { expectCell, groupRow, streamRow } from './support/table';

test.describe('what it shows', () => {
  test('the first HTML has the six groups and the right figures, without any script', async ({
    startStand,
    scriptless: page,
  }) => {
    const { redis, dashboard } = await startStand();
    for (let n = 0; n < 12; n += 1) await add(redis, QUEUE, 'job_id', `job-${n}`);
    await readGroup(redis, QUEUE, 'lightrag-workers', { count: 5, ack: false });
    await readGroup(redis, QUEUE, 'metrics-collector', { consumer: 'm-1', count: 12 });
    await addMany(redis, EVENTS, 3);
    await expect(async () => {
      await page.goto(`${dashboard.url}/`);
      // Without scripts a page stays as it came.
      const asItCame = { timeout: 100 };
      const length = streamRow(page, QUEUE).getByRole('cell').nth(8);
      await expect(length).toHaveText(/length\s*12$/, asItCame);
      await expectCell(groupRow(page, EVENTS, 'power-ui-frontend'), 'Lag', '3', asItCame);
      // The dashboard's own group, read by the dashboard itself: it may be at it when it samples.
      const own = groupRow(page, EVENTS, 'dashboard-frontend');
      await expectCell(own, 'Lag', '0', asItCame);
      await expectCell(own, 'Pending', /none/, asItCame);
    }).toPass();
    for (const [stream, groups] of Object.entries(CONTRACT_GROUPS)) {
      for (const group of groups) await expect(groupRow(page, stream, group)).toBeVisible();
    }
    const workers = groupRow(page, QUEUE, 'lightrag-workers');
    await expectCell(workers, 'Lag', '7');
    await expectCell(workers, 'Pending', '5');
    await expectCell(workers, 'Consumers', '1');
    await expectCell(workers, 'State', /^keeping up/);
    const metrics = groupRow(page, QUEUE, 'metrics-collector');
    await expectCell(metrics, 'Lag', '0');
    await expectCell(metrics, 'Pending', /none/);
    await expectCell(groupRow(page, EVENTS, 'ag-ui-frontend'), 'Consumers', '0');
    await expectCell(groupRow(page, EVENTS, 'ag-ui-frontend'), 'State', /^nobody reading/);
    const own = groupRow(page, EVENTS, 'dashboard-frontend');
    await expectCell(own, 'Lag', '0');
    await expectCell(own, 'Pending', /none/);
    await expectCell(own, 'Consumers', '1');
  });

  test('a quiet system is said to be quiet, and figures move without a reload', async ({
    startStand,
    page,
  }) => {
    const { redis, dashboard } = await startStand();
    await open(page, `${dashboard.url}/`);
    await expect(page.getByRole('region', { name: 'Needs attention' })).toContainText(
      'Nothing. 6 consumer groups on 2 streams; nothing waits for them.',
    );
    const row = groupRow(page, EVENTS, 'power-ui-frontend');
    await expectCell(row, 'Lag', '0');
    await addMany(redis, EVENTS, 4);
    await expectCell(row, 'Lag', '4');
    await readGroup(redis, EVENTS, 'power-ui-frontend', { count: 3, ack: false });
    await expectCell(row, 'Lag', '1');
    await expectCell(row, 'Pending', '3');
    await expectCell(row, 'Consumers', '1');
  });

  test('streams that no one named are found; absent and wrong ones are told', async ({
    startStand,
    page,
  }) => {
    const { redis, dashboard } = await startStand({
      prepare: async (redis) => {
        await redis.command('SET', 'a:string', 'x');
        await add(redis, 'found:here', 'a', 'b');
      },
      env: { STREAMS: 'not:there,a:string', BOOTSTRAP_GROUPS: 'false' },
    });
    await open(page, `${dashboard.url}/`);
    await expect(streamRow(page, 'found:here')).toContainText('No consumer group reads it.');
    await expect(streamRow(page, 'not:there')).toContainText('absent');
    await expect(streamRow(page, 'not:there')).toContainText(
      "XGROUP CREATE not:there my-group '$' MKSTREAM",
    );
    await expect(streamRow(page, 'a:string')).toContainText('not a stream');
    const attention = page.getByRole('region', { name: 'Needs attention' });
    await expect(attention).toContainText('a:string is not a stream');
    await expect(attention).toContainText('not:there does not exist');
    await redis.command('XGROUP', 'CREATE', 'not:there', 'my-group', '$', 'MKSTREAM');
    await expect(groupRow(page, 'not:there', 'my-group')).toBeVisible();
    await expect(attention).not.toContainText('does not exist');
  });

  test('a name leads to the page of its stream', async ({ page }) => {
    await open(page, '/');
    await streamRow(page, EVENTS).getByRole('link', { name: EVENTS }).click();
    await expect(page).toHaveURL(`/streams/${encodeURIComponent(EVENTS)}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(EVENTS);
  });
});

test.describe('states in words', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('keeping up, falling behind, stalled and nobody reading, each with its evidence', async ({
    startStand,
    page,
  }) => {
    const { redis, dashboard } = await startStand();
    await open(page, `${dashboard.url}/`);
    const stalled = groupRow(page, QUEUE, 'lightrag-workers');
    const behind = groupRow(page, EVENTS, 'metrics-collector');
    const unread = groupRow(page, EVENTS, 'power-ui-frontend');
    const well = groupRow(page, EVENTS, 'ag-ui-frontend');

    const held = await add(redis, QUEUE, 'job_id', 'held');
    await readGroup(redis, QUEUE, 'lightrag-workers', { consumer: 'worker-2', ack: false });
    await redis.command(
      ...['XCLAIM', QUEUE, 'lightrag-workers', 'worker-2', 0, held, 'IDLE', 120_000],
    );
    await expectCell(stalled, 'State', /^stalled/);

    // Twenty come for each one that is read, until the trend is long enough to tell: 30 s of it.
    await expect(async () => {
      await addMany(redis, EVENTS, 20);
      await readGroup(redis, EVENTS, 'metrics-collector', { count: 1 });
      await readGroup(redis, EVENTS, 'ag-ui-frontend', { count: 100 });
      await expect(behind).toContainText('falling behind', { timeout: 250 });
    }).toPass({ timeout: 75_000, intervals: [250] });
    await expectCell(well, 'State', /^keeping up/);
    await expectCell(well, 'Lag', '0');
    await expectCell(unread, 'State', /^nobody reading/);

    const attention = page.getByRole('region', { name: 'Needs attention' });
    const items = attention.getByRole('listitem');
    await expect(items).toHaveCount(4);
    await expect(items.first()).toContainText('lightrag-workers is stalled');
    await expect(items.first()).toContainText(
      /worker-2 has held an entry for \d min without acknowledging it/,
    );
    await expect(attention).toContainText('metrics-collector is falling behind');
    await expect(attention).toContainText('power-ui-frontend has nobody reading');
    const evidence = stalled.getByRole('button', { name: /^stalled/ });
    await evidence.hover();
    await expect(page.getByText(/^worker-2 has held an entry/).last()).toBeVisible();

    // By keys alone from what is wrong to the oldest entry that is held, and its id in hand.
    await tabTo(page, items.first().getByRole('link', { name: 'lightrag-workers' }));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('lightrag-workers');
    const oldest = page.getByRole('region', { name: 'Pending entries' }).getByRole('table');
    await tabTo(page, oldest.getByRole('link', { name: /^\d+-\d+$/ }).first());
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: held });
    await expect(drawer.getByRole('button', { name: 'Close' })).toBeFocused();
    await tabTo(page, drawer.getByRole('button', { name: 'Copy', exact: true }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem', { name: /^Id/ })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByText('Copied the id', { exact: true })).toBeAttached();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(held);
    await page.goBack();
    await expect(drawer).toBeHidden();
    await page.goBack();
    await expect(attention).toBeVisible();

    // And well again once the worker has done its work.
    await redis.command('XACK', QUEUE, 'lightrag-workers', held);
    await expectCell(stalled, 'State', /^keeping up/);
  });
});

test.describe('marks of what is not exact', () => {
  test('≈ where it was counted, ≥ where not all of it was', async ({ startStand, page }) => {
    const { redis, dashboard } = await startStand();
    const ids = await addMany(redis, EVENTS, 8);
    await readGroup(redis, EVENTS, 'ag-ui-frontend', { count: 2 });
    await redis.command('XDEL', EVENTS, ids[4] ?? '');
    // Too far from both ends, and never seen at a place whose lag the ids tell.
    const [middle = '', ahead = ''] = (await redis.command(
      'EVAL',
      `local ids = {}
      for n = 1, 240000 do
        local id = redis.call('XADD', KEYS[1], '*', 'n', n)
        if n == 120000 or n == 120005 then ids[#ids + 1] = id end
      end
      return ids`,
      1,
      'long:stream',
    )) as string[];
    await redis.command('XDEL', 'long:stream', ahead);
    await redis.command('XGROUP', 'CREATE', 'long:stream', 'slow', middle);

    await open(page, `${dashboard.url}/`);
    await expectCell(groupRow(page, EVENTS, 'ag-ui-frontend'), 'Lag', /^≈5\s*: counted/);
    await expectCell(
      groupRow(page, 'long:stream', 'slow'),
      'Lag',
      /^≥[\d,]+\s*: (counted \d+ entries so far|counting stopped)/,
    );
    await groupRow(page, EVENTS, 'ag-ui-frontend')
      .getByRole('button', { name: /^≈\s*5/ })
      .hover();
    await expect(page.getByText('counted in the stream, entry by entry').last()).toBeVisible();
  });

  test('? where the Redis user may not count', async ({ startStand, page }) => {
    const { redis, dashboard } = await startStand({
      prepare: async (redis) => {
        await makeContractGroups(redis);
        await redis.command(
          ...['ACL', 'SETUSER', 'dash', 'on', '>secret', '~*', '&*', '+@all', '-@scripting'],
        );
      },
      redisUrl: (redis) => `redis://dash:secret@127.0.0.1:${redis.port}`,
    });
    const ids = await addMany(redis, EVENTS, 8);
    await readGroup(redis, EVENTS, 'ag-ui-frontend', { count: 2 });
    await redis.command('XDEL', EVENTS, ids[4] ?? '');
    await open(page, `${dashboard.url}/`);
    await expectCell(groupRow(page, EVENTS, 'ag-ui-frontend'), 'Lag', /^\?\s*: .*EVAL/);
    await addEvent(redis, { type: 'still.well' });
    await expectCell(groupRow(page, EVENTS, 'power-ui-frontend'), 'Lag', /8/);
  });
});
