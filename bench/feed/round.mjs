import { findHighestRate } from './highest-rate.mjs';
import { toSample } from './results.mjs';
import { Session } from './session.mjs';

/** Where the aims of the feed are set, and what is measured beside the table. */
export const AIM_SUBSCRIBERS = 1000;
/** Whose highest rate is searched. */
const SEARCHED = ['raw', 'nchan', 'route', 'server', 'ws'];
const WARM_SECONDS = 0.5;
const DRAIN_MS = 3_000;
const HIGHEST = { p99MsMax: 250, min: 10, max: 20_000, seconds: 1 };
/** Less than this of the pace that was asked for is no answer about the server. */
const PACE_MIN = 0.95;

/**
 * @param {number} rate
 * @param {number} seconds
 * @param {number} drainMs
 */
function load(rate, seconds, drainMs) {
  const warmEvents = Math.ceil(rate * WARM_SECONDS);
  return { rate, warmEvents, events: Math.ceil(rate * seconds), drainMs };
}

/**
 * All that is measured of one contestant with so many subscribers in one round. A failure is a
 * result: it is put down and ends this session only.
 * @param {import('./session.mjs').Bench} bench
 * @param {import('./contestants.mjs').Contestant} contestant
 * @param {number} subscribers
 * @param {import('./options.mjs').Options} options
 * @param {import('./results.mjs').Results} results
 */
export async function measure(bench, contestant, subscribers, options, results) {
  const { name } = contestant;
  const session = new Session(bench, contestant);
  const isAim = subscribers === AIM_SUBSCRIBERS;
  try {
    await session.start();
    if (isAim && options.loneEvents > 0) {
      await session.subscribe(1);
      const run = await session.runLoneEvents(options.loneEvents);
      results.addLone(name, 1, toSample(run, session));
      await session.disconnect();
    }
    await session.subscribe(subscribers);
    if (isAim && options.loneEvents > 0) {
      const run = await session.runLoneEvents(options.loneEvents);
      results.addLone(name, subscribers, toSample(run, session));
    }
    const isDrained = await measureRates(session, name, subscribers, options, results);
    if (isAim && options.precision > 0 && SEARCHED.includes(name)) {
      // What is still under way must not be counted into what follows.
      if (!isDrained) await reopen(session, subscribers);
      await measureHighest(session, name, options, results);
    }
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    results.addProblem(name, subscribers, null, message);
  } finally {
    await session.close();
  }
}

/**
 * @param {Session} session
 * @param {string} name
 * @param {number} subscribers
 * @param {import('./options.mjs').Options} options
 * @param {import('./results.mjs').Results} results
 * @returns {Promise<boolean>} whether all of it was received
 */
async function measureRates(session, name, subscribers, { rates, seconds }, results) {
  let failedAt = 0;
  for (const rate of rates) {
    if (failedAt > 0) {
      results.addProblem(name, subscribers, rate, `not run: cannot ${failedAt} events/s`);
      continue;
    }
    const sample = toSample(await session.run(load(rate, seconds, DRAIN_MS)), session);
    results.addCell(name, subscribers, rate, sample);
    if (sample.undelivered > 0) failedAt = rate;
  }
  return failedAt === 0;
}

/**
 * @param {Session} session
 * @param {number} subscribers
 */
async function reopen(session, subscribers) {
  await session.close();
  await session.start();
  await session.subscribe(subscribers);
}

/**
 * @param {Session} session
 * @param {string} name
 * @param {import('./options.mjs').Options} options
 * @param {import('./results.mjs').Results} results
 */
async function measureHighest(session, name, { precision, drainMs, rates }, results) {
  const { p99MsMax, min, max, seconds } = HIGHEST;
  const before = results.highest(name).at(-1)?.rate;
  let best = toSample(await session.run(load(min, seconds, drainMs)), session);
  let deliveries = 0;
  const rate = await findHighestRate({
    start: before || highestHeld(results, name, rates),
    growth: before ? 1.25 : 2,
    min,
    max,
    precision,
    holds: async (rate) => {
      const run = await session.run(load(rate, seconds, drainMs));
      const sample = toSample(run, session);
      if (run.delivered + run.lost < run.expected) await reopen(session, AIM_SUBSCRIBERS);
      const isPaced = run.offered >= PACE_MIN * rate * AIM_SUBSCRIBERS;
      const holds = isPaced && run.delivered === run.expected && run.p99Ms < p99MsMax;
      if (holds && run.offered > deliveries) {
        best = sample;
        deliveries = run.offered;
      }
      return holds;
    },
  });
  results.addHighest(name, { rate, deliveries, sample: best });
}

/**
 * The highest rate of the table that already held: the search need not begin below it.
 * @param {import('./results.mjs').Results} results
 * @param {string} name
 * @param {number[]} rates
 */
function highestHeld(results, name, rates) {
  const held = rates.filter((rate) =>
    results
      .cell(name, AIM_SUBSCRIBERS, rate)
      .some(({ undelivered, p99Ms }) => undelivered === 0 && p99Ms < HIGHEST.p99MsMax),
  );
  return Math.max(HIGHEST.min, ...held);
}
