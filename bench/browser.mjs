import '../scripts/setup/node-version.mjs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { isBuildStale } from '../scripts/setup/build-stamp.mjs';
import { startDashboard } from '../scripts/setup/dashboard-process.mjs';
import { ensureChromium } from '../scripts/setup/find-chromium.mjs';
import { runMain, SetupError } from '../scripts/setup/main.mjs';
import { startRedisServer } from '../scripts/setup/redis-server.mjs';
import { PLAIN, TAIL } from './browser/contestants.mjs';
import { measurePause, measureToPixel, measureUnderLoad } from './browser/run.mjs';
import { formatTable } from './feed/table.mjs';

const USAGE = `Measures the live tail in a real Chromium, its processor slowed down, beside a plain list.

  node bench/browser.mjs [--seconds 60] [--rates 1000,5000] [--throttle 4] [--only tail]
                                                              (npm run build first)`;

const PAUSE_RATE = 5_000;
const PIXEL_RATE = 200;
const FRAME_MS = 1000 / 60;

const say = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);

/**
 * @param {number[]} values
 * @param {number} share of them that are not larger
 */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const sum = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0);
const ms = (/** @type {number} */ value) => value.toFixed(value < 100 ? 1 : 0);
const mib = (/** @type {number} */ bytes) => (bytes / 2 ** 20).toFixed(1);

/** @param {import('./browser/run.mjs').Result} result */
function figuresOf({ felt: { frames, longTasks }, ...rest }) {
  return {
    p95: quantile(frames, 0.95),
    // A frame that took three is two that were not drawn.
    dropped: 1 - frames.length / (sum(frames) / FRAME_MS),
    longest: Math.max(0, ...longTasks),
    inLongTasks: sum(longTasks) / sum(frames),
    longTasks: longTasks.length,
    ...rest,
  };
}

/** @typedef {ReturnType<typeof figuresOf>} Figures */

/**
 * @param {string} name
 * @param {number} rate
 * @param {Figures} figures
 */
function cells(name, rate, figures) {
  const { heapStart, heapEnd } = figures;
  return [
    ...[`${name}, ${rate} events/s`, ms(figures.p95), `${(figures.dropped * 100).toFixed(1)} %`],
    ...[String(figures.longTasks), ms(figures.longest)],
    ...[`${(figures.inLongTasks * 100).toFixed(1)} %`, figures.busy.toFixed(2)],
    ...[`${mib(heapStart)} → ${mib(heapEnd)}`, ((heapEnd / heapStart - 1) * 100).toFixed(1)],
    ...[(figures.behindMs / 1000).toFixed(1), figures.account || 'every id accounted for'],
  ];
}

const HEADER = [
  ...['', 'frame p95 ms', 'dropped', 'tasks > 50 ms', 'longest ms', 'time in them', 'CPU s/s'],
  ...['heap MiB', '± %', 'behind s', 'ledger'],
];

/**
 * Ours by the plain list's: under 1 is better.
 * @param {Figures} ours
 * @param {Figures} plain
 */
function ratios(ours, plain) {
  const of = (/** @type {'p95' | 'longest' | 'busy' | 'heapEnd'} */ name) =>
    (ours[name] / plain[name]).toFixed(2);
  return `frame p95 ${of('p95')}, longest task ${of('longest')}, main thread ${of('busy')}, heap at the end ${of('heapEnd')}`;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      rates: { type: 'string', default: '1000,5000' },
      throttle: { type: 'string', default: '4' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [seconds, throttle] = [Number(values.seconds), Number(values.throttle)];
  const rates = values.rates.split(',').map(Number);
  const isWrong = !(seconds > 0 && throttle >= 1 && rates.every((rate) => rate > 0));
  return values.help || isWrong ? undefined : { seconds, rates, throttle, only: values.only };
}

/**
 * @param {import('./browser/run.mjs').Stand} stand
 * @param {{ seconds: number, rates: number[], only: string }} options
 */
async function measureAll(stand, { seconds, rates, only }) {
  const contestants = [PLAIN, TAIL].filter(({ name }) => only === '' || name === only);
  const rows = [];
  const compared = [];
  for (const rate of rates) {
    /** @type {Map<string, Figures>} */
    const figures = new Map();
    for (const contestant of contestants) {
      say(`${contestant.name}: ${rate} events/s for ${seconds} s`);
      const result = figuresOf(await measureUnderLoad(stand, contestant, rate, seconds));
      figures.set(contestant.name, result);
      rows.push(cells(contestant.name, rate, result));
    }
    const [ours, plain] = [figures.get(TAIL.name), figures.get(PLAIN.name)];
    if (ours && plain) compared.push(`  ${rate} events/s: ${ratios(ours, plain)}`);
  }
  console.log(`\n${formatTable(HEADER, rows)}`);
  if (compared.length > 0) console.log(`\ntail by plain list\n${compared.join('\n')}`);
  if (only === PLAIN.name) return;
  say(`Space at ${PAUSE_RATE} events/s`);
  const presses = await measurePause(stand, TAIL, PAUSE_RATE);
  say(`XADD to pixel at ${PIXEL_RATE} events/s`);
  const { latencies, added } = await measureToPixel(stand, TAIL, PIXEL_RATE, Math.min(seconds, 30));
  const three = (/** @type {number[]} */ values) =>
    `p50 ${ms(quantile(values, 0.5))}, p99 ${ms(quantile(values, 0.99))}, longest ${ms(Math.max(...values))} ms`;
  console.log(`\nSpace at ${PAUSE_RATE} events/s, ${presses.length} presses: ${three(presses)}`);
  console.log(
    `XADD to pixel at ${PIXEL_RATE} events/s, ${latencies.length} rows drawn of ${added}: ${three(latencies)}`,
  );
}

async function main() {
  const options = readOptions();
  if (!options) {
    console.log(USAGE);
    return 0;
  }
  if (isBuildStale()) {
    throw new SetupError('The production build is missing or stale: run `npm run build` first.');
  }
  const executablePath = await ensureChromium();
  const redis = await startRedisServer();
  try {
    const dashboard = await startDashboard({ redisUrl: redis.url, env: { LOG_LEVEL: 'warn' } });
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath, args: [...args, '--disable-gpu'] });
    try {
      console.log(
        `${cpus()[0]?.model}, ${availableParallelism()} cores; Node ${process.versions.node}, Chromium ${browser.version()}, processor ${options.throttle} times slower; load average at the start ${(loadavg()[0] ?? 0).toFixed(1)}`,
      );
      const stand = { browser, redis, base: dashboard.url, throttle: options.throttle };
      await measureAll(stand, options);
    } finally {
      await browser.close();
      await dashboard.stop();
    }
    return 0;
  } finally {
    await redis.stop();
  }
}

await runMain(main);
