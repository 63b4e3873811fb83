import { expect, type Page } from '@playwright/test';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { type BrowserLine, startBrowserLine } from './support/browser-line';
import { test as base, expectAlive, open, REQUESTS_FAIL } from './support/fixtures';
import { expectHidden, openRealTabs, type RealTabs } from './support/real-tabs';
import { addEvent, addMany, EVENTS, QUEUE, rangeIds } from './support/streams';
import { expectCell, groupRow } from './support/table';
import { expectConnection, openTail, shownIds, tailRows } from './support/tail';

const STATS_ONLY = '/events/stream?stats=only';
const BESIDE_ENTRIES = '/events/stream?stats=1';
const POLL = '/events/stats';
/** After many failures tries are up to 30 s apart. */
const NEXT_TRY = { timeout: 60_000 };

interface Fixtures {
  /** The way to a dashboard of this worker. */
  line: BrowserLine;
  tabs: RealTabs;
}

const test = base.extend<Fixtures>({
  line: async ({ dashboard }, use) => {
    const line = await startBrowserLine(dashboard.port);
    await use(line);
    line.stop();
  },
  // Closed before the line, both: a connection that breaks is a complaint of the browser.
  context: ({ line: _line, context }, use) => use(context),
  tabs: async ({ playwright, launchOptions, watch, line: _line }, use) => {
    const tabs = await openRealTabs(playwright.chromium, launchOptions);
    watch.follow(tabs.context);
    await use(tabs);
    await watch.end();
    await tabs.close();
  },
});

const mark = (page: Page) => page.getByRole('banner');

/** The lag of a group nobody reads, as Overview has it: grows with every event. */
async function expectLag(page: Page, lag: number) {
  await expectCell(
    groupRow(page, EVENTS, 'power-ui-frontend'),
    'Lag',
    new RegExp(`(^|\\s)${lag}$`),
  );
}

test.describe('numbers are pushed', () => {
  test('Overview holds one connection, for numbers alone, and asks for nothing', async ({
    page,
    redis,
    line,
  }) => {
    await open(page, line.url);
    // Before the push has begun a busy machine may ask once.
    const polls = line.asked(POLL);
    for (let turn = 0; turn < 4; turn += 1) {
      const length = Number(await redis.command('XLEN', EVENTS));
      await addMany(redis, EVENTS, 3);
      await expectLag(page, length + 3);
    }
    expect(line.live()).toBe(1);
    expect(line.asked(STATS_ONLY)).toBe(1);
    expect(line.asked(POLL)).toBe(polls);
    expect(line.asked('/api/streams')).toBe(0);
  });

  test('Live holds one, for entries and numbers; it changes hands from page to page', async ({
    page,
    redis,
    line,
    uniqueName: stream,
  }) => {
    await open(page, `${line.url}/events`);
    await expectConnection(page, 'live');
    expect([line.live(), line.asked(BESIDE_ENTRIES), line.asked(STATS_ONLY)]).toEqual([1, 1, 0]);
    const id = await addEvent(redis, { type: 'pushed.here' });
    await expect(tailRows(page).last()).toContainText(id);
    // The numbers come as well: a new stream is among the places.
    await addMany(redis, stream, 1);
    await expect(page.getByRole('link', { name: stream })).toBeVisible();

    await page.getByRole('searchbox', { name: 'Filter', exact: true }).fill('job:nobody');
    await expect(page).toHaveURL(/filter=job%3Anobody/);
    await expectConnection(page, 'live');
    await expect.poll(() => line.live()).toBe(1);
    expect(line.asked(STATS_ONLY)).toBe(0);

    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await expect.poll(() => [line.live(), line.asked(STATS_ONLY)]).toEqual([1, 1]);
    await page.getByRole('link', { name: 'Enqueue', exact: true }).click();
    await expect(page).toHaveURL(/tasks$/);
    await page.getByRole('link', { name: 'Live', exact: true }).click();
    await expectConnection(page, 'live');
    await expect.poll(() => line.live()).toBe(1);
    expect(line.asked(STATS_ONLY)).toBe(1);
    const polls = line.asked(POLL);
    await addMany(redis, `${stream}:after`, 1);
    await expect(page.getByRole('link', { name: `${stream}:after` })).toBeVisible();
    expect(line.asked(POLL)).toBe(polls);
  });

  test('nothing jumps when the push takes over from the first HTML', async ({
    page,
    redis,
    line,
  }) => {
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value } = entry as PerformanceEntry & { value: number };
          document.documentElement.dataset.shift = String(
            Number(document.documentElement.dataset.shift ?? 0) + value,
          );
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    // What earlier tests left is sampled, and told.
    await addMany(redis, EVENTS, 1);
    await open(page, line.url);
    await expect(page.getByRole('region', { name: 'Needs attention' })).toContainText(
      'power-ui-frontend has nobody reading',
    );
    for (const path of ['/', '/events', `/streams/${encodeURIComponent(QUEUE)}`]) {
      await open(page, line.url + path);
      await expect.poll(() => line.live()).toBe(1);
      const shift = await page.evaluate(() => document.documentElement.dataset.shift ?? '0');
      expect(Number(shift), path).toBeLessThan(0.01);
    }
  });
});

test.describe('ten tabs, where a browser has six connections for one host', () => {
  test('are all usable, and only the one in sight holds a connection', async ({
    tabs,
    line,
    redis,
    uniqueName: stream,
  }) => {
    const paths = ['/', '/events', `/streams/${encodeURIComponent(EVENTS)}`, '/tasks', '/events'];
    const pages: Page[] = [];
    for (const path of [...paths, ...paths]) {
      const page = await tabs.context.newPage();
      await open(page, line.url + path);
      await expectHidden(page, false);
      await expect.poll(() => line.live()).toBe(1);
      pages.push(page);
    }
    for (const page of pages) {
      await page.bringToFront();
      await expectHidden(page, false);
      await expectAlive(page);
      await expect.poll(() => line.live()).toBe(1);
      if (page.url().endsWith('/events')) {
        const id = await addEvent(redis, { type: 'seen.in.this.tab' });
        await expect(tailRows(page).last()).toContainText(id);
      } else if (new URL(page.url()).pathname === '/') {
        const length = Number(await redis.command('XLEN', EVENTS));
        await expectLag(page, length);
      }
      const others = pages.filter((other) => other !== page);
      await Promise.all(others.map((other) => expectHidden(other, true)));
    }
    // What is in sight is pushed, what is not asks for nothing.
    const polls = line.asked(POLL);
    await addMany(redis, stream, 1);
    const inSight = pages.at(-1);
    if (!inSight) throw new Error('There is a tab.');
    await expect(inSight.getByRole('link', { name: stream })).toBeVisible();
    expect(line.asked(POLL)).toBe(polls);
  });
});

test.describe('where nothing is pushed', () => {
  test.use({ expectedConsole: [REQUESTS_FAIL] });

  test('numbers are asked for, that is said, and it ends when the push is back', async ({
    page,
    redis,
    line,
  }) => {
    await page.route('**/events/stream*', (route) => route.abort());
    await page.goto(line.url);
    await expect(mark(page)).toContainText('polling');
    await page.getByRole('banner').getByText('polling').hover();
    await expect(
      page.getByText('The dashboard did not answer. They are asked for every two seconds').last(),
    ).toBeVisible();
    const length = Number(await redis.command('XLEN', EVENTS));
    await addMany(redis, EVENTS, 3);
    await expectLag(page, length + 3);
    await expect(page.getByText(/server has not answered/)).toBeHidden();

    await page.unroute('**/events/stream*');
    // As a browser does when its network is back.
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await expectAlive(page);
    await expect(mark(page)).not.toContainText('polling');
    const polls = line.asked(POLL);
    expect(polls).toBeGreaterThan(0);
    await addMany(redis, EVENTS, 3);
    await expectLag(page, length + 6);
    expect(line.asked(POLL)).toBe(polls);
  });

  test('a crowd is told in the server’s words, and what waits comes in', async ({
    page,
    context,
    startStand,
  }) => {
    const { redis, dashboard } = await startStand({
      env: { FEED_SUBSCRIBERS_PER_ADDRESS_MAX: '1' },
    });
    await open(page, dashboard.url);
    const second = await context.newPage();
    await second.goto(`${dashboard.url}/events`);
    await expectConnection(
      second,
      /^As many live connections are open from your address as may be: 1\. Reconnecting in \d+ s\.$/,
    );
    await expect(mark(second)).toContainText('polling');
    await page.close();
    await addMany(redis, EVENTS, 3);
    await expectAlive(second, NEXT_TRY);
    await expectConnection(second, 'live', NEXT_TRY);
    await expect(tailRows(second)).toHaveCount(3);
  });

  test('both ways gone: since when, and from when the numbers are; then live again, the tail by id', async ({
    page,
    context,
    startStand,
  }) => {
    const { redis, dashboard } = await startStand();
    await addMany(redis, EVENTS, 4);
    await open(page, dashboard.url);
    const tail = await context.newPage();
    await openTail(tail, `${dashboard.url}/events`);
    await expect(tailRows(tail)).toHaveCount(4);
    await dashboard.kill();
    await expect(mark(page)).toContainText('offline');
    await expect(mark(page)).toContainText('Redis ?');
    await expect(page.getByText(/Numbers below are from \d\d:\d\d:\d\d\./)).toBeVisible();
    const told = /server has not answered since \d\d:\d\d:\d\d UTC/;
    for (const each of [page, tail]) await expect(each.getByText(told)).toBeVisible();
    await addMany(redis, EVENTS, 6);
    const again = await startDashboard({ redisUrl: redis.url, port: dashboard.port });
    try {
      await expectConnection(tail, 'live', NEXT_TRY);
      await expectAlive(page, NEXT_TRY);
      for (const each of [page, tail]) await expect(each.getByText(told)).toBeHidden();
      await addMany(redis, EVENTS, 2);
      await expectLag(page, 12);
      await expect(tailRows(tail)).toHaveCount(12);
      expect(await shownIds(tail)).toEqual(await rangeIds(redis, EVENTS));
    } finally {
      await again.kill();
    }
  });
});
