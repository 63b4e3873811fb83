import { expect } from '@playwright/test';
import { expectAccessible, NARROW, WIDE } from './support/accessible';
import { expectAlive, REQUESTS_FAIL, test } from './support/fixtures';
import { CLIENT_SECRET, IdentityProvider } from './support/identity-provider';
import { type Person, userLine } from './support/people';

// The server's no to a session that has ended, told by the browser as well.
test.use({ expectedConsole: [REQUESTS_FAIL] });

const SECRET = 'what seals the sessions of the identity provider spec';
const LOCAL: Person = { name: 'glass', role: 'admin', password: 'to be broken in need' };

test('people sign in at their identity provider, while Redis is away too, and out at both', async ({
  page,
  scriptless,
  startStand,
  watch,
}) => {
  const provider = await IdentityProvider.start();
  provider.onSecret = (token) => watch.secrets.add(token);
  provider.accounts
    .set('vera', { claims: { groups: ['staff'], preferred_username: 'Vera V.' } })
    .set('nina', { claims: { groups: ['visitors'], preferred_username: 'nina' } });
  const { redis, dashboard } = await startStand({
    env: { ...provider.env, USERS: userLine(LOCAL), SESSION_SECRET: SECRET },
    secrets: [CLIENT_SECRET, SECRET, LOCAL.password, 'scrypt.'],
  });
  const { url } = dashboard;
  const account = page.getByLabel('Account');
  const goOn = page.getByRole('button', { name: 'Go on' });
  try {
    // As long as the provider is away there is the local account.
    await page.goto(`${url}/tasks?from=a%26b`);
    await expect(page).toHaveURL(`${url}/sign-in?next=%2Ftasks%3Ffrom%3Da%2526b`);
    await page.getByRole('link', { name: /with Example ID$/ }).click();
    const trouble = page.getByRole('main').getByRole('alert');
    await expect(trouble).toContainText('oidc_unreachable');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expectAccessible(page, 'the sign-in page, the provider away');
    await page.setViewportSize(NARROW);
    await expectAccessible(page, 'the sign-in page, the provider away, on a phone');
    await page.setViewportSize(WIDE);

    provider.serve(dashboard);
    await page.getByRole('link', { name: 'Try again with Example ID' }).click();
    await account.fill('nina');
    await goOn.click();
    await expect(trouble).toContainText('oidc_no_role');

    // The provider knows somebody by now, and asks again who it is.
    await redis.kill();
    await page.getByRole('link', { name: 'Try again with Example ID' }).click();
    await account.fill('vera');
    await goOn.click();
    await expect(page).toHaveURL(`${url}/tasks?from=a%26b`);
    await expect(page.getByRole('banner')).toContainText('Redis away');
    // From here on the session's cookie and the tokens may stand nowhere either.
    expect(provider.secrets.size).toBeGreaterThan(1);
    const session = (await page.context().cookies(url)).find(({ name }) => /session$/.test(name));
    expect(session?.value).toMatch(/^.{40}/);
    watch.secrets.add(session?.value ?? '');
    const menu = page.getByRole('button', { name: 'Account: Vera V., viewer' });
    await expect(menu).toBeVisible();

    await redis.restart();
    await expectAlive(page, { timeout: 60_000 });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/session/end`));
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await expect(page).toHaveURL(`${url}/sign-in`);
    await page.goto(url);
    await expect(page).toHaveURL(`${url}/sign-in`);

    // The same without any script.
    await scriptless.goto(`${url}/jobs`);
    await scriptless.getByRole('link', { name: 'Sign in with Example ID' }).click();
    await scriptless.getByLabel('Account').fill('vera');
    await scriptless.getByRole('button', { name: 'Go on' }).click();
    await expect(scriptless).toHaveURL(`${url}/jobs`);
    await expect(scriptless.getByRole('heading', { name: 'Jobs' })).toBeVisible();
  } finally {
    await provider.stop();
  }
});
