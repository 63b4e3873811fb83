import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOnPath } from '../../scripts/setup/find-on-path.mjs';
import { startRedisServer } from '../../scripts/setup/redis-server.mjs';
import { compileClient, LoadClient } from './load-client.mjs';
import { eventFrame } from './servers/event-frame.mjs';

const SUBSCRIBERS = 3;
const EVENTS = 500;
const HELD_BACK_MS = 40;
/** How long what is late is waited for, on a busy machine: at once where all has come. */
const DRAIN_MS = 10_000;

/** @typedef {(frames: string[]) => string[]} Fault what is made of the frames of a read */

/**
 * A server that makes mistakes, and writes in pieces that respect nothing.
 * @param {string} redisUrl
 * @param {Fault} fault
 */
async function startFaultyServer(redisUrl, fault) {
  const redis = new Redis(redisUrl);
  /** @type {Set<import('node:http').ServerResponse>} */
  const subscribers = new Set();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': connected\n\n');
    subscribers.add(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const read = async () => {
    for (let lastId = '0'; ; ) {
      const reply = await redis.xread('BLOCK', 0, 'STREAMS', 'events', lastId);
      const entries = reply?.[0]?.[1] ?? [];
      lastId = entries.at(-1)?.[0] ?? lastId;
      const text = fault(entries.map(([id, fields]) => eventFrame(id, fields))).join('');
      setTimeout(() => {
        for (let at = 0; at < text.length; at += 101) {
          for (const response of subscribers) response.write(text.slice(at, at + 101));
        }
      }, HELD_BACK_MS);
    }
  };
  const reading = read().catch(() => {});
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    async stop() {
      redis.disconnect();
      await reading;
      server.closeAllConnections();
      server.close();
    },
  };
}

describe.skipIf(!findOnPath(['cc', 'gcc', 'clang']))('the load client', () => {
  /** @type {import('../../scripts/setup/redis-server.mjs').RedisServer} */
  let redis;
  let binary = '';

  beforeAll(async () => {
    redis = await startRedisServer();
    binary = (await compileClient()).client;
  });
  afterAll(() => redis.stop());

  /**
   * @param {Fault} fault
   * @param {number} [drainMs] waited out whole where something never comes
   */
  async function runAgainst(fault, drainMs = DRAIN_MS) {
    await redis.command('FLUSHALL');
    const server = await startFaultyServer(redis.url, fault);
    const flags = { port: server.port, subscribers: SUBSCRIBERS, stream: 'events' };
    const client = new LoadClient(
      binary,
      { ...flags, 'redis-port': redis.port },
      { core: null, redisPassword: redis.password },
    );
    try {
      await client.connected(10_000);
      return await client.run({ rate: 1000, events: EVENTS, drainMs });
    } finally {
      await client.stop();
      await server.stop();
    }
  }

  /** @param {string} frame */
  const numberOf = (frame) => Number(/"bench_seq":(\d+)/.exec(frame)?.[1]) % 100;

  it('counts every event of a server that makes no mistake, and how late it was', async () => {
    const run = await runAgainst((frames) => frames, 100_000);
    expect(run).toMatchObject({ delivered: EVENTS * SUBSCRIBERS, lost: 0, repeated: 0 });
    expect(run.disordered).toBe(0);
    expect(run.p50Ms).toBeGreaterThanOrEqual(HELD_BACK_MS - 1);
  });

  it('finds what is lost and what comes twice, also after a loss', async () => {
    const run = await runAgainst((frames) =>
      frames.flatMap((frame) => {
        if (numberOf(frame) === 10) return [];
        return numberOf(frame) === 20 ? [frame, frame] : [frame];
      }),
    );
    const faults = (EVENTS / 100) * SUBSCRIBERS;
    expect(run).toMatchObject({ lost: faults, repeated: faults, disordered: 0 });
    expect(run.delivered).toBe(EVENTS * SUBSCRIBERS - faults);
  });

  it('tells what comes out of order from what is lost', async () => {
    /** @type {string[]} */
    const held = [];
    const run = await runAgainst((frames) =>
      frames.flatMap((frame) => {
        if (numberOf(frame) !== 30) return [frame, ...held.splice(0)];
        held.push(frame);
        return [];
      }),
    );
    expect(run.disordered).toBe((EVENTS / 100) * SUBSCRIBERS);
    expect(run).toMatchObject({ delivered: EVENTS * SUBSCRIBERS, lost: 0, repeated: 0 });
  });
});
