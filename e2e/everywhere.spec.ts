import { expect } from '@playwright/test';
import { NARROW } from './support/accessible';
import { streamPath } from './support/entries';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { addMany, EVENTS } from './support/streams';
import { streamRow } from './support/table';

test('a stream that is called like a place in a path is opened, its group too', async ({
  page,
  redis,
}) => {
  await addMany(redis, '..', 2);
  await redis.command('XGROUP', 'CREATE', '..', '.', '0');
  await open(page, '/');
  const ruler = streamRow(page, '..').getByRole('button', { name: /^Rearmost \.: 2 behind/ });

  // Who stands where on the small ruler is told by key as by pointer.
  await ruler.focus();
  await expect(page.getByText(/^\.: 2 behind/)).toBeVisible();
  await page.keyboard.press('Escape');

  await streamRow(page, '..').getByRole('link', { name: '..', exact: true }).click();
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('..');
  await expect(page.getByRole('link', { name: /^\d+-\d+$/ })).toHaveCount(2);
  await page.getByRole('main').getByRole('link', { name: '.', exact: true }).first().click();
  await expect(page).toHaveURL(/\/groups\//);
  await expect(heading).toHaveText('.');
  await page.reload();
  await expect(heading).toHaveText('.');
});

test('back and forward bring a search back as it was, and read nothing again', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const type = `test.${'long.'.repeat(20)}end`;
  await addMany(redis, stream, 3);
  await redis.command('XADD', stream, '*', 'type', type);
  let searches = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.endsWith('/search')) searches += 1;
  });
  await open(page, streamPath(stream));
  const box = page.getByRole('searchbox', { name: 'Search back through the stream' });
  await box.fill('type:test.long*');
  await page.getByRole('button', { name: 'Search back' }).click();
  const found = page.getByText('scanned 4 of 4, 1 found');
  await expect(found).toBeVisible();

  await page.goBack();
  await expect(found).toBeHidden();
  await expect(box).toHaveValue('');
  await page.goForward();
  await expect(found).toBeVisible();
  await expect(box).toHaveValue('type:test.long*');
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await page.goBack();
  await expect(found).toBeVisible();
  expect(searches).toBe(1);

  // On a phone a long type is there whole.
  await page.setViewportSize(NARROW);
  const isWhole = () =>
    page
      .getByTitle(type)
      .first()
      .evaluate((element) => element.scrollWidth <= element.clientWidth + 1);
  await expect.poll(isWhole).toBe(true);
});

test.describe('Redis away', () => {
  test.use({ expectedConsole: [REQUESTS_FAIL] });

  test('is said once on a stream’s page that is opened then', async ({ page, startStand }) => {
    const { redis, dashboard } = await startStand();
    await addMany(redis, EVENTS, 3);
    await open(page, dashboard.url);
    await redis.kill();
    await expect(page.getByText(/^Redis has not answered since /)).toBeVisible();
    const refused = page.waitForResponse((answer) => {
      return answer.url().includes('/entries') && answer.status() === 503;
    });
    await page.goto(dashboard.url + streamPath(EVENTS));
    await refused;
    await expect(page.getByText('Entries are shown here once Redis answers.')).toBeVisible();
    await expect(page.getByText(/Trying again/)).toHaveCount(1);
  });
});
