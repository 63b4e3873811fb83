import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { expectAccessible, NARROW, WIDE } from './support/accessible';
import { expectAlive, REQUESTS_FAIL, test } from './support/fixtures';
import { type Person, userLine } from './support/people';

// The server's no to a session that has ended, told by the browser as well.
test.use({ expectedConsole: [REQUESTS_FAIL] });

const VIEWER: Person = { name: 'vera', role: 'viewer', password: 'vera looks at it' };
const OPERATOR: Person = { name: 'otto', role: 'operator', password: 'otto runs it all' };

const SECRET = 'what seals the sessions of this spec';

async function fillIn(page: Page, { name, password }: Person): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('people sign in, see what they may do, and are told when their session has ended', async ({
  page,
  scriptless,
  startStand,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'shield-access-'));
  const file = join(dir, 'users');
  // Never half a file.
  const writeUsers = (people: Person[]) => {
    writeFileSync(`${file}.next`, people.map(userLine).join('\n'));
    renameSync(`${file}.next`, file);
  };
  writeUsers([VIEWER, OPERATOR]);
  const { dashboard } = await startStand({
    env: { USERS_FILE: file, SESSION_SECRET: SECRET },
    secrets: [SECRET, VIEWER.password, OPERATOR.password, 'scrypt.'],
  });
  const { url } = dashboard;

  await page.goto(`${url}/tasks?from=a%26b`);
  await expect(page).toHaveURL(`${url}/sign-in?next=%2Ftasks%3Ffrom%3Da%2526b`);
  await expectAccessible(page, 'the sign-in page');
  await fillIn(page, { ...VIEWER, password: 'not hers' });
  await expect(page.getByRole('main').getByRole('alert')).toContainText(
    'The name or the password is wrong.',
  );
  await page.setViewportSize(NARROW);
  await expectAccessible(page, 'the sign-in page, refused, on a phone');
  await page.setViewportSize(WIDE);
  await fillIn(page, VIEWER);
  await expect(page).toHaveURL(`${url}/tasks?from=a%26b`);

  // What a viewer may not do is shown, and why it is off.
  const enqueue = page.getByRole('button', { name: 'Enqueue task' });
  await expect(enqueue).toBeDisabled();
  await expect(enqueue).toHaveAccessibleDescription(
    'Enqueueing a task needs the role operator; yours is viewer.',
  );
  await expectAccessible(page, 'Enqueue, for a viewer');

  expect((await page.goto(`${url}/audit`))?.status()).toBe(403);
  await expect(page.getByRole('main')).toContainText(
    'Reading the audit needs the role operator; yours is viewer.',
  );
  await expect(page.getByRole('main')).toContainText('You are vera.');
  await expectAccessible(page, 'a page that is not for viewers');
  await page.setViewportSize(NARROW);
  await expectAccessible(page, 'a page that is not for viewers, on a phone');
  await page.setViewportSize(WIDE);
  await page.goBack();

  // A session that has ended elsewhere is told, and what stands on the page stays.
  await expectAlive(page);
  await page.getByLabel('Content').fill('half a thought');
  writeUsers([OPERATOR]);
  await expect(page.getByText('Your session has ended.')).toBeVisible({ timeout: 90_000 });
  await expect(page.getByLabel('Content')).toHaveValue('half a thought');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await expect(page).toHaveURL(`${url}/sign-in?next=%2Ftasks%3Ffrom%3Da%2526b`);
  await fillIn(page, OPERATOR);
  await expect(enqueue).toBeEnabled();

  await expectAlive(page);
  await page.getByRole('button', { name: 'Account: otto, operator' }).click();
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(`${url}/sign-in`);
  await page.goto(url);
  await expect(page).toHaveURL(`${url}/sign-in`);

  // The same without any script.
  await scriptless.goto(`${url}/jobs`);
  await fillIn(scriptless, OPERATOR);
  await expect(scriptless).toHaveURL(`${url}/jobs`);
  await expect(scriptless.getByRole('heading', { name: 'Jobs' })).toBeVisible();
  rmSync(dir, { recursive: true });
});
