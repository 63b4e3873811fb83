import '../scripts/setup/node-version.mjs';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isBuildStale } from '../scripts/setup/build-stamp.mjs';
import { startDashboard, startNextApp } from '../scripts/setup/dashboard-process.mjs';
import { findOnPath } from '../scripts/setup/find-on-path.mjs';
import { freePort } from '../scripts/setup/free-port.mjs';
import { runMain, SetupError } from '../scripts/setup/main.mjs';
import { startRedisServer } from '../scripts/setup/redis-server.mjs';
import { median, medianOfEach } from './feed/median.mjs';
import { pinTo, withDescendants } from './feed/process-facts.mjs';
import { startServerProcess } from './feed/server-process.mjs';
import { formatTable } from './feed/table.mjs';
import { loadWithWrk } from './stats/wrk.mjs';

const USAGE = `Measures GET /events/stats under load against a bare Node server that gives the same bytes.

  node bench/stats.mjs [--rounds 5] [--seconds 3] [--connections 32]     (npm run build first)`;

const PATH = '/events/stats';
const EVENTS = 1_000;
/** Numbers in /proc/<pid>/stat count hundredths of a second: USER_HZ, fixed on Linux. */
const TICKS_PER_SECOND = 100;

const say = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);

/**
 * @param {number[]} pids
 * @returns {number} seconds of CPU, user and system, since they began
 */
function cpuSeconds(pids) {
  const ticks = withDescendants(pids).map((pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((a, b) => a + b, 0) / TICKS_PER_SECOND;
}

/** @typedef {Awaited<ReturnType<typeof startRedisServer>>} RedisServer */

/**
 * @param {RedisServer} redis
 * @returns {Promise<number>} commands carried out so far
 */
async function commandsOf(redis) {
  const stats = String(await redis.command('INFO', 'stats'));
  return Number(/total_commands_processed:(\d+)/.exec(stats)?.[1]);
}

/** @param {RedisServer} redis */
async function fill(redis) {
  const one = (/** @type {number} */ n) =>
    redis.command(
      ...['XADD', 'shield:events', '*', 'event_id', String(n), 'type', 'ingestion.progress'],
      ...['timestamp', '2026-01-02T03:04:05', 'job_id', 'j', 'data', '{}', 'metadata', '{}'],
    );
  await Promise.all(Array.from({ length: EVENTS }, (_, n) => one(n)));
}

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} url
 * @property {number} pid
 * @property {() => Promise<unknown>} stop
 */

/**
 * Gives bare what the server answers at this time: it grows with the past that stands in it.
 * @param {Contestant[]} contestants
 * @returns {Promise<number>} its bytes
 */
async function shareAnswer(contestants) {
  const [bare, server] = ['bare', 'server'].map((name) =>
    contestants.find((contestant) => contestant.name === name),
  );
  const answer = await fetch(`${server?.url}${PATH}`);
  const body = new Uint8Array(await answer.arrayBuffer());
  await (await fetch(`${bare?.url}${PATH}`, { method: 'POST', body })).arrayBuffer();
  return body.length;
}

/**
 * @param {RedisServer} redis
 * @param {Contestant[]} running filled one by one, so that a failure leaves none behind
 */
async function startAll(redis, running) {
  const server = await startDashboard({ redisUrl: redis.url });
  running.push({ name: 'server', ...server });
  await fill(redis);
  const quiet = await startDashboard({ redisUrl: redis.url, env: { LOG_LEVEL: 'warn' } });
  running.push({ name: 'server, no access log', ...quiet });
  running.push({ name: 'route', ...(await startNextApp({ redisUrl: redis.url })) });
  const port = await freePort();
  const bare = await startServerProcess(
    port,
    () => [
      {
        file: process.execPath,
        args: [fileURLToPath(new URL('stats/bare.mjs', import.meta.url))],
        env: { PORT: String(port) },
      },
    ],
    PATH,
  );
  running.unshift({
    name: 'bare',
    url: `http://127.0.0.1:${port}`,
    pid: bare.pids[0] ?? 0,
    stop: bare.stop,
  });
}

/** @typedef {{ ratio: number, perSecond: number, cpuMicros: number, p50Ms: number, p99Ms: number, redisIdle: number, redisLoaded: number }} Sample */

/**
 * @param {Contestant} contestant
 * @param {RedisServer} redis
 * @param {{ connections: number, seconds: number, core: number | null }} how
 * @returns {Promise<Sample>}
 */
async function measure({ url, pid }, redis, how) {
  // Somebody looks: the sampler is at its pace before and under load.
  await (await fetch(url + PATH)).arrayBuffer();
  const [idleCpuFrom, idleFrom] = [cpuSeconds([pid]), await commandsOf(redis)];
  await sleep(how.seconds * 1_000);
  const [idleCpu, idle] = [cpuSeconds([pid]) - idleCpuFrom, (await commandsOf(redis)) - idleFrom];
  const [cpuFrom, commandsFrom] = [cpuSeconds([pid]), await commandsOf(redis)];
  const load = await loadWithWrk(url + PATH, how);
  const loaded = (await commandsOf(redis)) - commandsFrom;
  if (load.failed > 0) throw new Error(`${load.failed} requests failed at ${url}`);
  return {
    ratio: Number.NaN,
    perSecond: load.perSecond,
    // What it does anyway, sampling and history, is no cost of a request.
    cpuMicros: ((cpuSeconds([pid]) - cpuFrom - idleCpu) / load.requests) * 1e6,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    redisIdle: idle / how.seconds,
    redisLoaded: loaded / how.seconds,
  };
}

/**
 * @param {Contestant[]} contestants
 * @param {RedisServer} redis
 * @param {{ rounds: number, connections: number, seconds: number, core: number | null }} how
 */
async function measureAll(contestants, redis, how) {
  /** @type {Map<string, Sample[]>} */
  const samples = new Map(contestants.map(({ name }) => [name, []]));
  let bytes = await shareAnswer(contestants);
  for (const { name, url } of contestants) {
    say(`warming up: ${name}`);
    await loadWithWrk(url + PATH, how);
  }
  for (let round = 1; round <= how.rounds; round++) {
    // Each round begins with another, so that none always has the same neighbour in time.
    bytes = await shareAnswer(contestants);
    const order = contestants.map((_, at) => contestants[(at + round) % contestants.length]);
    for (const contestant of order) {
      if (!contestant) continue;
      say(`round ${round}: ${contestant.name}`);
      samples.get(contestant.name)?.push(await measure(contestant, redis, how));
    }
    const bare = samples.get('bare')?.at(-1)?.perSecond ?? Number.NaN;
    for (const list of samples.values()) {
      const last = list.at(-1);
      if (last) last.ratio = last.perSecond / bare;
    }
  }
  return { samples, bytes };
}

/** @param {Map<string, Sample[]>} samples */
function table(samples) {
  const bareCpu = median((samples.get('bare') ?? []).map(({ cpuMicros }) => cpuMicros));
  const header = [
    ...['', 'requests/s', 'of bare', 'CPU µs each', 'bare’s of it', 'p50 ms', 'p99 ms'],
    ...['Redis commands/s idle', 'under load', ''],
  ];
  const rows = [...samples].map(([name, list]) => {
    const m = medianOfEach(list);
    return [
      ...[name, m.perSecond.toFixed(0), m.ratio.toFixed(2), m.cpuMicros.toFixed(1)],
      ...[(bareCpu / m.cpuMicros).toFixed(2), m.p50Ms.toFixed(2), m.p99Ms.toFixed(2)],
      ...[m.redisIdle.toFixed(0), m.redisLoaded.toFixed(0), ''],
    ];
  });
  return formatTable(header, rows);
}

const loadAverage = () => (loadavg()[0] ?? 0).toFixed(1);

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '32' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [rounds, seconds, connections] = [values.rounds, values.seconds, values.connections].map(
    Number,
  );
  if (values.help || !(rounds && seconds && connections)) return undefined;
  return { rounds, seconds, connections };
}

async function main() {
  const options = readOptions();
  if (!options) {
    console.log(USAGE);
    return 0;
  }
  if (process.platform !== 'linux') throw new SetupError('The bench needs Linux: /proc.');
  if (!findOnPath(['wrk'])) throw new SetupError('The bench needs wrk: apt-get install wrk');
  if (isBuildStale()) {
    throw new SetupError('The production build is missing or stale: run `npm run build` first.');
  }
  const canPin = findOnPath(['taskset']) !== undefined && availableParallelism() > 1;
  const cores = canPin ? { server: 0, client: 1 } : { server: null, client: null };
  const redis = await startRedisServer();
  /** @type {Contestant[]} */
  const running = [];
  try {
    console.log(
      `${cpus()[0]?.model}, ${availableParallelism()} cores; Node ${process.versions.node}; load average at the start ${loadAverage()}`,
    );
    await startAll(redis, running);
    pinTo([redis.pid], cores.client);
    for (const { pid } of running) pinTo(withDescendants([pid]), cores.server);
    const { samples, bytes } = await measureAll(running, redis, { ...options, core: cores.client });
    console.log(
      `GET ${PATH}, ${bytes} bytes, ${options.connections} connections; medians of ${options.rounds} interleaved rounds of ${options.seconds} s; load average at the end ${loadAverage()}\n`,
    );
    console.log(table(samples));
    return 0;
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
    await redis.stop();
  }
}

await runMain(main);
