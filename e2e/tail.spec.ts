import { expect, type Page } from '@playwright/test';
import { REQUESTS_FAIL, test } from './support/fixtures';
import { add, addEvent, addMany, range, rangeIds } from './support/streams';
import { expectConnection, openTail, shownIds, tailRows, tailScroller } from './support/tail';

const tailOf = (stream: string, rest = '') => `/events?stream=${encodeURIComponent(stream)}${rest}`;

test.describe('what comes', () => {
  test('an event added by a plain XADD appears without a reload, after those before it', async ({
    page,
    redis,
  }) => {
    await openTail(page, '/events');
    const before = await shownIds(page);
    const first = await addEvent(redis, {
      type: 'ingestion.started',
      jobId: 'job-of-the-tail',
      data: { chunks_total: 85 },
    });
    const row = tailRows(page).last();
    await expect(row).toContainText('ingestion.started');
    await expect(row.getByTitle('job-of-the-tail')).toBeVisible();
    await expect(row).toContainText('chunks_total 85');
    await expect(row).toContainText(first);
    const second = await addEvent(redis, { type: 'ingestion.completed' });
    await expect(tailRows(page).last()).toContainText(second);
    // Of what other tests have added only the last is sure to be drawn still.
    const tail = [...before.slice(-5), first, second];
    expect((await shownIds(page)).slice(-tail.length)).toEqual(tail);
  });

  test('what was there before the page is there, in order, before any script too', async ({
    page,
    redis,
    scriptless,
    uniqueName: stream,
  }) => {
    const ids = await addMany(redis, stream, 12);
    await scriptless.goto(tailOf(stream));
    expect(await shownIds(scriptless)).toEqual(ids);
    await openTail(page, tailOf(stream));
    await expect.poll(() => shownIds(page)).toEqual(ids);
    await expect(page.getByText('from before 12')).toBeVisible();
  });

  test('a stream that is not there yet begins with its first entry', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await openTail(page, tailOf(stream));
    await expect(page.getByText('Nothing has happened yet')).toBeVisible();
    await expect(page.getByText(`XADD ${stream} `)).toBeVisible();
    const id = await add(redis, stream, 'plain', 'no event at all');
    await expect.poll(() => shownIds(page)).toEqual([id]);
    await expect(tailRows(page)).toContainText('plain no event at all');
    // No line is read out as it comes: their number is, now and then, together or one by one.
    await add(redis, stream, 'type', 'ingestion.failed', 'data', '{}');
    const news = page.getByRole('status').filter({ hasText: 'new' });
    await expect(news).toHaveText(/^[12] new, 1 failed$/, { timeout: 60_000 });
    await expect(page.locator('[aria-live] a, [role="log"] a, [role="status"] a')).toHaveCount(0);
  });

  test('a burst arrives whole: every entry is counted, the newest stands last', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await openTail(page, tailOf(stream));
    await redis.command(
      'EVAL',
      "for n = 1, 3000 do redis.call('XADD', KEYS[1], '*', 'type', 'b', 'data', n) end",
      1,
      stream,
    );
    await expect(page.getByText('received 3,000')).toBeVisible();
    await expect(page.getByText('shown 3,000')).toBeVisible();
    const ids = await rangeIds(redis, stream);
    await expect.poll(async () => (await shownIds(page)).at(-1)).toBe(ids.at(-1));
    const shown = await shownIds(page);
    expect(shown).toEqual(ids.slice(-shown.length));
  });

  test('a burst takes the focus off a row, and waits while one is pressed, which then opens', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const before = await addMany(redis, stream, 40);
    await openTail(page, tailOf(stream));
    await expect(tailRows(page).last()).toContainText(before.at(-1) ?? '');
    await tailRows(page).last().focus();
    await addMany(redis, stream, 200);
    await expect(page.getByText('shown 240')).toBeVisible();
    await expect(tailScroller(page)).toBeFocused();

    const held = await shownIds(page);
    await tailRows(page).last().hover();
    await page.mouse.down();
    await addMany(redis, stream, 200);
    expect(await shownIds(page)).toEqual(held);
    await page.mouse.up();
    await expect(page.getByRole('dialog', { name: held.at(-1) ?? '' })).toBeVisible();
    await expect(page.getByText('shown 440')).toBeVisible();
  });

  test('a row opens the entry beside the tail, and the tail goes on', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const [id = ''] = await addMany(redis, stream, 1);
    await openTail(page, tailOf(stream));
    await tailRows(page).click();
    const entry = page.getByRole('dialog', { name: id });
    await expect(entry.getByRole('heading', { name: 'event_id' })).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`entry=${id}$`));
    await addMany(redis, stream, 2);
    await expect(tailRows(page)).toHaveCount(3);
    await expect(entry).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(entry).toBeHidden();
    await page.goBack();
    await expect(entry).toBeVisible();
    await page.reload();
    await expect(entry.getByRole('heading', { name: 'event_id' })).toBeVisible();
  });
});

test.describe('pausing', () => {
  test('Space holds the rows, what comes waits and is counted, then goes on in order', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const before = await addMany(redis, stream, 60);
    await openTail(page, tailOf(stream));
    await expect(tailRows(page).last()).toContainText(before.at(-1) ?? '');
    await page.getByRole('heading', { name: 'Live' }).click();
    await page.keyboard.press('Space');
    await expect(page.getByText('paused here · 0 waiting')).toBeVisible();
    const place = await tailScroller(page).evaluate((element) => element.scrollTop);
    const held = await shownIds(page);

    await addMany(redis, stream, 7);
    await expect(page.getByText('paused here · 7 waiting')).toBeVisible();
    // Rows out of sight above them may have come.
    expect((await shownIds(page)).slice(-held.length)).toEqual(held);
    expect(await tailScroller(page).evaluate((element) => element.scrollTop)).toBe(place);

    // Resumed here, the rows come in below and the place is kept.
    await page.getByRole('button', { name: 'Resume here' }).click();
    await expect(page.getByText('shown 67')).toBeVisible();
    expect(await tailScroller(page).evaluate((element) => element.scrollTop)).toBe(place);
    await expect(tailScroller(page)).toBeFocused();
    await page.getByRole('button', { name: 'Jump to live' }).click();
    await expect(tailScroller(page)).toBeFocused();
    const ids = await rangeIds(redis, stream);
    await expect(tailRows(page).last()).toContainText(ids.at(-1) ?? '');
    const shown = await shownIds(page);
    expect(shown).toEqual(ids.slice(-shown.length));
  });

  test('Space pauses and Space follows again', async ({ page, redis, uniqueName: stream }) => {
    await addMany(redis, stream, 3);
    await openTail(page, tailOf(stream));
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: /^Follow/ })).toBeVisible();
    const ids = await addMany(redis, stream, 2);
    await expect(page.getByText('paused here · 2 waiting')).toBeVisible();
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: /^Pause/ })).toBeVisible();
    await expect(tailRows(page)).toHaveCount(5);
    await expect(tailRows(page).last()).toContainText(ids[1] ?? '');
  });

  test('Space in a filter is a letter', async ({ page, uniqueName: stream }) => {
    await openTail(page, tailOf(stream));
    const box = page.getByRole('searchbox', { name: 'Filter', exact: true });
    await box.pressSequentially('a b');
    await expect(box).toHaveValue('a b');
    await expect(page.getByRole('button', { name: /^Pause/ })).toBeVisible();
  });

  test('scrolling up pauses', async ({ page, redis, uniqueName: stream }) => {
    await addMany(redis, stream, 60);
    await openTail(page, tailOf(stream));
    await tailScroller(page).hover();
    await page.mouse.wheel(0, -300);
    await expect(page.getByText(/^paused here/)).toBeVisible();
  });
});

/** Adds many at once, in one step of Redis. */
function addBurst(redis: Parameters<typeof add>[0], stream: string, count: number, type = 'b') {
  const script =
    "for n = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'type', ARGV[2], 'data', n) end";
  return redis.command('EVAL', script, 1, stream, count, type);
}

test.describe('looking back', () => {
  const FIRST = 'This is the first entry that Redis holds.';
  const rowsHeld = (page: Page) => page.getByText(/^shown [\d,]+$/);

  /** Where a row stands in the window, by its entry; null where it is not drawn. */
  const placeOf = (page: Page, id: string) =>
    tailRows(page)
      .filter({ hasText: id })
      .evaluateAll((rows) => rows[0]?.getBoundingClientRect().top ?? null);

  /** Scrolls as a hand on the scroll bar does. */
  const scrollTo = (page: Page, topPx: number) =>
    tailScroller(page).evaluate((scroller, top) => {
      scroller.scrollTop = top;
    }, topPx);

  /** The entry of the first row in sight, once it is drawn. */
  async function rowUnderEye(page: Page): Promise<string> {
    const row = await tailScroller(page).evaluateHandle((scroller) => {
      const top = scroller.getBoundingClientRect().top;
      const isFirst = (row: Element) => {
        const fromTop = row.getBoundingClientRect().top - top;
        return fromTop >= 0 && fromTop < 100;
      };
      const look = (): Element | Promise<Element> =>
        [...scroller.querySelectorAll('a[data-row]')].find(isFirst) ??
        new Promise(requestAnimationFrame).then(look);
      return look();
    });
    const href = await row.getAttribute('href');
    return new URLSearchParams(href?.split('?')[1]).get('entry') ?? '';
  }

  test.describe('over a bad line', () => {
    test.use({ expectedConsole: [REQUESTS_FAIL] });

    test('reads to the first entry, the row under the eye stays, and what is let go opens again', async ({
      page,
      redis,
      uniqueName: stream,
    }) => {
      await addBurst(redis, stream, 650);
      const ids = await rangeIds(redis, stream);
      await openTail(page, tailOf(stream));
      await expect(tailRows(page).last()).toContainText(ids.at(-1) ?? '');
      await page.route('**/api/streams/*/entries?*', (route) => route.abort(), { times: 1 });
      await scrollTo(page, 0);
      await expect(page.getByText('Older entries could not be read.')).toBeVisible();
      await expect(page.getByText(/^paused here/)).toBeVisible();
      const eye = await rowUnderEye(page);
      const place = await placeOf(page, eye);
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect(page.getByText('from before 300')).toBeVisible();
      await expect.poll(() => placeOf(page, eye)).toBe(place);
      const more = await addMany(redis, stream, 5);
      await expect(page.getByText('paused here · 5 waiting')).toBeVisible();
      expect(await placeOf(page, eye)).toBe(place);

      await expect(async () => {
        await scrollTo(page, 0);
        await expect(page.getByText(FIRST)).toBeVisible({ timeout: 1000 });
      }).toPass();
      await scrollTo(page, 0);
      await expect(page.getByText('from before 650')).toBeVisible();
      await expect(rowsHeld(page)).toHaveText('shown 650');
      await expect.poll(async () => (await shownIds(page)).slice(0, 20)).toEqual(ids.slice(0, 20));
      await page.getByRole('button', { name: 'Jump to live' }).click();
      await expect(tailRows(page).last()).toContainText(more.at(-1) ?? '');

      // More than is kept: the oldest are let go, said so, and opened again.
      await addBurst(redis, stream, 10_000);
      await expect(page.getByText('received 10,005')).toBeVisible();
      await expect(rowsHeld(page)).toHaveText('shown 10,000');
      await expect(page.getByText('let go 655')).toBeVisible();
      await scrollTo(page, 200);
      await expect(page.getByText('let go 455')).toBeVisible();
      await expect(page.getByText('455 older rows let go.')).toBeVisible();
      await expect(page.getByText('paused here · 200 waiting')).toBeVisible();
      await expect(rowsHeld(page)).toHaveText('shown 10,000');
      await page.getByRole('button', { name: 'Jump to live' }).click();
      const last = (await rangeIds(redis, stream)).at(-1) ?? '';
      await expect(tailRows(page).last()).toContainText(last);
      await expect(page.getByText('let go 655')).toBeVisible();
    });
  });

  test('with a filter searches back, and counts what came and was left out', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const old = await add(redis, stream, 'type', 'needle', 'data', '1');
    await addBurst(redis, stream, 600, 'hay');
    await openTail(page, tailOf(stream, '&filter=type%3Aneedle'));
    await expect(page.getByText('Nothing matches the filter yet')).toBeVisible();
    await page.getByRole('button', { name: 'Look back' }).click();
    await expect.poll(() => shownIds(page)).toEqual([old]);
    await expect(page.getByText(/^No older entry matches/)).toBeVisible();
    await expect(page.getByRole('button', { name: /^Follow/ })).toBeVisible();
    // The button that was pressed is gone, the focus is not.
    await expect(tailScroller(page)).toBeFocused();
    await addBurst(redis, stream, 30, 'hay');
    const next = await add(redis, stream, 'type', 'needle', 'data', '2');
    await addBurst(redis, stream, 12, 'hay');
    await expect(page.getByText('paused here · 1 waiting')).toBeVisible();
    await expect(page.getByText('received 1')).toBeVisible();
    await expect(page.getByText('filtered 42')).toBeVisible();
    await page.keyboard.press('Space');
    await expect.poll(() => shownIds(page)).toEqual([old, next]);
  });
});

test.describe('interruptions', () => {
  /** As a browser does for a tab that goes to the background and comes back. */
  function setVisibility(page: Page, state: 'hidden' | 'visible') {
    return page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value });
      Object.defineProperty(document, 'hidden', { configurable: true, value: value === 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  }

  test('a hidden tab lets its connection go and goes on without gap or repeat', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const resumedAfter: (string | undefined)[] = [];
    let open = 0;
    const isFeed = (request: { url(): string }) => request.url().includes('/events/stream');
    page.on('request', (request) => {
      if (!isFeed(request)) return;
      open += 1;
      resumedAfter.push(request.headers()['last-event-id']);
    });
    page.on('requestfailed', (request) => {
      if (isFeed(request)) open -= 1;
    });
    const before = await addMany(redis, stream, 5);
    await openTail(page, tailOf(stream));
    await expect(tailRows(page)).toHaveCount(5);
    expect(open).toBe(1);

    await setVisibility(page, 'hidden');
    await expectConnection(page, 'let go while this tab is hidden');
    await expect.poll(() => open).toBe(0);
    await addMany(redis, stream, 5);
    await setVisibility(page, 'visible');
    await expectConnection(page, 'live');
    await addMany(redis, stream, 1);
    await expect(tailRows(page)).toHaveCount(11);
    expect(await shownIds(page)).toEqual(await rangeIds(redis, stream));
    expect(resumedAfter.at(-1)).toBe(before.at(-1));
  });

  test('a trim under a tail that was away is told as a gap', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addMany(redis, stream, 3);
    await openTail(page, tailOf(stream));
    await expect(tailRows(page)).toHaveCount(3);
    await setVisibility(page, 'hidden');
    await expectConnection(page, 'let go while this tab is hidden');
    // In one step: what the dashboard had read in between it would give from its memory.
    await redis.command(
      'EVAL',
      `for n = 1, 10 do redis.call('XADD', KEYS[1], '*', 'type', 'trimmed', 'data', n) end
      redis.call('XTRIM', KEYS[1], 'MAXLEN', 2)`,
      ...[1, stream],
    );
    await setVisibility(page, 'visible');
    await expectConnection(page, 'live');
    await expect(page.getByText(/trimmed before they could be shown, between/)).toBeVisible();
    await expect(tailRows(page)).toHaveCount(5);
    const kept = (await range(redis, stream)).map((entry) => entry.id);
    expect((await shownIds(page)).slice(-2)).toEqual(kept);
  });
});
