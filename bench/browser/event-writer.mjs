import { setTimeout as sleep } from 'node:timers/promises';

/** Adds the contract's six fields so many times; `at` is the writer's clock, epoch milliseconds. */
const ADD = `
local last
for n = 1, ARGV[1] do
  last = redis.call('XADD', KEYS[1], 'MAXLEN', '~', 200000, '*',
    'event_id', '7d444840-9dc0-11d1-b245-5ffdce74fad2', 'type', 'ingestion.progress',
    'timestamp', '2026-01-02T03:04:05.678901', 'job_id', 'job-' .. (n % 50),
    'data', '{"at":' .. ARGV[2] .. ',"chunk_id":"chunk-17","chunks_processed":42,"chunks_total":85,"percent_complete":49.4}',
    'metadata', '{}')
end
return last`;

const TICK_MS = 5;

/** @typedef {import('../../scripts/setup/redis-server.mjs').RedisServer} RedisServer */

/** Adds events at a pace, a few at a time every five milliseconds, and knows how many. */
export class EventWriter {
  added = 0;
  lastId = '';

  /**
   * @param {RedisServer} redis
   * @param {string} stream
   */
  constructor(redis, stream) {
    this.redis = redis;
    this.stream = stream;
  }

  /** @param {number} count */
  async add(count) {
    const at = (performance.timeOrigin + performance.now()).toFixed(1);
    this.lastId = String(await this.redis.command('EVAL', ADD, 1, this.stream, count, at));
    this.added += count;
  }

  /**
   * @param {number} perSecond
   * @param {number} seconds
   */
  async run(perSecond, seconds) {
    const startedMs = performance.now();
    let done = 0;
    for (;;) {
      const elapsedMs = performance.now() - startedMs;
      if (elapsedMs >= seconds * 1000) return;
      const due = Math.floor((elapsedMs / 1000) * perSecond) - done;
      if (due > 0) {
        await this.add(due);
        done += due;
      }
      await sleep(TICK_MS);
    }
  }
}
