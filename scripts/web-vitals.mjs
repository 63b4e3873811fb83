import { chromium } from '@playwright/test';
import { startDashboard } from './setup/dashboard-process.mjs';
import { findChromium } from './setup/find-chromium.mjs';
import { findRedis } from './setup/find-redis.mjs';
import { isMain, runMain } from './setup/main.mjs';
import { startRedisServer } from './setup/redis-server.mjs';

const STREAMS = 50;
const WAIT_MS_MAX = 30_000;

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
      const { lcpMs, inpMs } = await measure(executablePath, dashboard.url);
      console.log(`Overview with ${STREAMS} streams: LCP ${lcpMs} ms, INP ${inpMs} ms`);
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
 * @returns {Promise<{ lcpMs: number, inpMs: number }>} the slowest of all interactions is the INP
 */
async function measure(executablePath, url) {
  const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(WAIT_MS_MAX);
    await page.goto(url);
    await page.getByRole('banner').getByText('live', { exact: true }).waitFor();
    const lcpMs = await page.evaluate(readLcp);
    await page.evaluate(watchInteractions);
    const filter = page.getByPlaceholder('filter by name');
    await filter.click();
    await filter.pressSequentially('vitals:4', { delay: 50 });
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Backspace');
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    const hasSome = () => Number(document.documentElement.dataset.inpMs ?? 0) > 0;
    await page.waitForFunction(hasSome);
    const inpMs = Number(await page.locator('html').getAttribute('data-inp-ms'));
    return { lcpMs: Math.round(lcpMs), inpMs: Math.round(inpMs) };
  } finally {
    await browser.close();
  }
}

/** Runs in the page. @returns {Promise<number>} milliseconds since the page was asked for */
function readLcp() {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({
      type: 'largest-contentful-paint',
      buffered: true,
    });
  });
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
