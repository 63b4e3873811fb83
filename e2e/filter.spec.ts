import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { open, test } from './support/fixtures';
import { addEvent, addMany } from './support/streams';
import { expectConnection, openTail, shownIds, tailRows } from './support/tail';

const tailOf = (stream: string, rest = '') => `/events?stream=${encodeURIComponent(stream)}${rest}`;
const box = (page: Page) => page.getByRole('searchbox', { name: 'Filter', exact: true });

async function addThree(redis: Parameters<typeof addEvent>[0], stream: string) {
  const a = await addEvent(redis, {
    ...{ stream, type: 'ingestion.failed', jobId: 'job-a' },
    data: { error: 'LLM timeout', chunks_total: 85 },
  });
  const b = await addEvent(redis, {
    ...{ stream, type: 'ingestion.started', jobId: 'job-b', data: { chunks_total: 3 } },
  });
  const c = await addEvent(redis, { stream, type: 'query.started', jobId: 'job-a' });
  return { a, b, c };
}

/** No finding of axe in what is shown. */
async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test.describe('the box of the tail', () => {
  for (const { text, matches } of [
    { text: 'type:ingestion.*', matches: ['a', 'b'] },
    { text: 'job:job-a -type:*.failed', matches: ['c'] },
    { text: 'data.chunks_total>10', matches: ['a'] },
    { text: '"llm timeout"', matches: ['a'] },
  ] as const) {
    test(`${text}: kept in the URL, over a reload, and for what comes`, async ({
      page,
      redis,
      uniqueName: stream,
    }) => {
      const first = await addThree(redis, stream);
      await openTail(page, tailOf(stream));
      await box(page).fill(text);
      await expect(page).toHaveURL((url) => url.searchParams.get('filter') === text);
      const expected = matches.map((key) => first[key]);
      await expect.poll(() => shownIds(page)).toEqual(expected);
      await page.reload();
      await expect(box(page)).toHaveValue(text);
      await expectConnection(page, 'live');
      await expect.poll(() => shownIds(page)).toEqual(expected);
      const second = await addThree(redis, stream);
      await expect
        .poll(() => shownIds(page))
        .toEqual([...expected, ...matches.map((key) => second[key])]);
      await page.getByRole('link', { name: 'Clear filter' }).click();
      await expect(tailRows(page)).toHaveCount(6);
      await expect(box(page)).toHaveValue('');
    });
  }

  test('keeps what is typed, and the cursor, while the tail is drawn anew', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const { a } = await addThree(redis, stream);
    await openTail(page, tailOf(stream));
    await box(page).pressSequentially('type:ingestion.*');
    await expect(page).toHaveURL((url) => url.searchParams.get('filter') === 'type:ingestion.*');
    await expect(tailRows(page)).toHaveCount(2);
    await expect(box(page)).toBeFocused();
    await page.keyboard.type(' timeout');
    await expect(box(page)).toHaveValue('type:ingestion.* timeout');
    await expect.poll(() => shownIds(page)).toEqual([a]);
    await expect(box(page)).toBeFocused();
    await expect(tailRows(page).locator('mark')).toHaveText(['timeout']);
  });

  test('says what is wrong, and where, and applies nothing', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addThree(redis, stream);
    await openTail(page, tailOf(stream));
    await box(page).fill('job:job-a data.n>1,2');
    const said = page.getByRole('main').getByText('> takes one value.');
    await expect(said).toBeVisible();
    await expect(said).toContainText('At character 20.');
    await expect(box(page)).toHaveAttribute('aria-invalid', 'true');
    await expect(box(page)).toHaveAccessibleDescription(/> takes one value/);
    await expectAccessible(page);
    await expect(tailRows(page)).toHaveCount(3);
    expect(new URL(page.url()).searchParams.has('filter')).toBe(false);
    // The same by a link: everything is shown, and why.
    await page.goto(tailOf(stream, `&filter=${encodeURIComponent('n>1,2')}`));
    await expect(page.getByText('> takes one value.')).toBeVisible();
    await expect(tailRows(page)).toHaveCount(3);
  });

  test('takes links from before the language', async ({ page, redis, uniqueName: stream }) => {
    const { a } = await addThree(redis, stream);
    await openTail(page, tailOf(stream, '&type=ingestion.*&job_id=job-a&q=llm%20timeout'));
    await expect(box(page)).toHaveValue('type:ingestion.* job:job-a "llm timeout"');
    await expect.poll(() => shownIds(page)).toEqual([a]);
  });

  test('without any script the form is sent and answered', async ({
    redis,
    scriptless: page,
    uniqueName: stream,
  }) => {
    const { b } = await addThree(redis, stream);
    await page.goto(tailOf(stream));
    await box(page).fill('job:job-b');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await expect(page).toHaveURL((url) => url.searchParams.get('filter') === 'job:job-b');
    await expect.poll(() => shownIds(page)).toEqual([b]);
    await box(page).fill('job:');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await expect(page.getByText('A value is missing here.')).toBeVisible();
  });

  test('is reached by /, shows examples, and remembers', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addThree(redis, stream);
    await openTail(page, tailOf(stream));
    await page.keyboard.press('/');
    await expect(box(page)).toBeFocused();
    await page.getByRole('button', { name: 'How to filter' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: /^type:ingestion\.\* the/ }).click();
    await expect(box(page)).toHaveValue('type:ingestion.*');
    await expect(tailRows(page)).toHaveCount(2);

    await page.getByRole('button', { name: 'Saved filters' }).click();
    await page.getByRole('textbox', { name: 'Save this filter as' }).fill('Ingestion');
    await page.keyboard.press('Enter');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.goto(tailOf(stream));
    await expectConnection(page, 'live');
    await page.getByRole('button', { name: 'Saved filters' }).click();
    const recent = page.getByRole('list', { name: 'Recent filters' });
    await expect(recent.getByRole('button')).toHaveText(['type:ingestion.*']);
    await page.getByRole('button', { name: 'Rename Ingestion' }).click();
    await page.getByRole('textbox', { name: 'New name of Ingestion' }).fill('Intake');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    const named = page.getByRole('list', { name: 'Named filters' });
    await named.getByRole('button', { name: /^Intake/ }).click();
    await expect(tailRows(page)).toHaveCount(2);
    await page.getByRole('button', { name: 'Saved filters' }).click();
    await page.getByRole('button', { name: 'Delete Intake' }).click();
    await expect(named).toBeHidden();
  });

  test('the file has what the filter matches', async ({ page, redis, uniqueName: stream }) => {
    const { a, b } = await addThree(redis, stream);
    await openTail(page, tailOf(stream, '&filter=type:ingestion.*'));
    await page.getByRole('button', { name: 'Download what matches' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'NDJSON, exact' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toMatch(/^e2e-.*\.ndjson$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const lines = Buffer.concat(chunks).toString('utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([a, b]);
  });
});

test.describe('searching back', () => {
  const pageOf = (stream: string, rest = '') => `/streams/${encodeURIComponent(stream)}${rest}`;
  const search = (page: Page) =>
    page.getByRole('searchbox', { name: 'Search back through the stream' });
  const found = (page: Page) => page.getByRole('table').last().getByRole('link');

  test('finds through the whole stream, counts what it looked through, and is a link', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const { a } = await addThree(redis, stream);
    await addMany(redis, stream, 300);
    await open(page, pageOf(stream));
    await search(page).fill('timeout');
    await page.getByRole('button', { name: 'Search back' }).click();
    await expect(page.getByText('Searched: scanned 303 of 303, 1 found')).toBeVisible();
    await expect(found(page)).toHaveText([a]);
    await expect(found(page).locator('xpath=ancestor::tr').locator('mark')).toHaveText(['timeout']);
    await expectAccessible(page);
    await page.reload();
    await expect(search(page)).toHaveValue('timeout');
    await expect(page.getByText('Searched: scanned 303 of 303, 1 found')).toBeVisible();
    // Who comes back finds it as it was, and is told how long ago that was.
    const age = page.getByText(/^as of \d+ (s|min) ago$/);
    await expect(age).toBeHidden();
    await page.getByRole('link', { name: 'Overview' }).first().click();
    await expect(page).toHaveURL(/\/$/);
    await page.goBack();
    await expect(page.getByText('Searched: scanned 303 of 303, 1 found')).toBeVisible();
    await expect(age).toBeVisible();
    await found(page).click();
    await expect(page.getByRole('dialog', { name: a })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Close search' }).click();
    await expect(page.getByText(/^Searched/)).toBeHidden();
    await expect(page.getByRole('navigation', { name: 'Pages of entries' })).toBeVisible();
  });

  test('stops after a hundred; further back it is cancelled, keeps what was found, and goes on', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const newestFirst = (await addMany(redis, stream, 150)).reverse();
    await open(page, pageOf(stream, '?search=type:test.*'));
    await expect(page.getByText('scanned 100 of 150, 100 found')).toBeVisible();
    const further = page.getByRole('button', { name: 'Search further back' });

    // The answer is held: the search goes on for as long as it takes to cancel it.
    await page.route('**/search?*', () => {});
    await further.click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('Stopped: scanned 100 of 150, 100 found')).toBeVisible();
    await expect(found(page)).toHaveText(newestFirst.slice(0, 100));
    await page.unroute('**/search?*');
    await further.click();
    await expect(
      page.getByText('scanned 150 of 150, 150 found · to the first entry'),
    ).toBeVisible();
    await expect(found(page)).toHaveText(newestFirst);
  });
});
