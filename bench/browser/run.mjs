import { setTimeout as sleep } from 'node:timers/promises';
import { EventWriter } from './event-writer.mjs';
import {
  heapAfterGc,
  mainThreadSeconds,
  startTimingRows,
  startWatching,
  stopTimingRows,
  stopWatching,
  timeOfSpace,
} from './page-probe.mjs';

/** Enough that the rows a page keeps are all there before anything is measured. */
const FILL_EVENTS = 10_500;
const FILL_AT_ONCE = 500;
/** How long a page is given to take in what it is behind by. */
const CATCH_UP_MS = 120_000;
const PRESSES = 20;
const VIEWPORT = { width: 1440, height: 900 };

/** @typedef {import('./contestants.mjs').Contestant} Contestant */
/** @typedef {import('@playwright/test').Page} Page */

/**
 * @typedef {object} Stand
 * @property {import('@playwright/test').Browser} browser
 * @property {import('../../scripts/setup/redis-server.mjs').RedisServer} redis
 * @property {string} base
 * @property {number} throttle how many times slower the page's processor is made
 */

/**
 * @typedef {object} Result
 * @property {import('./page-probe.mjs').Felt} felt
 * @property {number} busy seconds of processor time of the main thread, slowed down, for each second
 * @property {number} heapStart bytes, with all rows there
 * @property {number} heapEnd
 * @property {number} behindMs until all had come, after the last was added
 * @property {string} account what is wrong in the ledger; empty where every entry is in it
 */

let streams = 0;

/**
 * Runs work on a page of its own that shows a new stream, its processor slowed down.
 * @template T
 * @param {Stand} stand
 * @param {Contestant} contestant
 * @param {(page: Page, writer: EventWriter, session: import('@playwright/test').CDPSession) => Promise<T>} work
 */
async function onPage({ browser, redis, base, throttle }, contestant, work) {
  const stream = `bench:${++streams}`;
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    await contestant.open(page, base, stream);
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await session.send('HeapProfiler.enable');
    await session.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    return await work(page, new EventWriter(redis, stream), session);
  } finally {
    await context.close();
    await redis.command('DEL', stream);
  }
}

/**
 * @param {Page} page
 * @param {Contestant} contestant
 * @param {EventWriter} writer
 * @returns {Promise<number>} milliseconds until all was there
 */
async function untilAllCame(page, contestant, writer) {
  const startedMs = performance.now();
  for (;;) {
    const { received, skipped } = await contestant.ledger(page);
    const tookMs = performance.now() - startedMs;
    if (received + skipped >= writer.added || tookMs > CATCH_UP_MS) return tookMs;
    await sleep(100);
  }
}

/**
 * @param {Page} page
 * @param {Contestant} contestant
 * @param {EventWriter} writer
 */
async function accountOf(page, contestant, writer) {
  const { received, shown, letGo, skipped } = await contestant.ledger(page);
  const lastId = await contestant.lastId(page);
  if (received + skipped !== writer.added) return `${received} of ${writer.added} received`;
  if (shown + letGo !== received) return `${shown} shown and ${letGo} let go of ${received}`;
  return lastId === writer.lastId ? '' : `ends at ${lastId}, not at ${writer.lastId}`;
}

/**
 * @param {Stand} stand
 * @param {Contestant} contestant
 * @param {number} perSecond
 * @param {number} seconds
 * @returns {Promise<Result>}
 */
export function measureUnderLoad(stand, contestant, perSecond, seconds) {
  return onPage(stand, contestant, async (page, writer, session) => {
    while (writer.added < FILL_EVENTS) await writer.add(FILL_AT_ONCE);
    await untilAllCame(page, contestant, writer);
    const heapStart = await heapAfterGc(session);
    const workedBefore = await mainThreadSeconds(session);
    await startWatching(page);
    await writer.run(perSecond, seconds);
    const felt = await stopWatching(page);
    const busy = ((await mainThreadSeconds(session)) - workedBefore) / seconds;
    const behindMs = await untilAllCame(page, contestant, writer);
    const heapEnd = await heapAfterGc(session);
    const account = await accountOf(page, contestant, writer);
    return { felt, busy, heapStart, heapEnd, behindMs, account };
  });
}

/**
 * @param {Stand} stand
 * @param {Contestant} contestant
 * @param {number} perSecond
 * @returns {Promise<number[]>} milliseconds from each press of Space to what it did, on screen
 */
export function measurePause(stand, contestant, perSecond) {
  return onPage(stand, contestant, async (page, writer) => {
    const running = writer.run(perSecond, PRESSES + 2);
    const reactions = [];
    await sleep(1_500);
    for (let press = 0; press < PRESSES; press++) {
      reactions.push(await timeOfSpace(page));
      await sleep(700);
    }
    await running;
    return reactions;
  });
}

/**
 * @param {Stand} stand
 * @param {Contestant} contestant
 * @param {number} perSecond
 * @param {number} seconds
 * @returns {Promise<{ latencies: number[], added: number }>} milliseconds from XADD to the pixel
 */
export function measureToPixel(stand, contestant, perSecond, seconds) {
  return onPage(stand, contestant, async (page, writer) => {
    await writer.run(perSecond, 2);
    await untilAllCame(page, contestant, writer);
    const before = writer.added;
    await startTimingRows(page);
    await writer.run(perSecond, seconds);
    await untilAllCame(page, contestant, writer);
    await sleep(500);
    return { latencies: await stopTimingRows(page), added: writer.added - before };
  });
}
