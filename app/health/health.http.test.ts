import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { IN_TIME_MS, send } from '@/e2e/support/http-client';
import { type Stack, startStack } from '@/e2e/support/stack';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const health = z.strictObject({
  status: z.enum(['healthy', 'degraded']),
  uptime_seconds: z.number().positive(),
});

async function ask(path: string): Promise<unknown> {
  const answer = await send(stack.base, path);
  expect(answer.status).toBe(200);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.ms).toBeLessThan(IN_TIME_MS);
  return answer.json();
}

test('GET /health says that the process lives and for how long', async () => {
  const first = await eventually(async () => {
    const answer = health.parse(await ask('/health'));
    expect(answer.status).toBe('healthy');
    return answer;
  });
  await eventually(async () =>
    expect(health.parse(await ask('/health')).uptime_seconds).toBeGreaterThan(first.uptime_seconds),
  );
});

test('GET /health/detailed adds the latency of Redis, its version and the streams', async () => {
  await eventually(async () =>
    expect(await ask('/health/detailed')).toMatchObject({
      status: 'healthy',
      uptime_seconds: expect.any(Number),
      redis: {
        status: 'up',
        latency_ms: expect.any(Number),
        version: expect.stringMatching(/^\d+\.\d+/),
      },
      streams: { 'shield:events': { length: 0, consumer_groups: expect.any(Array) } },
      timestamp: expect.any(String),
    }),
  );
});

test('both answer 200 while Redis hangs and while it is gone, and say which', async () => {
  stack.redis.suspend();
  await eventually(async () =>
    expect(await ask('/health/detailed')).toMatchObject({
      status: 'degraded',
      redis: { status: 'down', code: 'redis_timeout' },
      streams: { 'shield:events': { length: 0 } },
    }),
  );
  expect(await ask('/health')).toMatchObject({ status: 'degraded' });
  await stack.redis.kill();
  await eventually(async () =>
    expect(await ask('/health/detailed')).toMatchObject({
      redis: { status: 'down', code: 'redis_unreachable' },
    }),
  );
  await stack.redis.restart();
  await eventually(async () => expect(await ask('/health')).toMatchObject({ status: 'healthy' }));
});
