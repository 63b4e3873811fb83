import { afterAll, afterEach, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { BurstWriter } from '@/e2e/support/burst-writer';
import { FeedOracle, named } from '@/e2e/support/feed-oracle';
import { Random } from '@/e2e/support/random';
import { fieldsPassing, randomFilter } from '@/e2e/support/random-entries';
import { RandomFollower } from '@/e2e/support/random-follower';
import type { RedisServer } from '@/e2e/support/stack';
import { type Servers, startServers, TRANSPORTS } from '@/e2e/support/transports';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';

const STREAMS = ['shield:events', 'conformance:busy', 'conformance:größe'] as const;
/** Entries a stream holds before anybody watches, and is added meanwhile. */
const OLD_ENTRIES = 900;
const NEW_ENTRIES = 1_200;
const FOLLOWERS_A_TRANSPORT = 12;

let redis: RedisServer;
let servers: Servers;

beforeAll(async () => {
  redis = await startRedisServer();
  servers = await startServers(redis.url);
});
afterEach(() => servers.closeAll());
afterAll(async () => {
  await servers.stop();
  await redis.stop();
});

/** Fills the streams and makes followers who begin at their start, end, middle, or at what is new. */
async function followersOf(random: Random, writer: BurstWriter): Promise<RandomFollower[]> {
  const idsOf = new Map<string, string[]>();
  for (const stream of STREAMS) {
    await writer.addTo(stream, OLD_ENTRIES, random);
    idsOf.set(stream, (await FeedOracle.of(redis, stream)).ids);
  }
  return TRANSPORTS.flatMap((transport) =>
    Array.from({ length: FOLLOWERS_A_TRANSPORT }, (_, n) => {
      const stream = random.pick(STREAMS);
      const ids = idsOf.get(stream) ?? [];
      const firstId = [undefined, '0', ids[random.integer(0, ids.length - 1)], ids.at(-1)][n % 4];
      const wish = { transport, stream, filter: randomFilter(random), firstId };
      return new RandomFollower(servers, random.fork(), wish);
    }),
  );
}

/** Adds to every stream, and at last an entry for each follower; gives the ids of these. */
async function write(random: Random, writer: BurstWriter, followers: RandomFollower[]) {
  await Promise.all(followers.map((one) => one.connected));
  const [transport] = TRANSPORTS;
  if (!transport) throw new Error('There is no transport.');
  await Promise.all(
    STREAMS.map(async (stream) => {
      const reader = await servers.open(transport, { stream });
      await reader.next('dashboard.hello');
      await writer.addTo(stream, NEW_ENTRIES, random.fork(), reader);
    }),
  );
  const lastIds = new Map<RandomFollower, string>();
  for (const one of followers) {
    const fields = fieldsPassing(one.wish.filter);
    lastIds.set(one, String(await redis.command('XADD', one.wish.stream, '*', ...fields)));
  }
  writer.end();
  return lastIds;
}

describe('over every transport', () => {
  test('ids received equal XRANGE, filtered: each once, in order, however one comes and goes', async () => {
    const random = Random.fromEnvironment();
    onTestFailed(() => console.error(`To repeat it: FEED_SEED=${random.seed}`));
    const writer = new BurstWriter(redis);
    const followers = await followersOf(random, writer);
    const writing = write(random, writer, followers);
    const lastIdOf = async (one: RandomFollower) => (await writing).get(one) ?? '';
    await Promise.all(followers.map((one) => one.follow(writer, lastIdOf(one))));

    for (const stream of STREAMS) {
      const oracle = await FeedOracle.of(redis, stream);
      for (const one of followers.filter(({ wish }) => wish.stream === stream)) {
        const expected = oracle.expected(one.wish.filter, one.begin);
        const lastId = await lastIdOf(one);
        const end = expected.findIndex((line) => line.startsWith(`${lastId} `)) + 1;
        expect(end, `${one.told}: its last entry passes`).toBeGreaterThan(0);
        expect(named(one.received).slice(0, end), one.told).toEqual(expected.slice(0, end));
      }
    }
  });

  test('the same messages, whatever they are sent in', async () => {
    const random = Random.fromEnvironment();
    onTestFailed(() => console.error(`To repeat it: FEED_SEED=${random.seed}`));
    const stream = 'conformance:same';
    const writer = new BurstWriter(redis);
    await writer.addTo(stream, 400, random);
    const clients = await Promise.all(
      TRANSPORTS.map((transport) => servers.open(transport, { stream, last_id: '0' })),
    );
    await writer.addTo(stream, 400, random);
    await Promise.all(clients.map((client) => client.untilEntries(800)));
    const [first, ...others] = clients.map((client) =>
      client.entries.map(({ id, event, data }) => ({ id, event, data })),
    );
    for (const other of others) expect(other).toEqual(first);
    expect(named(clients[0]?.entries ?? [])).toEqual(
      (await FeedOracle.of(redis, stream)).expected(),
    );
  });
});
