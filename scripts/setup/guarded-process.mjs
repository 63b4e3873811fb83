import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

const STOP_GRACE_MS = 2000;

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit */

/**
 * @typedef {object} GuardedProcess
 * @property {number} pid
 * @property {Promise<Exit>} exited
 * @property {() => boolean} hasEnded
 * @property {(signal: NodeJS.Signals) => void} signal
 * @property {(signal?: NodeJS.Signals, graceMs?: number) => Promise<Exit & { ms: number }>} stop
 *   default SIGTERM, and SIGKILL after 2000 ms; `ms` is how long it took to end
 */

/**
 * Starts a process in a group of its own, so that the Ctrl-C of a terminal reaches only us, who
 * then end it in order. It does not keep this process running, and does not outlive it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, argv0?: string, logFile: string, guard: import('./guard.mjs').Guard }} options
 *   `env` adds to ours, `undefined` unsets; `logFile` receives its standard output and error, appended
 * @returns {Promise<GuardedProcess>} rejects when the command cannot be run
 */
export async function spawnGuarded(command, args, { cwd, env, argv0, logFile, guard }) {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    argv0,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (child.pid !== undefined) guard.watch(child.pid);
  await once(child, 'spawn');
  const pid = Number(child.pid);
  child.unref();

  /** @type {Promise<Exit>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      guard.forget(pid);
      resolve({ code, signal });
    });
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  return {
    pid,
    exited,
    hasEnded,
    signal: (signal) => void child.kill(signal),
    async stop(signal = 'SIGTERM', graceMs = STOP_GRACE_MS) {
      const startedAt = performance.now();
      if (!hasEnded()) {
        child.ref();
        child.kill(signal);
      }
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const exit = await exited;
      clearTimeout(timer);
      return { ...exit, ms: performance.now() - startedAt };
    },
  };
}

/**
 * The last lines of a log, or nothing where there is none.
 * @param {string} file
 * @param {number} lines
 */
export function tailOf(file, lines) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
