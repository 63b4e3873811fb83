import { expect, type Locator, type Page } from '@playwright/test';
import type { HistoryAnswer } from '@/lib/model/history-query';
import { expectAccessible } from './support/accessible';
import { streamPath } from './support/entries';
import { expectAlive, open, REQUESTS_FAIL, type Stand, test } from './support/fixtures';
import { everyTenSeconds, pastPoint, writePast } from './support/history';
import { addEvent, addMany, EVENTS, QUEUE } from './support/streams';

const MINUTE_MS = 60_000;
const GROUPS = ['lightrag-workers', 'metrics-collector'];

const chart = (page: Page, title: string) =>
  page.getByRole('region', { name: 'History' }).getByRole('region', { name: title });
const crosshair = (of: Page | Locator) => of.locator('[data-crosshair]');
const slider = (of: Locator) => of.getByRole('slider');

/** An hour of the queue, but for ten minutes; its second group is known by halves. */
async function writeHour(
  stand: Pick<Stand, 'redis'>,
): Promise<{ gapFromMs: number; gapToMs: number }> {
  const nowMs = Date.now();
  const gapFromMs = nowMs - 35 * MINUTE_MS;
  const gapToMs = nowMs - 25 * MINUTE_MS;
  const points = [...everyTenSeconds(nowMs - 55 * MINUTE_MS, nowMs)]
    .filter((atMs) => atMs < gapFromMs || atMs >= gapToMs)
    .map((atMs) =>
      pastPoint(atMs, {
        'lightrag-workers': { lag: 12 },
        'metrics-collector':
          atMs < gapFromMs ? { quality: 'at_least', lag: 30 } : { quality: 'unknown', lag: null },
      }),
    );
  await writePast(stand.redis, QUEUE, points);
  return { gapFromMs, gapToMs };
}

/** The times a line is drawn over, as its paths have it. */
async function drawnTimes(of: Locator, label: string, range: { from: number; to: number }) {
  const width = (await slider(of).boundingBox())?.width ?? 0;
  const paths = await of.locator(`[data-line="${label}"] path`).all();
  const all = await Promise.all(paths.map((path) => path.getAttribute('d')));
  const runs = all.flatMap((d) => (d ?? '').split('M').filter((run) => run !== ''));
  const xs = runs.map((run) => run.split('L').map((point) => Number.parseFloat(point)));
  const left = 52;
  const timeOf = (x: number) => range.from + ((x - left) / width) * (range.to - range.from);
  return xs.map((run) => ({ fromMs: timeOf(Math.min(...run)), toMs: timeOf(Math.max(...run)) }));
}

async function readHistory(page: Page, base: string, range: string): Promise<HistoryAnswer> {
  const path = `/api/streams/${encodeURIComponent(QUEUE)}/history?range=${range}&group=*`;
  return (await (await page.request.get(base + path)).json()) as HistoryAnswer;
}

// A stand of a test's own ends while its page still asks.
test.use({ expectedConsole: [REQUESTS_FAIL] });

test.describe('a range', () => {
  test('stands in the address, over a reload, on to the next page of entries, and is asked for', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addMany(redis, stream, 60);
    await open(page, streamPath(stream));
    const ranges = page.getByRole('group', { name: 'Time shown' });
    await expect(ranges.getByRole('radio', { name: '15 min' })).toBeChecked();
    const asked = page.waitForRequest((request) => request.url().includes('/history?range=6h'));
    await ranges.getByText('6 h', { exact: true }).click();
    await asked;
    await expect(page).toHaveURL(streamPath(stream, '?range=6h'));
    await page.reload();
    await expectAlive(page);
    await expect(ranges.getByRole('radio', { name: '6 h' })).toBeChecked();
    await page.getByRole('link', { name: 'Older' }).click();
    await expect(page).toHaveURL(/before=.*range=6h/);
    await ranges.getByText('15 min', { exact: true }).click();
    await expect(page).not.toHaveURL(/range=/);
    await expect(page).toHaveURL(/before=/);
  });

  test('that is none is told, and the shortest is shown', async ({ page }) => {
    await open(page, streamPath(EVENTS, '?range=3y'));
    await expect(page.getByText('The address names a range that is none.')).toBeVisible();
    await expect(page.getByRole('radio', { name: '15 min' })).toBeChecked();
  });
});

/** One hour on one stand, looked at in turn. */
test('an hour with a gap: as lines, as a table, under the crosshair; events by type beside it', async ({
  page,
  startStand,
}) => {
  const stand = await startStand();
  const hour = await writeHour(stand);
  await open(page, stand.dashboard.url + streamPath(QUEUE, '?range=1h'));

  await test.step('it is drawn with the gap, and each value as well as it is known', async () => {
    const { gapFromMs, gapToMs } = hour;
    const length = chart(page, 'Length');
    await expect(length.locator('[data-line="length"] path')).toHaveCount(1);
    const { from, to } = await readHistory(page, stand.dashboard.url, '1h');
    const runs = await drawnTimes(length, 'length', { from, to });
    const covers = (fromMs: number, toMs: number) =>
      runs.some((run) => run.fromMs <= fromMs && run.toMs >= toMs);
    expect(covers(gapFromMs - 15 * MINUTE_MS, gapFromMs - MINUTE_MS)).toBe(true);
    expect(covers(gapToMs + MINUTE_MS, gapToMs + 20 * MINUTE_MS)).toBe(true);
    const middleMs = (gapFromMs + gapToMs) / 2;
    expect(runs.filter((run) => run.fromMs < middleMs && run.toMs > middleMs)).toEqual([]);

    const lag = chart(page, 'Lag');
    const collector = lag.locator('[data-line="metrics-collector"] path');
    await expect(collector.and(lag.locator('[data-quality="at_least"]'))).toHaveAttribute(
      'stroke-dasharray',
      /./,
    );
    const known = await drawnTimes(lag, 'metrics-collector', { from, to });
    // From the gap on nothing was known, until the dashboard itself sees it.
    expect(known.filter((run) => run.toMs > gapToMs && run.fromMs < to - 5 * MINUTE_MS)).toEqual(
      [],
    );
    await expect(lag.locator('[data-band="lightrag-workers"]')).toHaveAttribute('d', /^M.*Z$/);
    await expect(lag).toContainText('≥ at least');
    await expect(lag).toContainText('gap: not known');
  });

  await test.step('it is the same as a table', async () => {
    const { gapToMs } = hour;
    const lag = chart(page, 'Lag');
    await lag.getByText('As a table').click();
    const table = lag.getByRole('table', { name: /^Lag, a row for each 20 s, times in UTC/ });
    await expect(table.getByRole('columnheader')).toHaveText(['Time, UTC', ...GROUPS]);
    const rows = await table.locator('tbody tr').evaluateAll((all) =>
      all.map((row) => ({
        at: Date.parse(row.querySelector('th[scope=row] time')?.getAttribute('datetime') ?? ''),
        cells: [...row.querySelectorAll('td')].map((cell) => cell.textContent),
      })),
    );
    const { points, from } = await readHistory(page, stand.dashboard.url, '1h');
    const settled = points.filter(
      ({ at }) => at > from + MINUTE_MS && at < gapToMs + 20 * MINUTE_MS,
    );
    expect(settled.length).toBeGreaterThan(60);
    expect(settled.filter(({ stream }) => stream === null)).toHaveLength(1);
    for (const { at, stream, groups } of settled) {
      const row = rows.find((candidate) => candidate.at === at);
      const words = groups.map((group) => {
        if (group?.lag === null) return '?';
        const mark = group?.lag_quality === 'at_least' ? '≥' : '';
        return `${mark}${group?.lag} (${group?.lag_min}–${group?.lag_max})`;
      });
      expect(row?.cells, new Date(at).toISOString()).toEqual(
        stream === null ? ['nothing was seen'] : words,
      );
    }
    await lag.getByText('As a table').click();
    await expect(table).toBeHidden();
  });

  await test.step('the crosshair is one over all charts, by pointer and by keys', async () => {
    const { gapFromMs, gapToMs } = hour;
    const titles = ['In and out', 'Lag', 'Pending', 'Length'];
    for (const title of titles) await expect(slider(chart(page, title))).toBeVisible();
    const shown = async () => {
      const all = await crosshair(page).evaluateAll((marks) =>
        marks.map((mark) => Number(mark.getAttribute('data-crosshair'))),
      );
      expect(all).toHaveLength(titles.length);
      expect(new Set(all).size).toBe(1);
      return all[0] ?? 0;
    };
    await expect(crosshair(page)).toHaveCount(0);

    const box = await slider(chart(page, 'Length')).boundingBox();
    const { from, to } = await readHistory(page, stand.dashboard.url, '1h');
    const shareOf = (ms: number) => (ms - from) / (to - from);
    const pointAt = (ms: number) =>
      slider(chart(page, 'Length')).hover({
        position: { x: shareOf(ms) * (box?.width ?? 0), y: 20 },
      });
    await pointAt(gapFromMs - 10 * MINUTE_MS);
    await expect(crosshair(page)).toHaveCount(titles.length);
    expect(Math.abs((await shown()) - (gapFromMs - 10 * MINUTE_MS))).toBeLessThan(MINUTE_MS);
    await expect(chart(page, 'Lag').getByRole('definition')).toHaveText([/12$/, /≥30$/]);

    await pointAt((gapFromMs + gapToMs) / 2);
    await expect(chart(page, 'Pending')).toContainText('nothing was seen');
    await page.mouse.move(0, 0);
    await expect(crosshair(page)).toHaveCount(0);

    const lag = slider(chart(page, 'Lag'));
    await lag.focus();
    await page.keyboard.press('Home');
    await expect(crosshair(page)).toHaveCount(titles.length);
    const first = await shown();
    await expect(lag).toHaveAttribute(
      'aria-valuetext',
      / UTC: lightrag-workers 12, metrics-collector ≥30$/,
    );
    await page.keyboard.press('ArrowRight');
    await expect.poll(shown).toBe(first + 20_000);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(shown).toBe(first);
    await page.keyboard.press('Escape');
    await expect(crosshair(page)).toHaveCount(0);
  });

  await test.step('events stand by type, as they were counted', async () => {
    for (const type of ['query.started', 'query.started', 'worker.started']) {
      await addEvent(stand.redis, { type });
    }
    await open(page, stand.dashboard.url + streamPath(EVENTS, '?range=1h'));
    const events = chart(page, 'Events by type');
    await expect(events.locator('[data-bar="query.started"]').first()).toBeVisible();
    await events.getByText('As a table').click();
    const columns = ['Time, UTC', 'query.started', 'worker.started'];
    await expect(events.getByRole('columnheader')).toHaveText(columns);
    const sums = async () => {
      const rows = await events
        .locator('tbody tr')
        .evaluateAll((all) =>
          all.map((row) => [...row.querySelectorAll('td')].map((c) => c.textContent)),
        );
      return [0, 1].map((place) => rows.reduce((sum, row) => sum + (Number(row[place]) || 0), 0));
    };
    await expect.poll(sums).toEqual([2, 1]);
    await open(page, stand.dashboard.url + streamPath(QUEUE));
    await expect(chart(page, 'Length').locator('[data-line]')).toHaveCount(1);
    await expect(chart(page, 'Events by type')).toHaveCount(0);
  });
});

test('new values are drawn at once: nothing on a chart ever moves', async ({ page, redis }) => {
  await addMany(redis, EVENTS, 5);
  await open(page, streamPath(EVENTS));
  const line = chart(page, 'Length').locator('[data-line="length"] path');
  await expect(line).toHaveCount(1);
  await line.evaluate((path) => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => seen.push(path.getAttribute('d') ?? '')).observe(path, {
      attributes: true,
      attributeFilter: ['d', 'stroke-dasharray', 'transform', 'style'],
    });
  });
  let answers = 0;
  page.on('response', (response) => {
    if (response.url().includes('/history?')) answers += 1;
  });
  await expect.poll(() => answers).toBeGreaterThanOrEqual(2);
  const changes = await page.evaluate(() => (window as unknown as { seen: string[] }).seen.length);
  // One drawing for each answer; an animation would make one each frame.
  expect(changes).toBeGreaterThan(0);
  expect(changes).toBeLessThanOrEqual(answers + 1);
  const running = await page
    .getByRole('region', { name: 'History' })
    .evaluate((section) => section.getAnimations({ subtree: true }).length);
  expect(running).toBe(0);
});

test.describe('where there is no past', () => {
  test('off is told, and the last minutes are drawn all the same', async ({ page, startStand }) => {
    const stand = await startStand({ env: { HISTORY: 'off' } });
    await addMany(stand.redis, EVENTS, 3);
    await open(page, stand.dashboard.url + streamPath(EVENTS));
    await expect(page.getByText('History is off.')).toBeVisible();
    const last = chart(page, 'In, last minutes');
    await expect(last.locator('[data-line="in"] path')).not.toHaveCount(0);
    await expect(page.getByRole('group', { name: 'Time shown' })).toHaveCount(0);
  });
});

test('charts and their tables: axe finds nothing; memory is told with why; Redis away', async ({
  page,
  startStand,
}) => {
  const stand = await startStand();
  const nowMs = Date.now();
  // Few rows: what axe looks at is the same in each.
  const points = [...everyTenSeconds(nowMs - 4 * MINUTE_MS, nowMs)].map((atMs) =>
    pastPoint(atMs, { 'lightrag-workers': { quality: 'at_least' }, 'metrics-collector': {} }),
  );
  await writePast(stand.redis, QUEUE, points);
  await open(page, stand.dashboard.url + streamPath(QUEUE, '?range=1h'));
  for (const title of ['Lag', 'Length']) {
    await chart(page, title).getByText('As a table').click();
    await expect(chart(page, title).getByRole('table')).toBeVisible();
  }
  await slider(chart(page, 'Lag')).focus();
  await page.keyboard.press('Home');
  await expectAccessible(page, 'charts');

  // The shortest range is asked for most often.
  await page.getByRole('group', { name: 'Time shown' }).getByText('15 min').click();
  await stand.redis.command('CONFIG', 'SET', 'maxmemory', 1);
  await expect(page.getByText(/^History is kept in memory only, since /)).toBeVisible();

  // They stay, and say why they go no further.
  await stand.redis.kill();
  await expect(page.getByRole('region', { name: 'History' }).getByRole('status')).toContainText(
    'The charts end where an answer came last.',
  );
  await expect(slider(chart(page, 'Length'))).toBeVisible();
});
