import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findOnPath } from '../../scripts/setup/find-on-path.mjs';
import { SetupError } from '../../scripts/setup/main.mjs';
import { runQuietly } from '../../scripts/setup/progress.mjs';
import { REPOSITORY } from '../../scripts/setup/repository.mjs';

const SOURCES = join(REPOSITORY, 'bench', 'feed', 'client');
const BUILDS = join(REPOSITORY, 'node_modules', '.cache', 'shield-bench');
const CLIENT_PARTS = ['main.c', 'connections.c', 'frames.c', 'producer.c', 'tally.c'];

/**
 * What the load client saw of one run.
 * @typedef {object} Run
 * @property {number} offered deliveries/s: events added × subscribers
 * @property {number} achieved deliveries/s of those events, until the last had come or the drain's limit
 * @property {number} p50Ms from XADD to receipt, over every event on every connection
 * @property {number} p99Ms
 * @property {number} maxMs
 * @property {number} expected deliveries
 * @property {number} delivered
 * @property {number} lost jumped over by what came later
 * @property {number} repeated
 * @property {number} disordered
 * @property {number} others messages that are no events of the run
 * @property {number} closed connections
 * @property {number} binary WebSocket messages in binary, since the start
 * @property {number} serverCpuS user and system seconds of the server's processes …
 * @property {number} cpuDeliveries … for so many deliveries
 * @property {number} clientShare of one core, the load client's
 * @property {number} redisShare
 * @property {number} serverShare
 * @property {number} othersShare of the server's core, taken by programs that are none of ours
 * @property {number} drainMs from the last event's interval until all had come, or the limit
 */

/**
 * Compiles the load client and the blaster, where their sources have changed.
 * @returns {Promise<{ client: string, blaster: string }>} paths
 */
export async function compileClient() {
  const compiler = findOnPath(['cc', 'gcc', 'clang']);
  if (!compiler) {
    throw new SetupError(
      'The load client is C, and there is no compiler: apt-get install gcc libc6-dev',
    );
  }
  const hash = createHash('sha256');
  for (const name of readdirSync(SOURCES).sort()) hash.update(readFileSync(join(SOURCES, name)));
  const dir = join(BUILDS, hash.digest('hex').slice(0, 16));
  mkdirSync(dir, { recursive: true });
  const parts = { client: CLIENT_PARTS, blaster: ['blaster.c'] };
  for (const [name, sources] of Object.entries(parts)) {
    if (existsSync(join(dir, name))) continue;
    const args = ['-O2', '-o', join(dir, name), ...sources];
    const { code, output } = await runQuietly(compiler, args, { cwd: SOURCES });
    if (code !== 0) throw new SetupError(`The load client does not compile:\n${output}`);
  }
  return { client: join(dir, 'client'), blaster: join(dir, 'blaster') };
}

/** The load client, subscribed: it adds events and counts what every subscriber receives. */
export class LoadClient {
  #child;
  #errors = '';
  /** @type {((line: string | null) => void)[]} */
  #waiting = [];

  /**
   * @param {string} binary
   * @param {Record<string, string | number>} options as flags, see client/main.c
   * @param {{ core: number | null, redisPassword: string }} where
   */
  constructor(binary, options, { core, redisPassword }) {
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const [file = binary, ...args] =
      core === null ? [binary, ...flags] : ['taskset', '-c', String(core), binary, ...flags];
    // It ends when its standard input does, and that ends with this process.
    this.#child = spawn(file, args, {
      env: { ...process.env, REDIS_PASSWORD: redisPassword },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) =>
      this.#waiting.shift()?.(line),
    );
    this.#child.on('close', () => {
      for (const give of this.#waiting.splice(0)) give(null);
    });
  }

  /**
   * @param {number} timeoutMs
   * @returns {Promise<any>}
   */
  async #answer(timeoutMs) {
    const timer = setTimeout(() => {
      this.#errors ||= `nothing after ${Math.round(timeoutMs / 1000)} s`;
      this.#child.kill('SIGKILL');
    }, timeoutMs);
    /** @type {string | null} */
    const line = await new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#hasEnded()) resolve(null);
    });
    clearTimeout(timer);
    if (line === null) throw new Error(this.#errors.trim() || 'the load client ended');
    return JSON.parse(line);
  }

  /**
   * Waits until every subscriber is subscribed.
   * @param {number} timeoutMs
   * @returns {Promise<number>} how long that took, ms
   */
  async connected(timeoutMs) {
    return (await this.#answer(timeoutMs)).connectMs;
  }

  /**
   * Adds events at a pace and waits until they have come, `drainMs` at most.
   * @param {{ rate: number, warmEvents?: number, events: number, drainMs: number }} load
   * @returns {Promise<Run>}
   */
  run({ rate, warmEvents = 0, events, drainMs }) {
    this.#child.stdin.write(`run ${rate} ${warmEvents} ${events} ${drainMs}\n`);
    const runMs = ((warmEvents + events) / rate) * 1000;
    return this.#answer(2 * runMs + drainMs + 20_000);
  }

  /**
   * @param {number} ms
   * @returns {Promise<Run>}
   */
  absorb(ms) {
    this.#child.stdin.write(`absorb ${ms}\n`);
    return this.#answer(ms + 20_000);
  }

  #hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async stop() {
    if (this.#hasEnded()) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2000);
    await ended;
    clearTimeout(timer);
  }
}
