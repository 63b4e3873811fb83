import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import { streamPath } from './support/entries';
import { open, test } from './support/fixtures';
import { addMany, readGroup } from './support/streams';
import { expectCell, groupRow, streamRow } from './support/table';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

function ruler(page: Page): Locator {
  return page.getByRole('figure', { name: 'How far each group has read' });
}

function mark(page: Page, name: RegExp): Locator {
  return ruler(page).getByRole('link', { name });
}

/** Where the middle of a mark stands on the large ruler's track, 0 to 1. */
async function placeOf(cursor: Locator): Promise<number> {
  return cursor.evaluate((element) => {
    const track = element.parentElement?.getBoundingClientRect();
    const own = element.getBoundingClientRect();
    return track ? (own.left + own.width / 2 - track.left) / track.width : Number.NaN;
  });
}

async function expectNoSideways(page: Page, width: number) {
  const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(scrollWidth, `at ${width} px`).toBeLessThanOrEqual(width);
}

test.describe('on the page of a stream', () => {
  test('a cursor moves as its group reads, and joins the others at the head', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addMany(redis, stream, 20);
    await redis.command('XGROUP', 'CREATE', stream, 'reader', '0');
    await redis.command('XGROUP', 'CREATE', stream, 'done', '$');
    await open(page, streamPath(stream));
    await expect(mark(page, /^reader: 20 behind/)).toBeVisible();
    await expect.poll(() => placeOf(mark(page, /^reader/))).toBeCloseTo(0, 2);
    const done = mark(page, /^done: nothing left to read/);
    await expect.poll(() => placeOf(done)).toBeCloseTo(1, 2);

    await readGroup(redis, stream, 'reader', { count: 10 });
    const halfWay = mark(page, /^reader: 10 behind/);
    await expect(halfWay).toBeVisible();
    await expect.poll(() => placeOf(halfWay)).toBeCloseTo(0.48, 2);

    await readGroup(redis, stream, 'reader', { count: 10 });
    const head = ruler(page).getByRole('button', { name: /^2 at the head: / });
    await expect(head).toBeVisible();
    await expect.poll(() => placeOf(head)).toBeCloseTo(1, 2);
  });

  test('entries trimmed unread are told, drawn behind the trim line, and whose they were', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addMany(redis, stream, 30);
    await redis.command('XGROUP', 'CREATE', stream, 'slow', '0');
    await readGroup(redis, stream, 'slow', { count: 5 });
    await open(page, streamPath(stream));
    await expect(mark(page, /^slow: 25 behind/)).toBeVisible();
    await expect(ruler(page)).not.toContainText('lost');

    await redis.command('XTRIM', stream, 'MAXLEN', '=', 10);
    const slow = mark(page, /^slow: 10 behind, .*15 lost unread$/);
    await expect(slow).toBeVisible();
    await expect.poll(() => placeOf(slow)).toBeCloseTo(0, 2);
    await expect(ruler(page).getByText('15 lost (unread)').last()).toBeVisible();
    await expect(ruler(page).getByRole('listitem')).toHaveText([
      '15 lost (unread)',
      /^slow: 10 behind, .*15 lost unread$/,
    ]);
  });

  test('is in the first HTML, in words, rearmost first', async ({
    redis,
    scriptless: page,
    uniqueName: stream,
  }) => {
    const ids = await addMany(redis, stream, 12);
    await redis.command('XGROUP', 'CREATE', stream, 'b-head', '$');
    await redis.command('XGROUP', 'CREATE', stream, 'a-half', ids[5] ?? '');
    await redis.command('XGROUP', 'CREATE', stream, 'c-first', '0');
    await expect(async () => {
      await page.goto(streamPath(stream));
      await expect(ruler(page).getByRole('listitem')).toHaveText(
        [/^c-first: 12 behind, /, /^a-half: (about )?6 behind, /, /^b-head: nothing left to read$/],
        { timeout: 500 },
      );
    }).toPass();
    await expect(mark(page, /^a-half/)).toBeVisible();
    await expect(mark(page, /^a-half/)).toHaveAttribute(
      'href',
      `/streams/${encodeURIComponent(stream)}/groups/a-half`,
    );
  });

  test('by keys alone: each mark is reached and tells its figures; groups at one place are listed', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addMany(redis, stream, 12);
    await redis.command('XGROUP', 'CREATE', stream, 'far', '0');
    await redis.command('XGROUP', 'CREATE', stream, 'near-1', '$');
    await redis.command('XGROUP', 'CREATE', stream, 'near-2', '$');
    await open(page, streamPath(stream));
    await expect(mark(page, /^far: 12 behind/)).toBeVisible();
    await page.getByRole('link', { name: 'Watch live' }).focus();
    await page.keyboard.press('Tab');
    await expect(mark(page, /^far/)).toBeFocused();
    await expect(page.getByText('oldest unread')).toBeVisible();
    await page.keyboard.press('Tab');
    await expect(ruler(page).getByRole('button', { name: /^2 at the head/ })).toBeFocused();
    await page.keyboard.press('Enter');
    const item = page.getByRole('menuitem', { name: /^near-2/ });
    await expect(item).toBeVisible();
    await expect(item).toHaveAttribute('href', /\/groups\/near-2$/);
    await page.keyboard.press('Escape');
    await expect(item).toBeHidden();
  });

  test('many groups and lost entries: nothing overlaps, at every width and theme', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const ids = await addMany(redis, stream, 60);
    await redis.command('XGROUP', 'CREATE', stream, 'group-number-0', '0');
    await readGroup(redis, stream, 'group-number-0', { count: 1 });
    for (let n = 1; n < 18; n += 1) {
      await redis.command('XGROUP', 'CREATE', stream, `group-number-${n}`, ids[n * 3] ?? '$');
    }
    await redis.command('XTRIM', stream, 'MAXLEN', '=', 55);
    await open(page, streamPath(stream));
    await expect(ruler(page).getByRole('listitem')).toHaveCount(19);
    for (const viewport of [WIDE, NARROW]) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const axe = new AxeBuilder({ page }).include('figure').setLegacyMode();
        const { violations } = await axe.analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      }
      await expectNoSideways(page, viewport.width);
      await expect
        .poll(() => overlaps(ruler(page)), { message: `at ${viewport.width} px` })
        .toEqual([]);
    }
  });
});

/** Labels and marks in sight that overlap with one of their kind, or leave the figure. */
function overlaps(figure: Locator): Promise<string[]> {
  return figure.evaluate((element) => {
    const found: string[] = [];
    const bounds = element.getBoundingClientRect();
    for (const kind of ['[data-label]', '[data-mark]']) {
      const boxes = [...element.querySelectorAll(kind)]
        .map((each) => ({ text: each.textContent, box: each.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0);
      if (boxes.length === 0) found.push(`no ${kind}`);
      for (const [index, { text, box }] of boxes.entries()) {
        if (box.left < bounds.left - 1 || box.right > bounds.right + 1) found.push(`out: ${text}`);
        for (const other of boxes.slice(index + 1)) {
          const isApart =
            box.right <= other.box.left + 0.5 ||
            other.box.right <= box.left + 0.5 ||
            box.bottom <= other.box.top + 0.5 ||
            other.box.bottom <= box.top + 0.5;
          if (!isApart) found.push(`${text} / ${other.text}`);
        }
      }
    }
    return found;
  });
}

test.describe('on Overview', () => {
  test('a row says how its stream stands, and its ruler says it in a sentence', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addMany(redis, stream, 9);
    await redis.command('XGROUP', 'CREATE', stream, 'behind', '0');
    await readGroup(redis, stream, 'behind', { count: 2 });
    await redis.command('XGROUP', 'CREATE', stream, 'done', '$');
    await open(page, '/');
    const row = streamRow(page, stream);
    await expectCell(row, 'Length', '9');
    await expectCell(row, 'Lag', '7');
    await expectCell(row, 'Behind', /\d/);
    await expect(
      row.getByRole('img', { name: /^Rearmost behind: 7 behind, .* 1 of 2 at the head\.$/ }),
    ).toBeVisible();
    await readGroup(redis, stream, 'behind', { count: 7 });
    await expectCell(row, 'Lag', '0');
    await expect(row.getByRole('img', { name: 'All 2 groups are at the head.' })).toBeVisible();
    await expectCell(groupRow(page, stream, 'behind'), 'Lag', '0');
  });

  test('hundreds of streams: found by name, sorted and paged, all of it in the URL', async ({
    // First, so that it ends last: the page is closed before what it asks goes away.
    startStand,
    page,
    scriptless,
  }) => {
    test.slow();
    // A busy machine takes its time over so many streams.
    const patient = expect.configure({ timeout: 60_000 });
    const { redis, dashboard } = await startStand({
      prepare: async (redis) => {
        await redis.command(
          'EVAL',
          `for n = 1, 240 do
            for e = 1, n % 5 do redis.call('XADD', 'stream:' .. n, '*', 'n', e) end
            redis.call('XGROUP', 'CREATE', 'stream:' .. n, 'g', '0', 'MKSTREAM')
          end`,
          0,
        );
      },
      env: { STREAMS: 'stream:7', BOOTSTRAP_GROUPS: 'false' },
    });
    await page.goto(`${dashboard.url}/`);
    await patient(page.getByRole('banner').getByText('live', { exact: true })).toBeVisible();
    const region = page.getByRole('region', { name: 'Streams' });
    const count = region.getByRole('status');
    await patient(count).toHaveText('240 streams');
    const rows = region.getByRole('rowgroup').filter({ has: page.getByRole('img') });
    expect(await rows.count()).toBeLessThanOrEqual(100);
    await patient(region.getByText(/^Page 1 of \d+$/)).toBeVisible();

    const filter = region.getByRole('searchbox', { name: 'Stream or group name' });
    await filter.fill('stream:23');
    await patient(count).toHaveText('11 of 240 streams');
    await patient(page).toHaveURL(`${dashboard.url}/?q=stream%3A23`);
    await region.getByRole('combobox', { name: 'Order' }).selectOption('name');
    await patient(page).toHaveURL(`${dashboard.url}/?q=stream%3A23&sort=name`);
    const names = rows.getByRole('link', { name: /^stream:/ });
    await patient(names).toHaveText(
      [23, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239].map((n) => `stream:${n}`),
    );
    await region.getByRole('combobox', { name: 'Order' }).selectOption('lag');
    await patient(names.first()).toHaveText('stream:234');
    await patient(names.nth(1)).toHaveText('stream:239');

    // A shared address shows the same, before any script too.
    await scriptless.goto(page.url());
    await patient(
      scriptless.getByRole('region', { name: 'Streams' }).getByRole('status'),
    ).toHaveText('11 of 240 streams');
    await page.reload();
    await patient(page.getByRole('banner').getByText('live', { exact: true })).toBeVisible();
    await patient(filter).toHaveValue('stream:23');
    await patient(names.nth(1)).toHaveText('stream:239');

    await filter.fill('no such stream');
    await patient(region.getByText('No stream by that name')).toBeVisible();
    await region.getByRole('link', { name: 'Show all' }).click({ timeout: 60_000 });
    await patient(count).toHaveText('240 streams');
    await patient(filter).toHaveValue('');
    await region.getByRole('link', { name: 'Next' }).click({ timeout: 60_000 });
    await patient(page).toHaveURL(/page=2/);
    await patient(region.getByText(/^Page 2 of \d+$/)).toBeVisible();
    await redis.command('DEL', 'stream:240');
    await patient(count).toHaveText('239 streams');
    await page.setViewportSize(NARROW);
    await expectNoSideways(page, NARROW.width);
  });
});
