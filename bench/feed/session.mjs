import { setTimeout as sleep } from 'node:timers/promises';
import { STREAM } from './contestants.mjs';
import { LoadClient } from './load-client.mjs';
import { pinTo, residentKbOf, withDescendants } from './process-facts.mjs';

const WARM_SUBSCRIBERS = 20;
const CONNECT_DEADLINE_MS = 90_000;
const SETTLE_MS_MAX = 4_000;
const SETTLE_STEP_MS = 500;
/** Prime to the 25 ms of a tick, so that events meet it at every phase. */
const LONE_EVENT_MS = 307;

/**
 * What all sessions share.
 * @typedef {object} Bench
 * @property {import('../../scripts/setup/redis-server.mjs').RedisServer} redis
 * @property {{ client: string, blaster: string }} binaries
 * @property {{ server: number | null, client: number | null }} cores
 */

/** One contestant's server, warmed, and its subscribers. */
export class Session {
  #bench;
  #contestant;
  /** @type {import('./server-process.mjs').BenchServer | undefined} */
  #server;
  /** @type {number[]} */
  #pids = [];
  /** @type {LoadClient | undefined} */
  #client;
  connectMs = Number.NaN;
  /** Resident memory the subscribers cost, KB each. */
  memoryKb = Number.NaN;

  /**
   * @param {Bench} bench
   * @param {import('./contestants.mjs').Contestant} contestant
   */
  constructor(bench, contestant) {
    this.#bench = bench;
    this.#contestant = contestant;
  }

  /** Starts the server and lets a few subscribers warm it. */
  async start() {
    await this.#bench.redis.command('FLUSHALL');
    this.#server = await this.#contestant.start(this.#bench.redis.url);
    this.#pids = withDescendants(this.#server.pids);
    pinTo(this.#pids, this.#bench.cores.server);
    await this.#connect(WARM_SUBSCRIBERS);
    const { binary } = await this.run({ rate: 200, events: 200, drainMs: 2000 });
    if (this.#contestant.binary && binary === 0) {
      throw new Error('skipped: the server answers with text');
    }
    await this.disconnect();
  }

  /**
   * Connects the subscribers and measures what that takes.
   * @param {number} subscribers
   */
  async subscribe(subscribers) {
    const before = await this.#settledKb();
    this.connectMs = await this.#connect(subscribers);
    this.memoryKb = ((await this.#settledKb()) - before) / subscribers;
  }

  /** @param {number} subscribers */
  async #connect(subscribers) {
    const { redis, binaries, cores } = this.#bench;
    const { path, protocol, ready } = this.#contestant;
    this.#client = new LoadClient(
      binaries.client,
      {
        port: this.#server?.port ?? 0,
        path,
        protocol,
        ready,
        subscribers,
        stream: STREAM,
        'redis-port': redis.port,
        'redis-pid': redis.pid,
        'server-pids': this.#pids.join(','),
        'server-core': cores.server ?? -1,
      },
      { core: cores.client, redisPassword: redis.password },
    );
    const connectMs = await this.#client.connected(CONNECT_DEADLINE_MS);
    // A reader that was only now asked for is about to block.
    await sleep(200);
    return connectMs;
  }

  async #settledKb() {
    let kb = residentKbOf(this.#pids);
    for (let ms = 0; ms < SETTLE_MS_MAX; ms += SETTLE_STEP_MS) {
      await sleep(SETTLE_STEP_MS);
      const now = residentKbOf(this.#pids);
      if (Math.abs(now - kb) < kb * 0.005) return now;
      kb = now;
    }
    return kb;
  }

  /** @type {LoadClient['run']} */
  run(load) {
    if (!this.#client) throw new Error('Nobody is subscribed.');
    return this.#client.run(load);
  }

  /**
   * One event at a time on a stream that is idle otherwise.
   * @param {number} events
   */
  runLoneEvents(events) {
    return this.run({ rate: 1000 / LONE_EVENT_MS, events, drainMs: 2000 });
  }

  async disconnect() {
    await this.#client?.stop();
    this.#client = undefined;
  }

  async close() {
    await this.disconnect();
    await this.#server?.stop();
    this.#server = undefined;
  }
}
