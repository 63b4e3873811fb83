import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible';
import { entryLinks, streamPath } from './support/entries';
import { open, test } from './support/fixtures';
import { add, addMany } from './support/streams';
import { openTail, tailRows } from './support/tail';

const drawerOf = (page: Page, id = '') => page.getByRole('dialog', { name: id });
const readClipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

async function copy(page: Page, form: string): Promise<string> {
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('menuitem', { name: form }).click();
  const said = form === 'Link' ? 'Copied the link' : `Copied as ${form}`;
  await expect(drawer.getByText(said, { exact: true })).toBeAttached();
  return await readClipboard(page);
}

test('one walks from entry to entry by keys and buttons, in every list', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const ids = (await addMany(redis, stream, 4)).reverse();
  await open(page, streamPath(stream));
  await entryLinks(page).first().click();
  await expect(drawerOf(page, ids[0])).toBeVisible();
  // Pressed faster than the page follows: each is a step.
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(drawerOf(page, ids[2])).toContainText('test.counted');
  await expect(page).toHaveURL(streamPath(stream, `?entry=${ids[2]}`));
  await page.getByRole('button', { name: 'Next in the list' }).click();
  await expect(drawerOf(page, ids[3])).toBeVisible();
  await expect(page.getByRole('button', { name: 'Next in the list' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(drawerOf(page, ids[2])).toBeVisible();

  // The keys of the page go on beside the drawer, and not behind what covers both.
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await expect(keys.locator(':focus')).toHaveCount(1);
  await page.keyboard.press('k');
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
  await expect(page).toHaveURL(streamPath(stream, `?entry=${ids[2]}`));
  await page.getByRole('button', { name: 'Next in the list' }).focus();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.getByRole('button', { name: 'Next in the list' }).focus();

  // Focus goes to the row of what was open last, and back to before the walk.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(entryLinks(page).nth(2)).toBeFocused();

  // In the tail, newest last: what is above is older.
  await openTail(page, `/events?stream=${encodeURIComponent(stream)}`);
  await tailRows(page).last().click();
  await expect(drawerOf(page, ids[0])).toBeVisible();
  await page.keyboard.press('k');
  await expect(drawerOf(page, ids[1])).toBeVisible();
  await page.keyboard.press('j');
  await expect(drawerOf(page, ids[0])).toBeVisible();
  // Who walks holds the tail still.
  await expect(page.getByRole('button', { name: 'Follow' })).toBeVisible();
});

test.describe('copying', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('an entry in each form, and a link that opens it; a thousand fields stay quick', async ({
    page,
    baseURL,
    redis,
    uniqueName: stream,
  }) => {
    const fields = Array.from({ length: 1_000 }, (_, n) => [`field-${n + 1}`, `value ${n + 1}`]);
    const wide = await add(redis, stream, ...fields.flat());
    const hostile = await add(
      redis,
      stream,
      'type',
      'x',
      'data',
      '{"a":"\\u001b[2J"}',
      'raw',
      '\u001b[2J',
    );
    await open(page, streamPath(stream, `?entry=${hostile}`));
    await expect(drawerOf(page, hostile)).toContainText('"a"');
    expect(JSON.parse(await copy(page, 'JSON'))).toEqual({
      ...{ stream, id: hostile },
      fields: [
        ['type', 'x'],
        ['data', { a: '\u001b[2J' }],
        ['raw', '\u001b[2J'],
      ],
    });
    expect(await copy(page, 'redis-cli')).toContain(String.raw`raw "\x1b\x5b2J"`);
    expect(await copy(page, 'curl')).toBe(
      `curl -sS '${baseURL}/api/streams/${encodeURIComponent(stream)}/entries/${hostile}?whole=1'`,
    );
    expect(await copy(page, 'TypeScript')).toContain(`'type', 'x',`);
    expect(await copy(page, 'Python')).toContain('client.execute_command(');
    await open(page, await copy(page, 'Link'));
    await expect(drawerOf(page, hostile)).toContainText('"a"');

    await page.keyboard.press('j');
    const drawer = drawerOf(page, wide);
    await expect(drawer.getByRole('heading', { name: '1,000 fields' })).toBeVisible();
    const names = drawer.getByRole('heading', { level: 4 });
    await expect(names.first()).toHaveText('field-1');
    expect(await names.count()).toBeLessThan(60);
    await drawer
      .getByRole('group', { name: 'How to show field-1', exact: true })
      .getByText('Raw')
      .click();
    const last = drawer.getByRole('heading', { name: 'field-1000', exact: true });
    // Fields are measured as they come into sight: the end moves on while one goes there.
    await expect(async () => {
      await drawer
        .getByRole('list')
        .evaluate((list) => list.parentElement?.parentElement?.scrollBy(0, 1_000_000));
      await expect(last).toBeInViewport({ timeout: 500 });
    }).toPass();
    expect(await names.count()).toBeLessThan(60);
    await drawer
      .getByRole('list')
      .evaluate((list) => list.parentElement?.parentElement?.scrollTo(0, 0));
    await expect(drawer.getByRole('radio', { name: 'Raw' }).first()).toBeChecked();
    await expectAccessible(page, 'an entry of a thousand fields');
  });
});
