import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import { logEntries } from '@/e2e/support/log-lines';
import { addEntries, addEvent } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import type { DashboardProcess, RedisServer } from '@/e2e/support/stack';
import { MASK } from '@/lib/model/mask-json';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';

const TASK = { content: 'x', source_uri: 'file:///x', source_type: 'text' };

let redis: RedisServer;
/** Nobody writes; nobody writes to `prod:*`, where its tasks go; the same, with tasks elsewhere. */
let all: DashboardProcess;
let prod: DashboardProcess;
let beside: DashboardProcess;

beforeAll(async () => {
  redis = await startRedisServer();
  const start = (env: Record<string, string>) =>
    startDashboard({ redisUrl: redis.url, env: { ...env, REDACT_FIELDS: 'password' } });
  const READ_ONLY_STREAMS = 'prod:*,billing';
  [all, prod, beside] = await Promise.all([
    start({ READ_ONLY: 'true' }),
    start({ READ_ONLY_STREAMS, TASK_STREAM: 'prod:tasks' }),
    start({ READ_ONLY_STREAMS, TASK_STREAM: 'test:tasks' }),
  ]);
});
afterAll(async () => {
  for (const dashboard of [all, prod, beside]) await dashboard.stop();
  await redis.stop();
});

describe.each([
  ['READ_ONLY', () => all, 'shield:ingestion_queue', 'this dashboard is read-only'],
  ['READ_ONLY_STREAMS', () => prod, 'prod:tasks', 'The stream prod:tasks is read-only here'],
] as const)('with %s', (_, dashboard, stream, words) => {
  test('nothing is added, whatever is sent, and the refusal says why', async () => {
    const before = await redis.command('XLEN', stream);
    const once = { 'idempotency-key': 'k1' };
    for (const [body, headers] of [
      [TASK, {}],
      [TASK, once],
      [TASK, once],
      [{ content: 5 }, {}],
    ] as const) {
      const answer = await postJson(dashboard().url, '/api/tasks', body, headers);
      expect([answer.status, answer.json()]).toMatchObject([403, { code: 'read_only' }]);
      expect(answer.text).toContain(words);
    }
    expect(await redis.command('XLEN', stream)).toBe(before);
    expect((await send(dashboard().url, '/tasks')).text).toContain(words);
    await eventually(async () => {
      const { json } = await send(dashboard().url, '/api/audit?outcome=refused');
      const codes = (json() as { acts: { code: string }[] }).acts.map(({ code }) => code);
      expect(new Set(codes)).toEqual(new Set(['read_only']));
    });
  });

  test('looking goes on: lists, entries, the feed, downloads, and revealing what is masked', async () => {
    const { url } = dashboard();
    const [id] = await addEntries(redis, stream, 1, () => ['password', 'hunter2']);
    const api = `${url}/api/streams/${encodeURIComponent(stream)}`;
    const at = (path: string) => send(url, api.slice(url.length) + path);
    expect((await at(`/entries/${id}`)).text).toContain(MASK);
    expect((await at('/download')).text).toContain(MASK);
    expect((await send(url, '/api/streams')).status).toBe(200);
    const revealed = await postJson(url, `${api.slice(url.length)}/entries/${id}/reveal`, {});
    expect([revealed.status, revealed.json()]).toMatchObject([
      200,
      { fields: [['password', 'hunter2']] },
    ]);
    const feed = await SseClient.open(url);
    await feed.next('dashboard.hello');
    await addEvent(redis, 'shield:events', 'still.seen');
    await feed.next('still.seen');
    feed.close();
  });
});

test('other streams are written to as ever', async () => {
  expect((await postJson(beside.url, '/api/tasks', TASK)).status).toBe(201);
  expect(await redis.command('XLEN', 'test:tasks')).toBe(1);
});

test('it is said at the start', () => {
  const settings = [all, prod].map((dashboard) => logEntries(dashboard)[0]?.access);
  expect(settings).toMatchObject([
    { readOnly: true, readOnlyStreams: [] },
    { readOnly: false, readOnlyStreams: ['prod:*', 'billing'] },
  ]);
});
