import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { FaultWatch } from '@/e2e/support/fault-watch';
import { ownServers } from '@/e2e/support/own-servers';
import { addEntries, idsInRedis } from '@/e2e/support/redis-facts';
import type { RedisServer } from '@/e2e/support/stack';
import { TRANSPORTS } from '@/e2e/support/transports';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { createRespClient } from '@/scripts/setup/resp.mjs';

const gapData = z.strictObject({ after: z.string(), before: z.string(), lost: z.number() });

describe.concurrent('what the stream goes through', () => {
  const own = ownServers({ args: ['--enable-debug-command', 'yes'] });

  test.sequential('deleted and recreated while it is written to: a reset, then all of the new one', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:deleted');
    await own.redis.command('DEL', watch.stream);
    await watch.untilReset();
    await watch.untilFlowing();
    await watch.expectEverythingAnew();
  });

  test.sequential('deleted and recreated in one step, with lower ids', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:replaced');
    const replace = `redis.call('DEL', KEYS[1])
      for n = 1, 50 do redis.call('XADD', KEYS[1], n .. '-1', 'type', 'test.even') end`;
    await own.redis.command('EVAL', replace, 1, watch.stream);
    await watch.untilReset();
    await watch.expectEverythingAnew();
  });

  test.sequential('trimmed under a replay: what was received and what was lost are all that was added', async () => {
    const stream = 'fault:trimmed';
    // More than lies in the buffers between the two.
    const value = 'x'.repeat(20_000);
    const added = await addEntries(own.redis, stream, 1_000, () => ['value', value]);
    const clients = await Promise.all(
      TRANSPORTS.map((transport) => own.servers.open(transport, { stream, last_id: '0' })),
    );
    // Each at its first entry: while one waits for another, all of it would arrive.
    await Promise.all(
      clients.map(async (client) => {
        await client.untilEntries(1);
        client.pause();
      }),
    );
    await own.redis.command('XTRIM', stream, 'MAXLEN', 100);
    added.push(...(await addEntries(own.redis, stream, 10, () => ['n', '1'])));
    for (const client of clients) client.resume();
    for (const [at, client] of clients.entries()) {
      const { name } = TRANSPORTS[at] ?? { name: '' };
      await client.until(() => client.ids.includes(added.at(-1)), `${name}: the last entry`);
      const items = client.told.slice(1);
      const gaps = items.filter(({ event }) => event === 'dashboard.gap');
      expect(gaps.length, name).toBeGreaterThan(0);
      let place = 0;
      for (const [index, { id, data }] of items.entries()) {
        if (id === undefined) {
          const { after, before, lost } = gapData.parse(data);
          expect([after, before], name).toEqual([items[index - 1]?.id, items[index + 1]?.id]);
          place += lost;
        } else {
          expect(id, name).toBe(added[place]);
          place++;
        }
      }
      expect(place, name).toBe(added.length);
    }
  });
});

describe.concurrent('what Redis goes through', () => {
  const own = ownServers({ args: ['--enable-debug-command', 'yes'] });

  test.sequential('its data loading: told as that, and nothing is lost', async () => {
    const { command } = own.redis;
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:loading');
    // Not to be compressed: Redis looks at its clients after so many bytes.
    for (let n = 0; n < 60; n++) await command('SET', `slow:${n}`, randomBytes(5_000));
    await command('CONFIG', 'SET', 'loading-process-events-interval-bytes', 1_024);
    await command('CONFIG', 'SET', 'key-load-delay', 300_000);
    const reloaded = command('DEBUG', 'RELOAD');
    await watch.untilDown('redis_loading');
    // Over another connection: it need not take all of its time.
    const { port, password } = own.redis;
    const other = createRespClient({ port, password });
    await other.command('CONFIG', 'SET', 'key-load-delay', 0);
    other.close();
    await reloaded;
    await watch.untilUp();
    await watch.expectEverything();
  });

  test.sequential('a replica whose master is gone, and which shows nothing stale', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:master-down');
    await own.redis.command('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    // Nobody listens at this port.
    await own.redis.command('REPLICAOF', '127.0.0.1', '1');
    await watch.untilDown('redis_unreachable');
    await own.redis.command('REPLICAOF', 'NO', 'ONE');
    await watch.untilUp();
    expect(watch.writer.failures).toBeGreaterThan(0);
    await watch.expectEverything();
  });

  test.sequential('replaced by the data of another Redis: a reset, then all of that', async () => {
    const other = await startRedisServer({ password: own.redis.password });
    try {
      const watch = await FaultWatch.start(own.redis, own.servers, 'fault:foreign');
      await addEntries(other, watch.stream, 50, () => ['type', 'test.even']);
      await follow(own.redis, other);
      await watch.untilReset();
      await own.redis.command('REPLICAOF', 'NO', 'ONE');
      await watch.untilFlowing();
      await watch.expectEverythingAnew();
    } finally {
      await other.stop();
    }
  });

  test.sequential('handed over to another Redis, whose replica it is for a while, and back', async () => {
    const other = await startRedisServer({ password: own.redis.password });
    try {
      const watch = await FaultWatch.start(own.redis, own.servers, 'fault:replica');
      await follow(other, own.redis);
      await handOver(own.redis, other);
      const added = await addEntries(other, watch.stream, 50, () => ['type', 'test.even']);
      await watch.untilReceived(added.at(-1) ?? '');
      await handOver(other, own.redis);
      await watch.untilFlowing();
      await watch.untilUp();
      expect(watch.writer.failures).toBeGreaterThan(0);
      await watch.expectEverything();
      expect(await idsInRedis(own.redis, watch.stream)).toEqual(expect.arrayContaining(added));
    } finally {
      await other.stop();
    }
  });
});

/** Makes it the replica of another with the same password, and waits until it is. */
async function follow(redis: RedisServer, master: RedisServer): Promise<void> {
  for (const one of [redis, master]) {
    await one.command('CONFIG', 'SET', 'masterauth', master.password);
    await one.command('CONFIG', 'SET', 'repl-diskless-sync-delay', 0);
  }
  await redis.command('REPLICAOF', '127.0.0.1', master.port);
  await isReplica(redis);
}

/** Waits until it follows its master. */
async function isReplica(redis: RedisServer): Promise<void> {
  await eventually(async () =>
    expect(String(await redis.command('INFO', 'replication'))).toMatch(
      /role:slave.*master_link_status:up/s,
    ),
  );
}

/** Makes the replica the master and the master its replica, without a write lost. */
async function handOver(master: RedisServer, replica: RedisServer): Promise<void> {
  // Refused until the master has heard that its replica is in step.
  await eventually(() => master.command('FAILOVER', 'TO', '127.0.0.1', replica.port));
  await isReplica(master);
}
