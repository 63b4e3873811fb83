import '../scripts/setup/node-version.mjs';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { isBuildStale } from '../scripts/setup/build-stamp.mjs';
import { findOnPath } from '../scripts/setup/find-on-path.mjs';
import { runMain, SetupError } from '../scripts/setup/main.mjs';
import { startRedisServer } from '../scripts/setup/redis-server.mjs';
import { measureCeilings } from './feed/ceiling.mjs';
import { CONTESTANTS } from './feed/contestants.mjs';
import { compileClient } from './feed/load-client.mjs';
import { readOptions, USAGE } from './feed/options.mjs';
import { pinTo } from './feed/process-facts.mjs';
import { aimsCaution, aimsTable, highestTable, loneTable, mainTable } from './feed/report.mjs';
import { Results } from './feed/results.mjs';
import { AIM_SUBSCRIBERS, measure } from './feed/round.mjs';
import { percent, short } from './feed/table.mjs';

/** A round that would end after this is not begun. */
const MINUTES_MAX = 28;
const OURS = ['route', 'server', 'ws', 'ws-msgpack'];

/** Progress goes where it is not taken for the result. */
const say = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);

/** The server has a core to itself; Redis and the load client share the other. */
function chooseCores() {
  const canPin = findOnPath(['taskset']) !== undefined && availableParallelism() > 1;
  return canPin ? { server: 0, client: 1 } : { server: null, client: null };
}

/**
 * A server holds two descriptors a subscriber at most: its socket and its connection to Redis.
 * @param {number} subscribers
 */
function tooFewFiles(subscribers) {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? '';
  const isEnough = hard === 'unlimited' || Number(hard) >= 2 * subscribers + 100;
  return isEnough ? undefined : `ulimit -Hn is ${hard}`;
}

/** @param {import('./feed/session.mjs').Bench} bench */
async function head({ redis, cores }) {
  const version = /redis_version:(\S+)/.exec(String(await redis.command('INFO', 'server')))?.[1];
  const place =
    cores.server === null
      ? 'not pinned to cores'
      : `server on core ${cores.server}; Redis and load client on core ${cores.client}`;
  console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores (${place})`);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  console.log(`Node ${process.versions.node}, Redis ${version}; load average at the start ${load}`);
}

/** @param {import('./feed/session.mjs').Bench} bench */
async function showCeilings(bench) {
  console.log('\nThe load client alone, fed by a sender that does no work (1000 subscribers):');
  for (const ceiling of await measureCeilings(bench)) {
    const { framesPerWrite, deliveriesPerSecond, clientShare, wrong } = ceiling;
    console.log(
      `  ${framesPerWrite} frames a write: ${short(deliveriesPerSecond)} deliveries/s with ${percent(clientShare)} of its core${wrong === 0 ? '' : `; ${wrong} out of order`}`,
    );
  }
}

/**
 * Each round begins with another, so that none always has the same neighbour in time.
 * @template T
 * @param {T[]} list
 * @param {number} by
 */
function rotated(list, by) {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/**
 * @param {import('./feed/session.mjs').Bench} bench
 * @param {import('./feed/options.mjs').Options} options
 */
async function measureAll(bench, options) {
  const results = new Results();
  const startedAt = performance.now();
  const minutes = () => (performance.now() - startedAt) / 60_000;
  const contestants = CONTESTANTS.filter(({ name }) => options.only.includes(name));
  let rounds = 0;
  while (rounds < options.rounds && minutes() + minutes() / (rounds || 1) < MINUTES_MAX) {
    rounds += 1;
    for (const subscribers of options.subscribers) {
      for (const contestant of rotated(contestants, rounds - 1)) {
        const { name } = contestant;
        say(`[${minutes().toFixed(1)} min] round ${rounds}: ${name}, ${subscribers} subscribers`);
        const obstacle = contestant.missing ?? tooFewFiles(subscribers);
        if (obstacle) results.addProblem(name, subscribers, null, obstacle);
        else await measure(bench, contestant, subscribers, options, results);
      }
    }
  }
  return { results, rounds };
}

async function main() {
  const options = readOptions(
    process.argv.slice(2),
    CONTESTANTS.map(({ name }) => name),
  );
  if (!options) {
    console.log(USAGE);
    return 0;
  }
  if (process.platform !== 'linux') throw new SetupError('The bench needs Linux: epoll and /proc.');
  if (options.only.some((name) => OURS.includes(name)) && isBuildStale()) {
    throw new SetupError('The production build is missing or stale: run `npm run build` first.');
  }
  const binaries = await compileClient();
  const redis = await startRedisServer({ args: ['--maxclients', '12000'] });
  try {
    const bench = { redis, binaries, cores: chooseCores() };
    pinTo([redis.pid], bench.cores.client);
    await head(bench);
    await showCeilings(bench);
    const { results, rounds } = await measureAll(bench, options);
    console.log(
      `\nMedians of ${rounds} interleaved round(s) of ${options.rounds}; latency of every event on every connection\n`,
    );
    console.log(mainTable(results, options));
    if (options.precision > 0 && options.subscribers.includes(AIM_SUBSCRIBERS)) {
      console.log(
        `\nHighest rate, ${AIM_SUBSCRIBERS} subscribers, p99 under 250 ms, all delivered\n`,
      );
      console.log(highestTable(results, options));
      console.log('\nOne event alone on an idle stream, XADD to receipt\n');
      console.log(loneTable(results, options));
      console.log(`\nAims (${AIM_SUBSCRIBERS} subscribers); a ratio of 1 or more is reached\n`);
      const caution = aimsCaution(results, options);
      if (caution) console.log(caution);
      console.log(aimsTable(results));
    }
    return 0;
  } finally {
    await redis.stop();
  }
}

await runMain(main);
