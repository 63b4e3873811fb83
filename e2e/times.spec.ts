import { expect, type Page } from '@playwright/test';
import { streamPath } from './support/entries';
import { expectAlive, open, test } from './support/fixtures';

/** The first moment of 2026, and what clocks in Kolkata, the browser's zone, show then. */
const AT_MS = Date.parse('2026-01-01T00:00:00Z');
const IN_UTC = '2026-01-01 00:00:00.000';
const IN_KOLKATA = '2026-01-01 05:30:00.000';

async function choose(page: Page, name: string) {
  await page.getByRole('button', { name: /^Times: / }).click();
  await page.getByRole('menuitemradio', { name }).click();
}

test('one switch shows every time in UTC, local or relative, from the first HTML on', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  await redis.command('XADD', stream, `${AT_MS}-0`, 'type', 'first');
  await redis.command('XADD', stream, `${AT_MS + 60_000}-0`, 'type', 'second');
  await open(page, streamPath(stream));
  const table = page.getByRole('table').filter({ hasText: 'second' });
  const first = table.getByRole('row').filter({ hasText: 'first' }).locator('time');
  const heading = table.getByRole('columnheader').first();
  await expect(first).toHaveText(IN_UTC);
  await expect(heading).toHaveText('Time, UTC');

  await choose(page, 'Local time');
  await expect(first).toHaveText(IN_KOLKATA);
  await expect(heading).toHaveText('Time, local');
  // Whatever is shown, the whole of it in UTC is there.
  await expect(first).toHaveAttribute('title', '2026-01-01T00:00:00.000Z');

  const answer = await page.reload();
  const html = (await answer?.text()) ?? '';
  expect(html).toContain(IN_KOLKATA);
  expect(html).not.toContain(IN_UTC);
  await expectAlive(page);
  await expect(first).toHaveText(IN_KOLKATA);

  // Times are asked for as they are shown.
  const form = page.getByRole('form', { name: 'Entries by time' });
  await form.getByLabel(/^Entries from this time/).fill('2026-01-01T05:30:30');
  await form.getByRole('button', { name: 'Show' }).click();
  await expect(first).toHaveCount(0);
  await expect(table.getByRole('row').filter({ hasText: 'second' })).toBeVisible();
  await expect(form.getByLabel(/^Entries from this time/)).toHaveValue(/^2026-01-01T05:30:30/);
  await expectAlive(page);

  await choose(page, 'Relative');
  const second = table.getByRole('row').filter({ hasText: 'second' }).locator('time');
  await expect(second).toHaveText(/^\d+ d( \d+ h)? ago$/);
  await page.reload();
  await expectAlive(page);
  await expect(second).toHaveText(/^\d+ d( \d+ h)? ago$/);
  await choose(page, 'UTC');
  await expect(second).toHaveText('2026-01-01 00:01:00.000');
});
