import './setup/node-version.mjs';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { runOrchestrator } from './orchestrator/run.mjs';
import { settingsOf } from './orchestrator/scenarios.mjs';
import { findWhatShows, SHOTS, SIGN_IN_SHOTS } from './screenshots/shots.mjs';
import { smallPng } from './screenshots/small-png.mjs';
import { isBuildStale } from './setup/build-stamp.mjs';
import { startDashboard } from './setup/dashboard-process.mjs';
import { ensureChromium } from './setup/find-chromium.mjs';
import { ensureRedis } from './setup/find-redis.mjs';
import { freePort } from './setup/free-port.mjs';
import { runMain, SetupError } from './setup/main.mjs';
import { showStep } from './setup/progress.mjs';
import { startRedisServer } from './setup/redis-server.mjs';
import { REPOSITORY } from './setup/repository.mjs';

/** `npm run screenshots -- jobs job` takes these alone. */
const ONLY = process.argv.slice(2);
const FOLDER = join(REPOSITORY, 'docs', 'screenshots');
const SEED = 7;
const QUEUE = 'shield:ingestion_queue';
const WORKERS = 'lightrag-workers';
/** So many samples make a line that can be read. */
const SAMPLES_MIN = 25;
const WAIT_MS_MAX = 90_000;
/** How long the stuck worker is made out to have been silent. */
const SILENT_MS = 372_000;

/** So slow that a busy machine keeps up as well. */
const QUIET_PACE = { tasksPerSecond: 1, eventsPerSecond: 4 };
const BUSY_PACE = { tasksPerSecond: 4, eventsPerSecond: 6 };
const VIEWPORTS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const THEMES = /** @type {const} */ (['light', 'dark']);

/** @typedef {import('./screenshots/shots.mjs').State} State */
/** @typedef {import('./screenshots/shots.mjs').Shot} Shot */
/** @typedef {import('./screenshots/shots.mjs').Found} Found */
/** @typedef {import('./setup/redis-server.mjs').RedisServer} RedisServer */
/** @typedef {import('@playwright/test').Browser} Browser */
/** @typedef {import('./orchestrator/scenarios.mjs').ScenarioName} ScenarioName */

/** @type {number[]} bytes of each picture taken */
const sizes = [];

/**
 * @param {string} what
 * @param {() => Promise<boolean>} isSo
 */
async function until(what, isSo) {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}`);
    await sleep(250);
  }
}

/** @param {string} url @returns {Promise<import('../lib/model/snapshot').Snapshot>} */
async function readSnapshot(url) {
  const response = await fetch(`${url}/api/streams`);
  return /** @type {any} */ (await response.json());
}

/**
 * Makes the tasks the stuck worker holds look as old as they would be after minutes.
 * @param {RedisServer} redis
 */
async function ageStuckTasks(redis) {
  const pending = await redis.command('XPENDING', QUEUE, WORKERS, 'IDLE', 5000, '-', '+', 100);
  for (const [id, consumer] of /** @type {[string, string][]} */ (pending)) {
    await redis.command(
      ...['XCLAIM', QUEUE, WORKERS, consumer, 0, id],
      ...['IDLE', SILENT_MS, 'RETRYCOUNT', 1, 'JUSTID'],
    );
  }
}

/**
 * @param {Browser} browser
 * @param {string} url
 * @param {State} state
 * @param {readonly Shot[]} shots
 * @param {Found} found
 */
async function takeAll(browser, url, state, shots, found) {
  for (const viewport of VIEWPORTS) {
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      for (const { name, path, ready, states } of shots) {
        if (states && !states.includes(state)) continue;
        if (ONLY.length > 0 && !ONLY.includes(name)) continue;
        await page.goto(url + path(found));
        const isSignIn = shots === SIGN_IN_SHOTS;
        if (!isSignIn) await page.getByRole('banner').getByText('live', { exact: true }).waitFor();
        await ready?.(page, state);
        await page.evaluate(() => document.fonts.ready);
        const { png } = smallPng(await page.screenshot());
        writeFileSync(join(FOLDER, `${name}-${state}-${viewport.width}-${colorScheme}.png`), png);
        sizes.push(png.length);
      }
      await context.close();
    }
  }
}

/**
 * Does what an operator does, so that there is something to look back on: two tasks, and one that is
 * refused.
 * @param {string} url
 */
async function act(url) {
  const task = { content: 'One more time.', source_uri: 's3://handbook/a.pdf', source_type: 'pdf' };
  for (const body of [task, { ...task, content: 'And the next.' }, { content: '' }]) {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/api/tasks`, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}

/**
 * The sign-in page as one comes to it, and after a wrong password. It needs no Redis.
 * @param {Browser} browser
 */
async function takeSignIn(browser) {
  const nobodys = [16, 32].map((bytes) => randomBytes(bytes).toString('base64url')).join('.');
  const dashboard = await startDashboard({
    redisUrl: `redis://127.0.0.1:${await freePort()}`,
    env: { USERS: `ann viewer scrypt.14.8.1.${nobodys}` },
  });
  const nothing = { jobId: '', entryId: '' };
  try {
    await takeAll(browser, dashboard.url, 'quiet', SIGN_IN_SHOTS, nothing);
    await takeAll(browser, dashboard.url, 'broken', SIGN_IN_SHOTS, nothing);
  } finally {
    await dashboard.kill();
  }
}

/**
 * A Redis, a dashboard and the simulated orchestrator, for as long as `work` takes.
 * @param {ScenarioName} scenario
 * @param {(stand: { redis: RedisServer, url: string }) => Promise<void>} work
 */
async function withStand(scenario, work) {
  const isQuiet = scenario === 'steady';
  const redis = await startRedisServer();
  const end = new AbortController();
  const dashboard = await startDashboard({ redisUrl: redis.url });
  const orchestrator = runOrchestrator({
    redisUrl: redis.url,
    settings: {
      ...settingsOf(scenario, isQuiet ? QUIET_PACE : BUSY_PACE),
      // Nobody loses anything where all is well.
      ...(isQuiet ? { queueCollectorPauseMs: 0 } : {}),
    },
    seed: SEED,
    history: 400,
    signal: end.signal,
    say: () => {},
  });
  try {
    await until('enough samples for a line', async () => {
      const { streams } = await readSnapshot(dashboard.url);
      return streams.every((stream) => stream.recent.in_per_second.length >= SAMPLES_MIN);
    });
    await work({ redis, url: dashboard.url });
  } finally {
    end.abort();
    await orchestrator;
    await dashboard.kill();
    await redis.stop();
  }
}

async function main() {
  if (isBuildStale()) throw new SetupError('The build is stale. Type:\n\n  npm run build\n');
  await ensureRedis();
  const executablePath = await ensureChromium();
  mkdirSync(FOLDER, { recursive: true });
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  try {
    await showStep('Sign in', () => takeSignIn(browser));
    await showStep('Quiet', () =>
      withStand('steady', async ({ url }) =>
        takeAll(browser, url, 'quiet', SHOTS, await findWhatShows(url)),
      ),
    );
    await showStep('Busy and broken', () =>
      withStand('stuck-consumer', async ({ redis, url }) => {
        await ageStuckTasks(redis);
        await until('a stalled group', async () => {
          const { streams } = await readSnapshot(url);
          return streams.some(({ groups }) => groups.some(({ state }) => state === 'stalled'));
        });
        await act(url);
        const found = await findWhatShows(url);
        await takeAll(browser, url, 'busy', SHOTS, found);
        await redis.kill();
        await until('Redis told as away', async () => {
          return (await readSnapshot(url)).redis.status === 'down';
        });
        await takeAll(browser, url, 'broken', SHOTS, found);
      }),
    );
  } finally {
    await browser.close();
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${sizes.length} pictures in docs/screenshots, ${Math.round(total / 1000)} kB.`);
  return 0;
}

await runMain(main);
