import { connect } from 'node:net';
import { test as base, expect } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { accessLines } from '@/e2e/support/log-lines';
import { addEntries, addEvent } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import type { RedisServer } from '@/e2e/support/stack';
import { WebSocketClient } from '@/e2e/support/websocket-client';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';

/** What is promised for a stop, whatever is open. */
const STOP_MAX_MS = 10_000;

/** Each test ends a process of its own, on a Redis of its own: most of it is waiting. */
const test = base.extend<{ redis: RedisServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the destructuring
  redis: async ({}, use) => {
    const redis = await startRedisServer();
    await use(redis);
    await redis.stop();
  },
});

test.concurrent('SIGTERM with streams open: each is told when to come back, and the process ends in time', async ({
  redis,
}) => {
  const dashboard = await startDashboard({ redisUrl: redis.url });
  const streams = await Promise.all(
    Array.from({ length: 20 }, () => SseClient.open(dashboard.url)),
  );
  const sockets = await Promise.all(
    Array.from({ length: 5 }, () => WebSocketClient.open(dashboard.url)),
  );
  for (const client of [...streams, ...sockets]) await client.next('dashboard.hello');
  // Also open: a connection that never sent a request, and one in the middle of its headers.
  const silent = connect({ port: dashboard.port, host: '127.0.0.1' });
  const halfway = connect({ port: dashboard.port, host: '127.0.0.1' });
  halfway.write('GET / HTTP/1.1\r\nhost: local');
  for (const socket of [silent, halfway]) socket.on('error', () => undefined);
  const id = await addEvent(redis, 'shield:events', 'the.last');
  for (const client of [...streams, ...sockets]) await client.untilEntries(1);

  const exit = await dashboard.stop();
  expect(exit).toMatchObject({ code: 0, signal: null });
  expect(exit.ms).toBeLessThan(STOP_MAX_MS);
  const waits = new Set<number>();
  for (const stream of streams) {
    await stream.until(() => stream.ended || stream.broken !== undefined, 'The end');
    expect(stream.ended).toBe(true);
    expect(stream.retries).toHaveLength(2);
    waits.add(stream.retries[1] ?? 0);
    expect(stream.ids).toEqual([id]);
  }
  // Spread out, so that not all browsers come back at once.
  expect(waits.size).toBeGreaterThan(10);
  for (const socket of sockets) {
    expect(await socket.untilClosed()).toMatchObject({ code: 1001 });
  }
  expect(await redis.command('XINFO', 'CONSUMERS', 'shield:events', 'dashboard-frontend')).toEqual(
    [],
  );
  expect(await redis.command('XPENDING', 'shield:events', 'dashboard-frontend')).toEqual([
    ...[0, null, null, null],
  ]);
});

test.concurrent('SIGTERM while a client has stopped reading: the process ends in time all the same', async ({
  redis,
}) => {
  const dashboard = await startDashboard({ redisUrl: redis.url });
  const slow = await SseClient.open(dashboard.url, '/events/stream?stream=stop:slow&last_id=0');
  const slowSocket = await WebSocketClient.open(
    dashboard.url,
    '/events/ws?stream=stop:slow&last_id=0',
  );
  slow.pause();
  slowSocket.socket.pause();
  const value = 'x'.repeat(10_000);
  await addEntries(redis, 'stop:slow', 1_500, () => ['value', value]);
  const exit = await dashboard.stop();
  expect(exit).toMatchObject({ code: 0, signal: null });
  expect(exit.ms).toBeLessThan(STOP_MAX_MS);
  slow.close();
  slowSocket.close();
});

test.concurrent('SIGTERM while Redis hangs: the process ends in time all the same', async ({
  redis,
}) => {
  const dashboard = await startDashboard({ redisUrl: redis.url });
  const stream = await SseClient.open(dashboard.url);
  await stream.next('dashboard.hello');
  redis.suspend();
  try {
    const exit = await dashboard.stop();
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.ms).toBeLessThan(STOP_MAX_MS);
  } finally {
    redis.resume();
  }
  await stream.until(() => stream.ended, 'The end');
  expect(stream.retries).toHaveLength(2);
});

test.concurrent('SIGTERM just after many answers: each has its line in the access log', async ({
  redis,
}) => {
  const dashboard = await startDashboard({ redisUrl: redis.url });
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      send(dashboard.url, n % 2 === 0 ? '/events/stats' : '/health'),
    ),
  );
  await dashboard.stop();
  const logged = new Set(accessLines(dashboard).map(({ request_id }) => request_id));
  expect(answers.filter(({ headers }) => !logged.has(String(headers['x-request-id'])))).toEqual([]);
});

test.concurrent('SIGINT at once after the start: a stop like any other', async ({ redis }) => {
  const dashboard = await startDashboard({ redisUrl: redis.url, waitUntilHealthy: false });
  await eventually(() => expect(dashboard.logs()).toContain('"listening"'));
  process.kill(dashboard.pid, 'SIGINT');
  expect(await dashboard.exited).toEqual({ code: 0, signal: null });
  await dashboard.stop();
});
