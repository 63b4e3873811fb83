import { expect } from '@playwright/test';
import { NARROW } from './support/accessible';
import { field } from './support/enqueue';
import { streamPath } from './support/entries';
import { expectAlive, open, REQUESTS_FAIL, test } from './support/fixtures';
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
  await redis.command('DEL', '..');
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

test('what is typed before the scripts have come is heard once they have', async ({ page }) => {
  let release = () => {};
  const early = async (path: string, type: () => Promise<void>) => {
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/*.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(path, { waitUntil: 'commit' });
    await type();
    release();
    await expectAlive(page);
    await page.unroute('**/*.js');
  };

  await early('/tasks', async () => {
    await field(page, 'content').fill('typed early');
    await field(page, 'source_uri').fill('s3://early');
    // Nothing is sent yet: the browser would leave the page.
    await page.getByRole('button', { name: 'Enqueue task' }).click();
  });
  await expect(page).toHaveURL('/tasks');
  const preview = page.getByRole('region', { name: /^What will be written to/ });
  await expect(preview).toContainText('typed early');
  await page.getByLabel('source_type').fill('pdf');
  await expect(preview).toContainText('s3://early');
  await expect(field(page, 'content')).toHaveValue('typed early');

  const box = page.getByRole('searchbox', { name: 'Filter', exact: true });
  await early('/events', () => box.fill('job:early'));
  await expect(page).toHaveURL((url) => url.searchParams.get('filter') === 'job:early');
  await expect(box).toHaveValue('job:early');

  const streams = page.getByRole('form', { name: 'Streams to show' });
  await early('/', async () => {
    await streams.getByRole('searchbox').fill('shield');
    await streams.getByRole('combobox').selectOption('name');
  });
  await expect(page).toHaveURL('/?q=shield&sort=name');
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
