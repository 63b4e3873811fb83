import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { FaultWatch } from '@/e2e/support/fault-watch';
import { ownServers } from '@/e2e/support/own-servers';
import { type RedisServer, restartRedis } from '@/e2e/support/stack';

const STANDSTILL_MS = 30_000;
const DEBUG = ['--enable-debug-command', 'yes'];

/** Kills every connection but the one that asks. */
const killClients = (redis: RedisServer) => redis.command('CLIENT', 'KILL', 'TYPE', 'normal');

describe.concurrent('a Redis that hangs', () => {
  const own = ownServers({ args: DEBUG });

  test.sequential('30 s at a standstill', { timeout: 90_000 }, async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'shield:events');
    own.redis.suspend();
    const standing = sleep(STANDSTILL_MS);
    await watch.untilDown('redis_timeout', 'redis_unreachable');
    await watch.join();
    await watch.untilDown('redis_timeout', 'redis_unreachable');
    await standing;
    own.redis.resume();
    await watch.untilUp();
    await watch.untilFlowing();
    await watch.expectEverything();
  });
});

describe.concurrent('a Redis that turns clients away', () => {
  const own = ownServers({ args: DEBUG });

  test.sequential('killed and started again with its append-only file', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:killed');
    for (let round = 0; round < 2; round++) {
      await own.redis.kill();
      await watch.untilDown('redis_unreachable');
      if (round === 0) await watch.join();
      await restartRedis(own.redis);
      await watch.untilUp();
      await watch.untilFlowing();
    }
    expect(watch.writer.failures).toBeGreaterThan(0);
    await watch.expectEverything();
  });

  test.sequential('every connection killed again and again', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:client-kill');
    const endsAt = performance.now() + 3_000;
    while (performance.now() < endsAt) {
      await killClients(own.redis);
      await sleep(5);
    }
    await watch.untilUp();
    await watch.expectEverything();
  });

  test.sequential('no room for clients', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:maxclients');
    await own.redis.command('CONFIG', 'SET', 'maxclients', 1);
    await killClients(own.redis);
    await watch.untilDown('redis_unreachable');
    await own.redis.command('CONFIG', 'SET', 'maxclients', 10_000);
    await watch.untilUp();
    await watch.expectEverything();
  });

  test.sequential('another password', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:password');
    await own.redis.command('CONFIG', 'SET', 'requirepass', 'another');
    await killClients(own.redis);
    await watch.untilDown('redis_auth_failed');
    await own.redis.command('CONFIG', 'SET', 'requirepass', own.redis.password);
    await watch.untilUp();
    await watch.expectEverything();
  });

  test.sequential('asleep for 10 s', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:sleep');
    const slept = own.redis.command('DEBUG', 'SLEEP', 10);
    await watch.untilDown('redis_timeout');
    await slept;
    await watch.untilUp();
    await watch.expectEverything();
  });
});

describe.concurrent('a line to Redis', () => {
  const own = ownServers({ behindProxy: true });

  test.sequential('that carries nothing any more, and is never ended', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:black');
    own.line.goBlack();
    await watch.untilDown('redis_timeout', 'redis_unreachable');
    await watch.join();
    own.line.endBlack();
    await watch.untilUp();
    await watch.untilFlowing();
    await watch.expectEverything();
  });

  test.sequential('that is reset again and again', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:reset');
    for (let round = 0; round < 10; round++) {
      own.line.reset();
      await watch.untilFlowing();
    }
    await watch.untilUp();
    await watch.expectEverything();
  });

  test.sequential('that delays each packet', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:late');
    own.line.treat({ as: 'late', ms: 150 });
    await watch.join();
    await watch.untilFlowing();
    own.line.treat({ as: 'they are' });
    await watch.expectEverything();
  });

  test.sequential('that splits everything, into single bytes too', async () => {
    const watch = await FaultWatch.start(own.redis, own.servers, 'fault:split');
    own.line.treat({ as: 'in pieces' });
    await watch.join();
    await watch.untilFlowing();
    own.line.treat({ as: 'they are' });
    await watch.expectEverything();
  });
});
