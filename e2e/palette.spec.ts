import { expect, type Page } from '@playwright/test';
import { KEY_BINDINGS } from '@/lib/model/keys';
import { expectAccessible } from './support/accessible';
import { groupPath, streamPath } from './support/entries';
import { open, test } from './support/fixtures';
import { addMany, EVENTS, QUEUE } from './support/streams';
import { openTail } from './support/tail';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Go to' });
const chosen = (page: Page) => palette(page).getByRole('option', { selected: true });

async function openPalette(page: Page) {
  await page.keyboard.press('Control+k');
  await expect(palette(page).getByRole('combobox')).toBeFocused();
}

test('by keys alone to a stream, a group and its consumer, and back to where the focus was', async ({
  page,
  redis,
  uniqueName,
}) => {
  const group = `${uniqueName}-workers`;
  await redis.command('XGROUP', 'CREATE', QUEUE, group, '$');
  for (const consumer of ['worker-1', 'worker-2']) {
    await redis.command('XGROUP', 'CREATECONSUMER', QUEUE, group, consumer);
  }
  await open(page, '/tasks');
  const main = page.getByRole('main');

  // Who types at once loses no letter: the box is not even loaded yet.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('shi ev');
  await expect(palette(page).getByRole('combobox')).toHaveValue('shi ev');
  await expect(chosen(page)).toContainText(EVENTS);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(streamPath(EVENTS));
  await expect(palette(page)).toBeHidden();

  // Found once a sample has it: the palette shows the streams as they were when it was opened.
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();
    await openPalette(page);
    await page.keyboard.type(group.toUpperCase());
    await expect(palette(page).getByRole('option', { name: group }).first()).toBeVisible({
      timeout: 1_000,
    });
  }).toPass();
  // The whole name of a group was typed: its consumers are there as well.
  await expect(palette(page).getByRole('option')).toContainText([group, 'worker-1', 'worker-2']);
  await page.keyboard.press('Tab');
  await expect(palette(page).getByRole('combobox')).toHaveValue('');
  await page.keyboard.type('2');
  await expect(chosen(page)).toContainText('worker-2');
  await page.keyboard.press('Backspace');
  await expect(palette(page).getByRole('option', { name: /^Pending/ })).toBeVisible();
  await page.keyboard.type('cons');
  await expect(chosen(page)).toContainText('Consumers');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(groupPath(QUEUE, group, '?tab=consumers'));
  await expect(main.getByText('worker-2')).toBeVisible();

  const skip = page.getByRole('link', { name: 'Skip to the page' });
  await skip.focus();
  await openPalette(page);
  await page.keyboard.type('zzzzzz');
  await expect(palette(page).getByText('Nothing here is called that.')).toBeVisible();
  await expect(palette(page).getByRole('option')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();
  await expect(skip).toBeFocused();
});

test('does what the page can do, lists its keys, and axe finds nothing in either', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  await addMany(redis, stream, 2);
  await openTail(page, `/events?stream=${stream}`);
  await openPalette(page);
  await page.keyboard.type('dark theme');
  await expect(chosen(page)).toContainText('Dark theme');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(palette(page)).toBeHidden();

  await openPalette(page);
  await page.keyboard.type('pause');
  await expect(chosen(page)).toContainText(KEY_BINDINGS.pause.does);
  await page.keyboard.press('Enter');
  await expect(page.getByText('paused here')).toBeVisible();

  await openPalette(page);
  await page.keyboard.type('filter');
  await expect(chosen(page)).toContainText(KEY_BINDINGS.filter.does);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('searchbox', { name: 'Filter' })).toBeFocused();

  // In a field a key is a letter; Ctrl K is not.
  await page.keyboard.type('?');
  await expect(page.getByRole('searchbox', { name: 'Filter' })).toHaveValue('?');
  await page.keyboard.press('Backspace');
  await openPalette(page);
  await page.keyboard.type('copy link');
  await page.keyboard.press('Enter');
  await expect(palette(page).getByRole('status')).toContainText(/copied|refused/i);
  await page.keyboard.press('ArrowDown');
  await expectAccessible(page, 'the palette');
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();

  await page.getByRole('button', { name: 'Keys' }).focus();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  for (const { does } of Object.values(KEY_BINDINGS)) {
    await expect(keys.getByText(does, { exact: true })).toBeVisible();
  }
  await expectAccessible(page, 'the list of keys');
});
