import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGuard } from '../../scripts/setup/guard.mjs';
import { spawnGuarded, tailOf } from '../../scripts/setup/guarded-process.mjs';

const START_DEADLINE_MS = 20_000;
const STOP_GRACE_MS = 3_000;

/**
 * A server under load: one process or several.
 * @typedef {object} BenchServer
 * @property {number} port
 * @property {number[]} pids of what it started; their children count as well
 * @property {() => Promise<unknown>} stop
 */

/**
 * @typedef {object} Command
 * @property {string} file
 * @property {string[]} args
 * @property {Record<string, string | undefined>} [env]
 * @property {string} [cwd]
 */

/**
 * Starts commands that make up one server, each after the port of the first is open, and waits until
 * `path`, where one is given, is answered. None of them outlives this process.
 * @param {number} port
 * @param {(dir: string) => Command[]} commandsIn given a directory that is removed at the end
 * @param {string} [path]
 * @returns {Promise<BenchServer>}
 */
export async function startServerProcess(port, commandsIn, path) {
  const dir = await mkdtemp(join(tmpdir(), 'shield-bench-'));
  const guard = startGuard(dir);
  const logFile = join(dir, 'output.log');
  /** @type {import('../../scripts/setup/guarded-process.mjs').GuardedProcess[]} */
  const running = [];
  const stop = async () => {
    await Promise.all(running.map((child) => child.stop('SIGTERM', STOP_GRACE_MS)));
    rmSync(dir, { recursive: true, force: true });
    guard.release();
  };
  try {
    for (const { file, args, env, cwd } of commandsIn(dir)) {
      const child = await spawnGuarded(file, args, { cwd: cwd ?? dir, env, logFile, guard });
      running.push(child);
      const isUp = path === undefined ? () => isListening(port) : () => isAnswered(port, path);
      await untilUp(isUp, child, logFile);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pids: running.map(({ pid }) => pid), stop };
}

/**
 * @param {() => boolean | Promise<boolean>} isUp
 * @param {import('../../scripts/setup/guarded-process.mjs').GuardedProcess} child
 * @param {string} logFile
 */
async function untilUp(isUp, child, logFile) {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!child.hasEnded() && Date.now() < deadline) {
    if (await isUp()) return;
    await sleep(50);
  }
  throw new Error(`The server did not start: ${tailOf(logFile, 5)}`);
}

/**
 * Without a connection of our own: proc(5), state 0A is LISTEN.
 * @param {number} port
 */
function isListening(port) {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .some((line) => line.includes(local) && /^\s*\d+: \S+ \S+ 0A /.test(line));
}

/**
 * @param {number} port
 * @param {string} path
 */
async function isAnswered(port, path) {
  try {
    const signal = AbortSignal.timeout(2000);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
