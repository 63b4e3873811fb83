import { chromium } from '@playwright/test';
import { startDashboard } from './setup/dashboard-process.mjs';
import { findChromium } from './setup/find-chromium.mjs';
import { findRedis } from './setup/find-redis.mjs';
import { isMain, runMain } from './setup/main.mjs';
import { startRedisServer } from './setup/redis-server.mjs';

const STREAMS = 50;
const WAIT_MS_MAX = 30_000;
const NOTED_MS_MAX = 5_000;

/**
 * LCP and INP of the Overview of the built server, with 50 streams and in a real Chromium: printed
 * and not judged, for they are as much the machine's. Nothing where there is no Chromium or Redis.
 * https://web.dev/articles/lcp, https://web.dev/articles/inp
 */
async function printWebVitals() {
  const executablePath = await findChromium();
  if (!executablePath || !findRedis()) return;
  const redis = await startRedisServer();
  try {
    for (let stream = 0; stream < STREAMS; stream += 1) {
      await redis.command('XADD', `vitals:${stream}`, '*', 'type', 'hello');
      await redis.command('XGROUP', 'CREATE', `vitals:${stream}`, 'workers', '0');
    }
    const dashboard = await startDashboard({ redisUrl: redis.url });
    try {
      const { lcp, inp } = await measure(executablePath, dashboard.url);
      console.log(`Overview with ${STREAMS} streams: LCP ${lcp}, INP ${inp}`);
    } finally {
      await dashboard.stop();
    }
  } finally {
    await redis.stop();
  }
}

/**
 * @param {string} executablePath
 * @param {string} url
 * @returns {Promise<{ lcp: string, inp: string }>} the slowest of all interactions is the INP
 */
async function measure(executablePath, url) {
  const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(WAIT_MS_MAX);
    await page.goto(url);
    await page.getByRole('banner').getByText('live', { exact: true }).waitFor();
    await page.evaluate(watchLcp);
    const lcp = await noted(page, 'lcpMs');
    await page.evaluate(watchInteractions);
    const filter = page.getByPlaceholder('filter by name');
    await filter.click();
    await filter.pressSequentially('vitals:4', { delay: 50 });
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Backspace');
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    return { lcp, inp: await noted(page, 'inpMs') };
  } finally {
    await browser.close();
  }
}

/**
 * What the page has noted by then; a browser may report nothing at all.
 * @param {import('@playwright/test').Page} page
 * @param {'lcpMs' | 'inpMs'} name
 */
async function noted(page, name) {
  const read = (/** @type {string} */ key) => Number(document.documentElement.dataset[key] ?? 0);
  const options = { timeout: NOTED_MS_MAX };
  const isThere = await page.waitForFunction(read, name, options).then(
    () => true,
    () => false,
  );
  return isThere ? `${Math.round(await page.evaluate(read, name))} ms` : 'not reported';
}

/** Runs in the page: notes when the largest thing was painted, since the page was asked for. */
function watchLcp() {
  const { dataset } = document.documentElement;
  new PerformanceObserver((list) => {
    dataset.lcpMs = String(list.getEntries().at(-1)?.startTime ?? 0);
  }).observe({ type: 'largest-contentful-paint', buffered: true });
}

/** Runs in the page: notes the longest time from an input to the next frame. */
function watchInteractions() {
  const { dataset } = document.documentElement;
  const options = { type: 'event', durationThreshold: 16, buffered: true };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { interactionId } = /** @type {PerformanceEventTiming} */ (entry);
      const longest = Math.max(Number(dataset.inpMs ?? 0), interactionId ? entry.duration : 0);
      dataset.inpMs = String(longest);
    }
  }).observe(options);
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await printWebVitals();
    return 0;
  });
}
