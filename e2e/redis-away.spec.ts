import { expect, type Page } from '@playwright/test';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { addEvent, addMany, EVENTS, rangeIds } from './support/streams';
import { groupRow } from './support/table';
import { expectConnection, openTail, shownIds, tailRows, tailScroller } from './support/tail';

test.use({ expectedConsole: [REQUESTS_FAIL] });

const PAGES = ['/', '/events', `/streams/${encodeURIComponent(EVENTS)}`, '/tasks'];
const KEEPS_ITS_DATA = ['--appendonly', 'yes', '--appendfsync', 'always'];

function banner(page: Page) {
  return page.getByText(/^Redis has not answered since \d\d:\d\d:\d\d UTC\.$/);
}

test('is told on every page with its time and its cure, and heals without a reload', async ({
  context,
  startStand,
}) => {
  const { redis, dashboard } = await startStand({ redisArgs: KEEPS_ITS_DATA });
  await addMany(redis, EVENTS, 3);
  const pages: Page[] = [];
  for (const path of PAGES) {
    const page = await context.newPage();
    await open(page, dashboard.url + path);
    await page.evaluate(() => document.body.setAttribute('data-not-reloaded', ''));
    pages.push(page);
  }
  await redis.kill();
  await expect(pages[0] as Page).toHaveURL(/\/$/);
  await expect((pages[0] as Page).getByText(/^as of \d+ s ago$/)).toBeVisible();
  for (const page of pages) {
    await expect(banner(page)).toBeVisible();
    await expect(page.getByText(/Numbers below are from \d\d:\d\d:\d\d\./)).toBeVisible();
    await expect(page.getByText(/^Check that it runs, and that REDIS_URL names/)).toBeVisible();
    await expect(page.getByRole('banner')).toContainText('Redis away');
  }

  await redis.restart();
  for (const page of pages) {
    await expect(banner(page)).toBeHidden();
    await expect(page.getByRole('banner')).not.toContainText('Redis away');
    await expect(page.locator('body')).toHaveAttribute('data-not-reloaded', '');
  }
  await addMany(redis, EVENTS, 1);
  await expect(groupRow(pages[0] as Page, EVENTS, 'ag-ui-frontend')).toContainText('4');
});

test('the tail shows when Redis went and came, and what came after', async ({
  page,
  startStand,
}) => {
  const { redis, dashboard } = await startStand({ redisArgs: KEEPS_ITS_DATA });
  await addMany(redis, EVENTS, 3);
  await openTail(page, `${dashboard.url}/events`);
  await expect(tailRows(page)).toHaveCount(3);
  await redis.kill();
  await expect(banner(page)).toBeVisible();
  // What is wrong is said once; the rest are marks.
  await expectConnection(page, 'Redis away');
  await expect(tailScroller(page)).toContainText(/Redis went away at \d\d:\d\d:\d\d\./);
  await expect(page.getByText('has not answered')).toHaveCount(1);
  await expect(page.getByRole('main').getByText('cannot be reached')).toHaveCount(0);
  await redis.restart();
  await expectConnection(page, 'live');
  await expect(tailScroller(page)).toContainText(/Redis answers again, since/);
  const id = await addEvent(redis, { type: 'back.again' });
  await expect(tailRows(page).last()).toContainText(id);
  expect(await shownIds(page)).toEqual(await rangeIds(redis, EVENTS));
});

test('a page opened while Redis is away shows what is known, in its first HTML', async ({
  startStand,
  scriptless: page,
}) => {
  const { redis, dashboard } = await startStand();
  await addMany(redis, EVENTS, 3);
  await expect(async () => {
    await page.goto(`${dashboard.url}/`);
    await expect(groupRow(page, EVENTS, 'ag-ui-frontend')).toContainText('3', { timeout: 100 });
  }).toPass();
  await redis.kill();
  await expect(async () => {
    await page.goto(`${dashboard.url}/`);
    await expect(banner(page)).toBeVisible({ timeout: 100 });
  }).toPass();
  await expect(groupRow(page, EVENTS, 'ag-ui-frontend')).toContainText('3');
  for (const path of PAGES) {
    const answer = await page.goto(dashboard.url + path);
    expect(answer?.status()).toBe(200);
    await expect(banner(page)).toBeVisible();
  }
});

test('a dashboard started while Redis is away heals once it comes', async ({ page }) => {
  const redis = await startRedisServer();
  await redis.kill();
  const dashboard = await startDashboard({ redisUrl: redis.url });
  try {
    await open(page, `${dashboard.url}/`);
    await expect(banner(page)).toBeVisible();
    await expect(page.getByText(/No numbers have been read yet\./)).toBeVisible();
    await expect(page.getByText('Not read yet')).toBeVisible();
    await redis.restart();
    await expect(banner(page)).toBeHidden();
    // It has made the contract's groups itself.
    await expect(groupRow(page, EVENTS, 'power-ui-frontend')).toBeVisible();
    await page.getByRole('link', { name: 'Live', exact: true }).click();
    await expectConnection(page, 'live');
    const id = await addEvent(redis, { type: 'first.of.all' });
    await expect(tailRows(page)).toContainText(id);
  } finally {
    await dashboard.kill();
    await redis.stop();
  }
});

test('a Redis that takes connections and answers nothing is told apart', async ({
  page,
  startStand,
}) => {
  const { redis, dashboard } = await startStand();
  await open(page, `${dashboard.url}/`);
  const told = page.getByText(/^Redis takes connections but has not answered in time since/);
  redis.suspend();
  try {
    await expect(told).toBeVisible({ timeout: 20_000 });
  } finally {
    redis.resume();
  }
  await expect(told).toBeHidden();
});

test('a wrong password is told as such', async ({ page, startStand }) => {
  const { dashboard } = await startStand({
    redisUrl: (redis) => `redis://:not-the-password@127.0.0.1:${redis.port}`,
  });
  await open(page, `${dashboard.url}/`);
  await expect(page.getByText(/^Redis has refused the credentials since/)).toBeVisible();
  expect(await page.content()).not.toContain('not-the-password');
});
