import { expect } from '@playwright/test';
import { expectAccessible } from './support/accessible';
import { streamPath } from './support/entries';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { tokenLine, userLine } from './support/people';

// Its stand ends before its page does.
test.use({ expectedConsole: [REQUESTS_FAIL] });

const SECRET = 'hunter2-Zq9';
const STREAM = 'orders';
const DATA = JSON.stringify({ user: 'ann', password: SECRET });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('masked values say so; who may reveals an entry, which is recorded, and masks it again', async ({
  page,
  startStand,
}) => {
  const users = [
    userLine({ name: 'ann', role: 'admin', password: 'ann needs a long one' }),
    tokenLine('boss', 'admin', 'shield_boss'),
    tokenLine('vera', 'viewer', 'shield_vera'),
  ];
  const { redis, dashboard } = await startStand({
    env: { USERS: users.join(','), REDACT_FIELDS: 'password' },
    secrets: ['scrypt.'],
  });
  const add = async (...fields: string[]) =>
    String(await redis.command('XADD', STREAM, '*', ...fields));
  const id = await add('a', 'plain', 'password', SECRET, 'data', DATA);
  const other = await add('password', 'another');
  const address = `${dashboard.url}${streamPath(STREAM, `?entry=${id}`)}`;
  const drawer = page.getByRole('dialog', { name: id });
  const revealButton = drawer.getByRole('button', { name: 'Reveal' });

  // Who may not is told who may.
  await page.setExtraHTTPHeaders(bearer('shield_vera'));
  await open(page, address);
  await expect(drawer).toContainText('Values in 2 fields are masked.');
  await expect(drawer).toContainText('needs the role admin; yours is viewer');
  await expect(drawer).toContainText('masked by the server, because REDACT_FIELDS covers its name');
  await expect(drawer).toContainText('what REDACT_FIELDS covers in it is masked by the server');
  await expect(revealButton).toBeHidden();
  expect(await page.content()).not.toContain(SECRET);
  await expectAccessible(page, 'a masked entry, for a viewer');

  await page.setExtraHTTPHeaders(bearer('shield_boss'));
  await open(page, address);
  await expectAccessible(page, 'a masked entry, for an admin');
  await drawer.getByLabel('Reason').fill('ticket 7');
  await drawer.getByLabel('Reason').press('Enter');
  await expect(drawer).toContainText('Revealed, and recorded in the audit.');
  await expect(drawer.getByText(SECRET)).toHaveCount(2);
  await expectAccessible(page, 'a revealed entry');

  // It ends with a press, and with the next entry.
  await drawer.getByRole('button', { name: 'Mask again' }).click();
  await expect(drawer.getByText(SECRET)).toHaveCount(0);
  await revealButton.click();
  await expect(drawer.getByText(SECRET)).toHaveCount(2);
  await page.keyboard.press('k');
  await expect(page.getByRole('dialog', { name: other })).toContainText('masked by the server');
  await page.keyboard.press('j');
  await expect(drawer).toContainText('Values in 2 fields are masked.');
  expect(await page.content()).not.toContain(SECRET);

  await open(page, `${dashboard.url}/audit?action=entry.reveal`);
  const acts = page.getByRole('table').getByRole('row').filter({ hasText: 'Reveal an entry' });
  await expect(acts).toHaveCount(2);
  await expect(acts.filter({ hasText: STREAM })).toHaveCount(2);
});
