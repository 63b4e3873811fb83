import './setup/node-version.mjs';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isScenario, scenarioNames } from './orchestrator/scenarios.mjs';
import { isBuildStale } from './setup/build-stamp.mjs';
import { startDashboard } from './setup/dashboard-process.mjs';
import { onEndSignal } from './setup/end-signals.mjs';
import { findOnPath } from './setup/find-on-path.mjs';
import { ensureRedis } from './setup/find-redis.mjs';
import { freePort } from './setup/free-port.mjs';
import { startGuard } from './setup/guard.mjs';
import { spawnGuarded, tailOf } from './setup/guarded-process.mjs';
import { runMain, SetupError } from './setup/main.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { endRunningCommands, runStep, showStep } from './setup/progress.mjs';
import { startRedisServer } from './setup/redis-server.mjs';
import { REPOSITORY } from './setup/repository.mjs';

const PORTS_TRIED_MAX = 50;
const HISTORY_ENTRIES = 400;
const LOG_LINES = 20;
/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 1000;

const USAGE = `The dashboard with everything it needs: a Redis of its own, and a simulated orchestrator.

  npm run demo -- [options]

  --scenario NAME   ${scenarioNames.join(', ')}; default: steady
  --port N          default: PORT, or 3000; where it is in use, the next free one
  --no-open         do not open a browser
  --simulate        with REDIS_URL: run the simulated orchestrator there, too

With REDIS_URL set, that Redis is watched, and none is started.`;

/** @typedef {{ scenario: string, port: number, opens: boolean, simulates: boolean }} Flags */
/** @typedef {{ label: string, ended: Promise<import('./setup/guarded-process.mjs').Exit>, tail: () => string }} Part */

/** @returns {Flags | undefined} undefined where only help is wanted */
function readFlags() {
  const { values } = parseFlags();
  if (values.help) return undefined;
  const scenario = values.scenario ?? 'steady';
  if (!isScenario(scenario)) {
    throw new SetupError(`--scenario is one of ${scenarioNames.join(', ')}, not ${scenario}`);
  }
  const port = Number(values.port ?? process.env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupError(
      `--port is a number from 1 to 65535, not ${values.port ?? process.env.PORT}`,
    );
  }
  const simulates = process.env.REDIS_URL ? values.simulate === true : true;
  return { scenario, port, opens: values['no-open'] !== true, simulates };
}

function parseFlags() {
  try {
    return parseArgs({
      options: {
        scenario: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
        simulate: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

/**
 * What ends the demo: the first Ctrl-C in order, the second at once; then the guards clean up.
 * @returns {AbortSignal}
 */
function listenForTheEnd() {
  const stop = new AbortController();
  let firstAtMs = 0;
  const onSignal = () => {
    if (!stop.signal.aborted) {
      firstAtMs = Date.now();
      console.log('\nEnding …');
      stop.abort();
      endRunningCommands();
    } else if (Date.now() - firstAtMs > SAME_SIGNAL_MS) {
      process.exit(130);
    }
  };
  onEndSignal(onSignal);
  return stop.signal;
}

/** @param {number} wanted */
async function takePort(wanted) {
  for (let port = wanted; port < wanted + PORTS_TRIED_MAX && port < 65_536; port += 1) {
    try {
      await freePort(port);
      if (port !== wanted) console.log(`Port ${wanted} is in use; taking ${port}.`);
      return port;
    } catch {
      // The next one, then.
    }
  }
  throw new SetupError(`Ports ${wanted} to ${wanted + PORTS_TRIED_MAX - 1} are all in use.`);
}

/** @param {string} address */
function openBrowser(address) {
  const hasDisplay =
    process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const opener = findOnPath([process.platform === 'darwin' ? 'open' : 'xdg-open']);
  if (!process.stdout.isTTY || process.env.CI || !hasDisplay || !opener) return;
  const child = spawn(opener, [address], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

/**
 * Starts the parts one after the other; `cleanUp` holds how to end those that were started.
 * @param {Flags} flags
 * @param {AbortSignal} signal
 * @param {(() => Promise<unknown>)[]} cleanUp
 * @returns {Promise<{ parts: Part[], address: string, lines: string[] }>}
 */
async function startAll(flags, signal, cleanUp) {
  /** @type {Part[]} */
  const parts = [];
  const lines = [];
  let redisUrl = process.env.REDIS_URL ?? '';
  if (redisUrl === '') {
    const { version } = await ensureRedis();
    signal.throwIfAborted();
    const redis = await showStep(`Starting a Redis ${version} of its own`, () =>
      startRedisServer(),
    );
    cleanUp.push(() => redis.stop());
    redisUrl = redis.url;
    const tail = () => tailOf(join(redis.dir, 'redis.log'), LOG_LINES);
    parts.push({ label: 'Redis', ended: redis.exited, tail });
    lines.push(`Redis ${version}, of its own:  redis-cli -u ${redis.url}`);
  } else {
    lines.push('Redis: the one of REDIS_URL');
  }

  signal.throwIfAborted();
  if (flags.simulates) {
    parts.push(await startOrchestrator(redisUrl, flags.scenario, cleanUp));
    lines.push(
      `Simulated orchestrator: ${flags.scenario} (others: ${scenarioNames.filter((name) => name !== flags.scenario).join(', ')})`,
    );
  }

  const port = await takePort(flags.port);
  const server = await showStep('Starting the dashboard', () => startDashboard({ redisUrl, port }));
  cleanUp.push(() => server.stop());
  const tail = () => tailOf(server.logFile, LOG_LINES);
  parts.push({ label: 'The dashboard', ended: server.exited, tail });
  lines.push(`Log: ${server.logFile}`);
  return { parts, address: server.url, lines };
}

/**
 * @param {string} redisUrl
 * @param {string} scenario
 * @param {(() => Promise<unknown>)[]} cleanUp
 * @returns {Promise<Part>}
 */
async function startOrchestrator(redisUrl, scenario, cleanUp) {
  const dir = await mkdtemp(join(tmpdir(), 'shield-demo-'));
  const guard = startGuard(dir);
  const logFile = join(dir, 'orchestrator.log');
  cleanUp.push(async () => {
    rmSync(dir, { recursive: true, force: true });
    guard.release();
  });
  const script = join(REPOSITORY, 'scripts', 'orchestrator.mjs');
  const flags = ['--scenario', scenario, '--history', String(HISTORY_ENTRIES)];
  const child = await spawnGuarded(process.execPath, [script, ...flags], {
    cwd: REPOSITORY,
    env: { REDIS_URL: redisUrl },
    logFile,
    guard,
  });
  cleanUp.push(() => child.stop('SIGTERM', 3000));
  return {
    label: 'The simulated orchestrator',
    ended: child.exited,
    tail: () => tailOf(logFile, LOG_LINES),
  };
}

/**
 * Waits until a person ends it, or a part ends by itself.
 * @param {Part[]} parts
 * @param {AbortSignal} signal
 * @returns {Promise<number>} the exit status
 */
async function waitForTheEnd(parts, signal) {
  // The parts are not what keeps this process running.
  const keptAlive = setInterval(() => {}, 60_000);
  const stopped = new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve);
  }).then(() => undefined);
  const ended = parts.map(async (part) => ({ part, exit: await part.ended }));
  const first = await Promise.race([stopped, ...ended]);
  clearInterval(keptAlive);
  if (!first || signal.aborted) return 0;
  const { part, exit } = first;
  console.error(`\n${part.label} ended by itself (${exit.signal ?? `exit status ${exit.code}`}).`);
  console.error(part.tail());
  return 1;
}

async function main() {
  const flags = readFlags();
  if (!flags) {
    console.log(USAGE);
    return 0;
  }
  const signal = listenForTheEnd();
  /** @type {(() => Promise<unknown>)[]} */
  const cleanUp = [];
  try {
    await ensureNodeModules(REPOSITORY);
    signal.throwIfAborted();
    if (isBuildStale()) {
      const build = join(REPOSITORY, 'scripts', 'build.mjs');
      await runStep('Building the dashboard', process.execPath, [build], { cwd: REPOSITORY });
    }
    signal.throwIfAborted();
    const { parts, address, lines } = await startAll(flags, signal, cleanUp);
    console.log(`\nThe dashboard is at  ${address}\n`);
    for (const line of lines) console.log(`  ${line}`);
    console.log('\nCtrl-C ends it.');
    if (flags.opens && !signal.aborted) openBrowser(address);
    return await waitForTheEnd(parts, signal);
  } catch (error) {
    if (signal.aborted) return 130;
    throw error;
  } finally {
    for (const end of cleanUp.reverse()) await end().catch(console.error);
    if (signal.aborted) console.log('All of it has ended.');
  }
}

await runMain(main);
