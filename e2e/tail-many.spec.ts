import { expect, type Page } from '@playwright/test';
import { visibleText } from '@/lib/model/visible-text';
import { expectAccessible } from './support/accessible';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { type add, addEvent, rangeIds } from './support/streams';
import { expectConnection, openTail, shownIds, tailRows, tailScroller } from './support/tail';

const tailOf = (streams: string[], rest = '') =>
  `/events?${streams.map((stream) => `stream=${encodeURIComponent(stream)}`).join('&')}${rest}`;

const streamsInUrl = (page: Page) => new URL(page.url()).searchParams.getAll('stream');
const chooser = (page: Page) => page.getByRole('group').filter({ has: page.locator('summary') });

/** The entries of one stream among the rows, by their keys. */
const keysOf = (keys: string[], stream: string) =>
  keys.flatMap((key) => (key.endsWith(`@${stream}`) ? [key.slice(0, key.indexOf('@'))] : []));

/** Adds to both by turns, in one step of Redis, so that ids of the two are alike. */
function addByTurns(redis: Parameters<typeof add>[0], streams: string[], each: number) {
  const script = `for n = 1, ARGV[1] do for _, key in ipairs(KEYS) do
    redis.call('XADD', key, '*', 'type', 'b', 'data', n) end end`;
  return redis.command('EVAL', script, streams.length, ...streams, each);
}

test.describe('several streams in one tail', () => {
  test.use({ expectedConsole: [REQUESTS_FAIL] });

  test('shows each entry of each once, goes on from where it was, and reads back to the first', async ({
    page,
    redis,
    uniqueName,
  }) => {
    const [a, b, broken] = [`${uniqueName}:a`, `${uniqueName}:b`, `${uniqueName}:hash`];
    await redis.command('HSET', broken, 'no', 'stream');
    await addByTurns(redis, [a, b], 90);
    await open(page, tailOf([a, b, broken]));
    await expectConnection(page, /^live hash: The key holds something other than a stream since/);

    // Streams that were filled together stand by id, and each row says of which it is.
    const last = [...(await rangeIds(redis, a)).slice(-3)];
    const lastB = (await rangeIds(redis, b)).slice(-3);
    await expect.poll(async () => keysOf(await shownIds(page), a).slice(-3)).toEqual(last);
    expect(keysOf(await shownIds(page), b).slice(-3)).toEqual(lastB);
    await expect(tailRows(page).last().getByTitle(b, { exact: true }).first()).toBeVisible();

    // Let go and come back: what was added meanwhile is there, of each, and once.
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expectConnection(page, /let go while this tab is hidden/);
    await addByTurns(redis, [a, b], 20);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'visible' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect(page.getByText('received 40', { exact: true })).toBeVisible();

    // By key from row to row over both streams, and the drawer shows the right one's entry.
    await tailScroller(page).focus();
    await page.keyboard.press('ArrowUp');
    await expect(tailRows(page).last()).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/[?&]entry=/);
    const entry = page.getByRole('dialog');
    const keys = await shownIds(page);
    const opened = new URL(page.url()).searchParams.get('entry') ?? '';
    await expect(entry).toContainText(opened.slice(opened.indexOf('@') + 1));
    await page.keyboard.press('k');
    const previous = keys[keys.indexOf(opened) - 1] ?? '';
    await expect(page).toHaveURL((url) => url.searchParams.get('entry') === previous);
    await expect(entry.getByRole('heading', { name: previous.split('@')[0] ?? '' })).toBeVisible();
    await expect(entry).toContainText(previous.slice(previous.indexOf('@') + 1));
    await page.keyboard.press('Escape');
    await expect(entry).toBeHidden();

    // Back to the first entry of each, in the order of ids.
    await expect(async () => {
      await tailScroller(page).evaluate((scroller) => {
        scroller.scrollTop = 0;
      });
      await expect(page.getByText(/could not be read/)).toBeVisible({ timeout: 1000 });
    }).toPass();
    await expect(page.getByText(/^shown 220$/)).toBeVisible();
    await tailScroller(page).evaluate((scroller) => {
      scroller.scrollTop = 0;
    });
    for (const stream of [a, b]) {
      const firsts = (await rangeIds(redis, stream)).slice(0, 5);
      await expect
        .poll(async () => keysOf(await shownIds(page), stream).slice(0, 5))
        .toEqual(firsts);
    }
  });

  test('streams are added and removed by key and by hand, and the address keeps them', async ({
    page,
    redis,
    uniqueName,
  }) => {
    const [a, b] = [`${uniqueName}:a`, `${uniqueName}: two  spaces`];
    await addEvent(redis, { stream: a, type: 'one.a' });
    await addEvent(redis, { stream: b, type: 'one.b' });
    await openTail(page, tailOf([a]));
    await page.locator('summary').focus();
    await page.keyboard.press('Enter');
    // Found by the scan, or not yet: the list has what is shown at least.
    const boxOf = (stream: string) =>
      chooser(page).getByRole('checkbox', { name: visibleText(stream), exact: true });
    await expect(boxOf(b)).toBeVisible();
    await boxOf(b).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => streamsInUrl(page)).toEqual([b, a].sort());
    await expect(tailRows(page)).toHaveCount(2);
    await expect(boxOf(b)).toBeFocused();
    await expectAccessible(page, 'a tail of several streams, and the list of them');
    await page.keyboard.press('Enter');
    await expect.poll(() => streamsInUrl(page)).toEqual([b]);
    await expect(boxOf(b)).toBeFocused();
    await expect(tailRows(page)).toHaveText(/one\.b/);
    await page.keyboard.press('Escape');
    await expect(page.locator('summary')).toBeFocused();

    await page.goto(tailOf([a, b], '&filter=one.b'));
    await expect(tailRows(page)).toHaveCount(1);
    await page.getByRole('button', { name: `Remove ${a} from this tail` }).click();
    await expect.poll(() => streamsInUrl(page)).toEqual([b]);
    await expect(page.locator('summary')).toBeFocused();
    expect(new URL(page.url()).searchParams.get('filter')).toBe('one.b');
    await expect(page.getByText('1 stream', { exact: true })).toBeHidden();

    await page.goto(tailOf(Array.from('abcdefghi', (letter) => `${uniqueName}:${letter}`)));
    await expect(page.getByText('Not every stream is shown.')).toBeVisible();
    await expect(page.locator('summary')).toContainText('8 streams');
  });
});
