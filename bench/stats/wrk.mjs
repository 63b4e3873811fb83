import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * @typedef {object} Load
 * @property {number} requests answered
 * @property {number} perSecond
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} failed answers that are no 2xx, and errors of sockets
 */

const UNIT_MS = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };

/**
 * What wrk prints with `--latency`.
 * @param {string} output
 * @returns {Load}
 */
export function readWrk(output) {
  const requests = Number(/(\d+) requests in/.exec(output)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
  if (!(requests > 0) || !(perSecond > 0)) throw new Error(`wrk measured nothing:\n${output}`);
  const latency = (/** @type {number} */ percentile) => {
    const [, value, unit] =
      new RegExp(`\\s${percentile}%\\s+([\\d.]+)(us|ms|s|m)\\b`).exec(output) ?? [];
    return Number(value) * UNIT_MS[/** @type {keyof typeof UNIT_MS} */ (unit)];
  };
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
    output,
  );
  const wrong = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0);
  const failed = (errors?.slice(1) ?? []).map(Number).reduce((a, b) => a + b, wrong);
  return { requests, perSecond, p50Ms: latency(50), p99Ms: latency(99), failed };
}

/**
 * @param {string} url
 * @param {{ connections: number, seconds: number, core: number | null }} how
 * @param {Record<string, string>} [headers]
 */
export async function loadWithWrk(url, { connections, seconds, core }, headers = {}) {
  const sent = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const wait = ['--timeout', '60s', '--latency'];
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, ...wait, ...sent, url];
  const pinned = core === null ? [] : ['taskset', '-c', String(core)];
  const [file = 'wrk', ...rest] = [...pinned, 'wrk', ...args];
  const { stdout } = await run(file, rest);
  return readWrk(stdout);
}
