import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { IN_TIME_MS, postJson, send } from '@/e2e/support/http-client';
import { PERSISTENT, restartRedis, type Stack, startStack } from '@/e2e/support/stack';
import { startCuttingProxy } from '@/lib/testing/cutting-proxy';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const QUEUE = 'shield:ingestion_queue';
const TASK = { content: 'Some text.', source_uri: 'file:///a.md', source_type: 'markdown' };

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ redis: { args: PERSISTENT } });
});
afterAll(() => stack.stop());
afterEach(async () => {
  await eventually(async () => {
    expect((await send(stack.base, '/health')).json()).toMatchObject({ status: 'healthy' });
  });
  await stack.redis.command('XTRIM', QUEUE, 'MAXLEN', 0);
});

const post = (key?: string) =>
  postJson(stack.base, '/api/tasks', TASK, key === undefined ? {} : { 'idempotency-key': key });
const length = () => stack.redis.command('XLEN', QUEUE);

test('Redis away: 503 in time, and nothing is written later', async () => {
  await stack.redis.kill();
  // A task that comes before this is noticed may be sent: its outcome is unknown then.
  await eventually(async () => {
    expect((await send(stack.base, '/health')).json()).toMatchObject({ status: 'degraded' });
  });
  for (const key of [undefined, 'while-away']) {
    const answer = await post(key);
    expect(answer.status).toBe(503);
    expect(answer.ms).toBeLessThan(IN_TIME_MS);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(answer.json()).toMatchObject({ code: 'redis_unreachable' });
  }
  await restartRedis(stack.redis);
  // The next task shows that the connection which could have carried the others is in use again.
  await eventually(async () => expect((await post('after')).status).toBe(201));
  expect(await length()).toBe(1);
});

test('Redis hangs: 504, one entry at most, and a repeat with the key makes it exactly one', async () => {
  stack.redis.suspend();
  const [plain, keyed] = await Promise.all([post(), post('while-hanging')]);
  for (const answer of [plain, keyed]) {
    expect(answer.status).toBe(504);
    expect(answer.ms).toBeLessThan(IN_TIME_MS);
    expect(answer.json()).toMatchObject({ code: 'outcome_unknown' });
  }
  stack.redis.resume();
  await eventually(async () => expect((await post('while-hanging')).status).toBe(201));
  // One of the keyed task; of the other one or none.
  expect([1, 2]).toContain(await length());
});

test('the answer gets lost on the way: 504, and the one entry is not written again', async () => {
  const proxy = await startCuttingProxy(stack.redis.port);
  const redisUrl = stack.redis.url.replace(/\d+$/, String(proxy.port));
  const dashboard = await startDashboard({ redisUrl });
  const submit = (content: string, headers: Record<string, string>) =>
    postJson(dashboard.url, '/api/tasks', { ...TASK, content }, headers);
  try {
    // Redis then knows the script that the key needs: its next run is one command.
    const first = { 'idempotency-key': 'first' };
    await eventually(async () => expect((await submit('first', first)).status).toBe(201));
    const headerSets: Record<string, string>[] = [{}, { 'idempotency-key': 'cut-off' }];
    for (const headers of headerSets) {
      const content = `cut off ${JSON.stringify(headers)}`;
      const before = Number(await length());
      proxy.loseAnswerTo('cut off');
      const answer = await submit(content, headers);
      expect(answer.status).toBe(504);
      expect(answer.json()).toMatchObject({ code: 'outcome_unknown' });
      const again = { 'idempotency-key': `again-${before}` };
      await eventually(async () => {
        expect((await submit('connected again', again)).status).toBe(201);
      });
      expect(await length()).toBe(before + 2);
    }
    const before = Number(await length());
    const headers = { 'idempotency-key': 'cut-off' };
    const repeated = await submit(`cut off ${JSON.stringify(headers)}`, headers);
    expect(repeated.status).toBe(201);
    expect(await length()).toBe(before);
  } finally {
    await dashboard.stop();
    proxy.close();
  }
});

test('Redis out of memory: 507, with the key and without', async () => {
  await stack.redis.command('CONFIG', 'SET', 'maxmemory', '1');
  try {
    for (const key of [undefined, 'no-memory', 'no-memory']) {
      const answer = await post(key);
      expect(answer.status).toBe(507);
      expect(answer.json()).toMatchObject({ code: 'redis_out_of_memory' });
    }
  } finally {
    await stack.redis.command('CONFIG', 'SET', 'maxmemory', '0');
  }
  expect((await post('no-memory')).status).toBe(201);
  expect(await length()).toBe(1);
});

test('a replica: 503, and writing works once it is none', async () => {
  await stack.redis.command('REPLICAOF', '127.0.0.1', '1');
  try {
    for (const key of [undefined, 'on-a-replica']) {
      await eventually(async () => {
        const answer = await post(key);
        expect(answer.status).toBe(503);
        expect(answer.json()).toMatchObject({ code: 'redis_read_only' });
      });
    }
  } finally {
    await stack.redis.command('REPLICAOF', 'NO', 'ONE');
  }
  await eventually(async () => expect((await post('on-a-replica')).status).toBe(201));
  expect(await length()).toBe(1);
});

test('another type under the key: 409', async () => {
  await stack.redis.command('RENAME', QUEUE, 'elsewhere');
  await stack.redis.command('SET', QUEUE, 'text');
  try {
    for (const key of [undefined, 'wrong-type']) {
      const answer = await post(key);
      expect(answer.status).toBe(409);
      expect(answer.json()).toMatchObject({ code: 'wrong_type' });
    }
  } finally {
    await stack.redis.command('RENAME', 'elsewhere', QUEUE);
  }
});
