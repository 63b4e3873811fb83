import { expect, type Page } from '@playwright/test';
import { type BrowserLine, startBrowserLine } from './support/browser-line';
import { test as base, REQUESTS_FAIL } from './support/fixtures';
import { openRealTabs, type RealTabs } from './support/real-tabs';
import { SseClient } from './support/sse-client';
import { addMany, EVENTS, rangeIds } from './support/streams';
import { expectConnection, openTail, tailScroller } from './support/tail';

const test = base.extend<{ tabs: RealTabs }>({
  tabs: async ({ playwright, launchOptions, watch }, use) => {
    const tabs = await openRealTabs(playwright.chromium, launchOptions);
    watch.follow(tabs.context);
    await use(tabs);
    await watch.end();
    await tabs.close();
  },
});

// The browser says that a request failed where the test cut it.
test.use({ expectedConsole: [REQUESTS_FAIL] });

/** Every row of the tail from the first to the last: an entry's id, or what is told in between. */
function allRows(page: Page): Promise<string[]> {
  return tailScroller(page).evaluate(async (scroller) => {
    const rows = new Map<number, string>();
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    /** The rows at both edges of what is in sight stand there. */
    const isDrawn = () => {
      const sight = scroller.getBoundingClientRect();
      const boxes = [...scroller.querySelectorAll('li')].map((row) => row.getBoundingClientRect());
      const [first, last] = [boxes[0], boxes.at(-1)];
      // Above the first row stands a line of its height.
      const isAbove = first && first.top - first.height <= sight.top + 1;
      return isAbove && last && last.bottom >= sight.bottom - 1;
    };
    const drawn = async () => {
      await frame();
      while (!isDrawn()) await frame();
    };
    const take = () => {
      for (const item of scroller.querySelectorAll('li')) {
        const href = item.querySelector('a')?.href;
        const id = href ? new URL(href).searchParams.get('entry') : null;
        rows.set(Number(item.ariaPosInSet), id ?? item.textContent);
      }
    };
    for (let top = 0; ; top += scroller.clientHeight) {
      scroller.scrollTop = top;
      await drawn();
      take();
      if (top >= scroller.scrollHeight) break;
    }
    return [...rows.keys()].sort((a, b) => a - b).map((number) => rows.get(number) ?? '');
  });
}

const CASES: {
  name: string;
  away: (page: Page, tabs: RealTabs, line: BrowserLine) => Promise<void>;
  back: (page: Page, tabs: RealTabs, line: BrowserLine) => Promise<void>;
}[] = [
  {
    name: 'a tab frozen out of sight',
    away: async (page, tabs, line) => {
      const other = await tabs.context.newPage();
      await other.bringToFront();
      // Frozen sooner it could not let go.
      await expect.poll(() => line.live()).toBe(0);
      await tabs.freeze(page);
    },
    back: async (page, tabs) => {
      await tabs.thaw(page);
      await page.bringToFront();
    },
  },
  {
    name: 'a tab frozen in sight, whose connection is cut meanwhile',
    away: async (page, tabs, line) => {
      await tabs.freeze(page);
      line.cut();
    },
    back: async (page, tabs, line) => {
      line.mend();
      await tabs.thaw(page);
      await (await tabs.context.newPage()).bringToFront();
      await page.bringToFront();
    },
  },
  {
    name: 'a tab in sight whose connection is cut',
    away: async (page, _tabs, line) => {
      line.cut();
      await expectConnection(page, /Reconnecting/);
    },
    back: async (page, _tabs, line) => {
      line.mend();
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
    },
  },
];

for (const { name, away, back } of CASES) {
  test(`${name} accounts for every id when it is back`, async ({ startStand, tabs }) => {
    const { redis, dashboard } = await startStand();
    const line = await startBrowserLine(dashboard.port);
    /** Adds entries and trims the stream in one step, between two reads of the dashboard. */
    const add = (count: number, lengthMax: number) =>
      redis.command(
        'EVAL',
        `for n = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'type', 'many', 'data', n) end
        redis.call('XTRIM', KEYS[1], 'MAXLEN', ARGV[2])`,
        1,
        ...[EVENTS, count, lengthMax],
      );
    await addMany(redis, EVENTS, 40);
    const page = await tabs.context.newPage();
    await openTail(page, `${line.url}/events`);
    await expect(page.getByText('shown 40')).toBeVisible();

    // What the dashboard has read is had from its memory, trimmed or not.
    await away(page, tabs, line);
    const reader = await SseClient.open(dashboard.url, '/events/stream?last_id=0');
    await add(1000, 2000);
    const all = await rangeIds(redis, EVENTS);
    await reader.untilEntries(all.length);
    reader.close();
    await redis.command('XTRIM', EVENTS, 'MAXLEN', 300);
    await back(page, tabs, line);
    await expectConnection(page, 'live');
    await expect(page.getByText('shown 1,040')).toBeVisible();
    expect(await allRows(page)).toEqual(all);

    // What nobody could read is a gap with its exact number.
    await away(page, tabs, line);
    await add(3000, 800);
    await back(page, tabs, line);
    await expectConnection(page, 'live');
    await expect(page.getByText('received 1,800')).toBeVisible();
    const kept = await rangeIds(redis, EVENTS);
    const between = `between ${all.at(-1)} and ${kept[0]}`;
    expect(await allRows(page)).toEqual([
      ...all,
      `2,200 entries were trimmed before they could be shown, ${between}.`,
      ...kept,
    ]);
    line.stop();
  });
}
