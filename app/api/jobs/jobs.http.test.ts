import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import type { DashboardProcess, RedisServer } from '@/e2e/support/stack';
import { JOB_STATES } from '@/lib/model/job';
import { jobApiHref, jobPageHref } from '@/lib/model/job-page';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';

const EVENTS = 'shield:events';
const QUEUE = 'shield:ingestion_queue';

const text = z.string().nullable();
const count = z.number().nonnegative().nullable();
const job = z.strictObject({
  ...{ job_id: z.string(), state: z.enum(JOB_STATES), reason: z.string().min(1) },
  ...{ trouble: z.enum(['failed', 'silent']).nullable(), job_type: text, error: text },
  ...{ chunks_processed: count, chunks_total: count, duration_ms: count },
  ...{ created_at: text, started_at: text, ended_at: text, heard_at: text },
  ...{ task_failures: z.number(), events: z.number(), first_event: text },
  last_event: z.strictObject({ id: z.string(), type: z.string() }).nullable(),
  hash: z.enum(['here', 'absent', 'wrong_type', 'denied', 'unread']),
});
const coverage = z.strictObject({
  ...{ stream: z.literal(EVENTS), from: text, reaches_first: z.boolean() },
  ...{ is_reading: z.boolean(), problem: text, looked_at: z.number() },
  ...{ hashes: z.enum(['yes', 'no', 'denied']), forgotten: z.number() },
});
const jobsPage = z.strictObject({
  ...{ jobs: z.array(job), counts: z.record(z.enum(JOB_STATES), z.number()) },
  ...{ total: z.number(), matching: z.number(), next: z.number().nullable() },
  ...{ coverage, as_of: z.iso.datetime() },
});
const entry = z.strictObject({ id: z.string(), fields: z.array(z.array(z.unknown())) });
const jobPage = z.strictObject({
  job,
  hash: z.strictObject({
    ...{ key: z.string(), state: z.string(), expires_in_ms: count },
    fields: z.array(z.tuple([z.string(), z.unknown()])),
  }),
  events: z.strictObject({
    ...{ stream: z.string(), entries: z.array(entry), gone: z.number(), next: text },
  }),
  tasks: z.strictObject({
    ...{ stream: z.string(), total: count, is_reading: z.boolean(), problem: text },
    tasks: z.array(
      z.strictObject({
        ...{ id: z.string(), chunk_id: text, retry_count: count },
        pending: z
          .array(
            z.strictObject({
              ...{ group: z.string(), consumer: z.string() },
              ...{ idle_ms: z.number(), deliveries: z.number() },
            }),
          )
          .nullable(),
      }),
    ),
  }),
  ...{ coverage, as_of: z.iso.datetime() },
});

let redis: RedisServer;
let dashboard: DashboardProcess;
const ids: Record<string, string[]> = {};

async function addEvent(type: string, jobId: string | Uint8Array, data: object = {}) {
  const fields = ['event_id', 'e', 'type', type, 'timestamp', '2026-01-02T03:04:05.678901'];
  const rest = ['data', JSON.stringify(data), 'metadata', '{}'];
  const id = String(await redis.command('XADD', EVENTS, '*', ...fields, 'job_id', jobId, ...rest));
  if (typeof jobId === 'string') ids[jobId] = [...(ids[jobId] ?? []), id];
  return id;
}

const progress = (jobId: string, done: number) =>
  addEvent('ingestion.progress', jobId, { chunks_processed: done, chunks_total: 3 });
const hash = (jobId: string, ...fields: (string | Uint8Array)[]) =>
  redis.command('HSET', `job:${jobId}`, ...fields);

/** Before the dashboard is there: all of this is the past, to be read from Redis. */
async function prepare() {
  const { command } = redis;
  await addEvent('ingestion.queued', 'done', { chunks_total: 3 });
  await addEvent('ingestion.started', 'done');
  for (const n of [1, 2, 3]) await progress('done', n);
  await addEvent('ingestion.completed', 'done');
  await addEvent('ingestion.started', 'broken');
  await addEvent('ingestion.failed', 'broken', { error: 'LLM timeout after 300 s' });
  await addEvent('worker.task_failed', 'mystery', { error: 'boom' });
  await addEvent('ingestion.started', Buffer.from([0xff, 0x00]));
  await addEvent('worker.started', '');
  await hash('hash-only', 'status', 'queued', 'chunks_total', '7', 'job_type', 'reindex');
  const hostile = Buffer.from([0xff, 0xfe, 0x1b]);
  await hash('odd', 'status', hostile, 'chunks_total', '-1', 'metadata', 'x'.repeat(100_000));
  await addEvent('ingestion.started', 'odd');
  await command('SET', 'job:text', 'no hash');
  await addEvent('ingestion.queued', 'text');
  await command('XGROUP', 'CREATE', QUEUE, 'lightrag-workers', '0', 'MKSTREAM');
  const task = (jobId: string, chunk: string, content: string) =>
    command(
      'XADD',
      QUEUE,
      '*',
      'job_id',
      jobId,
      'chunk_id',
      chunk,
      'content',
      content,
      'retry_count',
      '2',
    );
  await task('going', 'c-1', 'x'.repeat(50_000));
  await task('other', 'c-1', 'short');
  await task('going', 'c-2', 'short');
  await command(
    'XREADGROUP',
    'GROUP',
    'lightrag-workers',
    'w-1',
    'COUNT',
    1,
    'STREAMS',
    QUEUE,
    '>',
  );
}

beforeAll(async () => {
  redis = await startRedisServer();
  await prepare();
  dashboard = await startDashboard({ redisUrl: redis.url, env: { HISTORY: 'off' } });
});
afterAll(async () => {
  await dashboard.stop();
  await redis.stop();
});

const getJobs = async (query = '') => {
  const answer = await send(dashboard.url, `/api/jobs${query}`);
  expect(answer.status, answer.text).toBe(200);
  return jobsPage.parse(answer.json());
};
const getJob = async (jobId: string, query = '') => {
  const answer = await send(dashboard.url, `/api/jobs/${encodeURIComponent(jobId)}${query}`);
  expect(answer.status, answer.text).toBe(200);
  return jobPage.parse(answer.json());
};
/** The list once the past, the keys and all hashes were looked at. */
const settled = (query = '') =>
  eventually(async () => {
    const page = await getJobs(query);
    expect(page.coverage).toMatchObject({
      ...{ is_reading: false, reaches_first: true, hashes: 'yes' },
    });
    expect(page.jobs.filter((one) => one.hash === 'unread')).toEqual([]);
    return page;
  });
const stateOf = (page: z.infer<typeof jobsPage>, jobId: string) =>
  page.jobs.find((one) => one.job_id === jobId)?.state;

describe('the list', () => {
  test('has jobs of the past by events and by hashes, whoever wrote them', async () => {
    const page = await settled();
    const states = Object.fromEntries(page.jobs.map(({ job_id, state }) => [job_id, state]));
    expect(states).toEqual({
      ...{ broken: 'failed', mystery: 'unknown', done: 'completed' },
      ...{ 'hash-only': 'queued', odd: 'processing', text: 'queued', 'binary:_wA=': 'processing' },
    });
    expect(page.jobs[0]).toMatchObject({
      ...{ job_id: 'broken', trouble: 'failed', error: 'LLM timeout after 300 s' },
    });
    expect(page.counts).toEqual({ failed: 1, unknown: 1, processing: 2, queued: 2, completed: 1 });
    expect(page.coverage).toMatchObject({ looked_at: 13, reaches_first: true, problem: null });
    expect(page.jobs.find(({ job_id }) => job_id === 'text')?.hash).toBe('wrong_type');
  });

  test('is filtered, searched and paged', async () => {
    await settled();
    expect((await getJobs('?state=failed,unknown')).jobs.map(({ job_id }) => job_id)).toEqual([
      ...['broken', 'mystery'],
    ]);
    expect((await getJobs('?q=TIMEOUT')).matching).toBe(1);
    expect((await getJobs('?q=reindex')).jobs[0]?.job_id).toBe('hash-only');
    expect(await getJobs('?limit=2&offset=6')).toMatchObject({ total: 7, next: null });
    expect((await getJobs('?job_id=done')).jobs).toMatchObject([{ events: 6, chunks_total: 3 }]);
    const wrong = await send(dashboard.url, '/api/jobs?state=lost&limit=0');
    expect([wrong.status, wrong.json()]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ field: 'state' }, { field: 'limit' }] },
    ]);
  });

  test('follows what comes, by events and by the hash alike', async () => {
    await addEvent('ingestion.queued', 'live', { chunks_total: 3 });
    await eventually(async () => expect(stateOf(await getJobs(), 'live')).toBe('queued'));
    await hash('live', 'status', 'processing', 'chunks_processed', '1', 'chunks_total', '3');
    await eventually(async () => expect(stateOf(await getJobs(), 'live')).toBe('processing'));
    await addEvent('ingestion.failed', 'live', { error: 'late' });
    await eventually(async () => {
      expect((await getJobs('?job_id=live')).jobs).toMatchObject([
        { state: 'failed', error: 'late', chunks_processed: 1, events: 2 },
      ]);
    });
  });
});

describe('one job', () => {
  test('has its events from first to last, in pages', async () => {
    const all = await getJob('done');
    expect(all.events.entries.map(({ id }) => id)).toEqual(ids.done);
    expect(all.job).toMatchObject({ state: 'completed', chunks_processed: 3, hash: 'absent' });
    const first = await getJob('done', '?limit=4');
    expect(first.events.next).toBe(ids.done?.[3]);
    const rest = await getJob('done', `?limit=4&after=${first.events.next}`);
    expect(rest.events).toMatchObject({ next: null });
    expect(rest.events.entries.map(({ id }) => id)).toEqual(ids.done?.slice(4));
  });

  test('says what of its events is gone', async () => {
    await getJob('mystery');
    await redis.command('XDEL', EVENTS, ids.mystery?.[0] ?? '');
    expect((await getJob('mystery')).events).toMatchObject({ entries: [], gone: 1, next: null });
  });

  test('has its hash, long values told by their size', async () => {
    const { hash: own } = await getJob('odd');
    expect(own).toMatchObject({ key: 'job:odd', state: 'here', expires_in_ms: null });
    expect(Object.fromEntries(own.fields)).toEqual({
      ...{ status: { base64: '//4b' }, chunks_total: '-1', metadata: { bytes: 100_000 } },
    });
    expect((await getJob('hash-only')).job).toMatchObject({ state: 'queued', events: 0 });
  });

  test('has its tasks that are still queued, and who holds them', async () => {
    await addEvent('ingestion.started', 'going');
    await eventually(async () => {
      const { tasks } = await getJob('going');
      expect(tasks).toMatchObject({ stream: QUEUE, total: 2, is_reading: false });
      const [held, waits] = tasks.tasks;
      expect(held).toMatchObject({
        ...{ chunk_id: 'c-1', retry_count: 2 },
        pending: [{ group: 'lightrag-workers', consumer: 'w-1', deliveries: 1 }],
      });
      expect(waits).toMatchObject({ chunk_id: 'c-2', pending: [] });
    });
    // A worker that is done with a task deletes it; a new one is found.
    const { tasks } = await getJob('going');
    await redis.command('XDEL', QUEUE, tasks.tasks[0]?.id ?? '');
    await redis.command('XADD', QUEUE, '*', 'job_id', 'going', 'chunk_id', 'c-3');
    await eventually(async () => {
      const found = (await getJob('going')).tasks.tasks.map(({ chunk_id }) => chunk_id);
      expect(found).toEqual(['c-2', 'c-3']);
    });
  });

  test('has as many tasks as are left, however many were worked off', async () => {
    await addEvent('ingestion.started', 'big');
    const taskIds: string[] = [];
    for (let n = 0; n < 60; n++) {
      const id = await redis.command('XADD', QUEUE, '*', 'job_id', 'big', 'chunk_id', `c-${n}`);
      taskIds.push(String(id));
    }
    await eventually(async () => {
      const { tasks } = await getJob('big');
      expect(tasks).toMatchObject({ total: 60, is_reading: false, problem: null });
      expect(tasks.tasks).toHaveLength(20);
    });
    await redis.command('XDEL', QUEUE, ...taskIds.slice(0, 57));
    const { tasks } = await getJob('big');
    expect(tasks.total).toBe(3);
    expect(tasks.tasks.map(({ id }) => id)).toEqual(taskIds.slice(57));
  });

  test('of any id, one of bytes too', async () => {
    expect((await getJob('binary:_wA=')).job).toMatchObject({ state: 'processing', events: 1 });
    for (const odd of ["a/b c?#%2F 'ü\u202e", '.', '..']) {
      await addEvent('ingestion.queued', odd);
      await eventually(async () => {
        const answer = await send(dashboard.url, jobApiHref(odd));
        expect(jobPage.parse(answer.json()).job).toMatchObject({ job_id: odd, state: 'queued' });
      });
      expect((await send(dashboard.url, jobPageHref(odd))).text).toContain('ingestion.queued');
    }
  });

  test('that nobody knows is none', async () => {
    const answer = await send(dashboard.url, '/api/jobs/nobody');
    expect([answer.status, answer.json()]).toMatchObject([404, { code: 'job_not_found' }]);
    expect((await getJobs('?job_id=nobody')).jobs).toEqual([]);
  });
});

test('looking changes nothing in Redis', async () => {
  const stateNow = async () => {
    const keys = z.array(z.string()).parse(await redis.command('KEYS', '*'));
    // A stream's groups, consumers and pending entries are in its DUMP as well.
    return Promise.all(
      keys.sort().map(async (key) => ({
        ...{ key, dump: await redis.command('DUMP', key), ttl: await redis.command('TTL', key) },
      })),
    );
  };
  // The dashboard's own group is still given what came last.
  let before = await stateNow();
  await eventually(async () => {
    const earlier = before;
    before = await stateNow();
    expect(before).toEqual(earlier);
    const groups = z
      .array(z.array(z.unknown()))
      .parse(await redis.command('XINFO', 'GROUPS', EVENTS));
    const own = groups.find((group) => group.includes('dashboard-frontend')) ?? [];
    expect([own[own.indexOf('lag') + 1], own[own.indexOf('pending') + 1]]).toEqual([0, 0]);
  });
  expect(before.map(({ key }) => key)).toEqual(expect.arrayContaining([EVENTS, QUEUE, 'job:odd']));
  await settled();
  for (const jobId of ['done', 'odd', 'going']) await getJob(jobId);
  await send(dashboard.url, '/jobs');
  await send(dashboard.url, '/jobs/done');
  expect(await stateNow()).toEqual(before);
});

test('the pages, before any script', async () => {
  await settled();
  const list = (await send(dashboard.url, '/jobs')).text;
  for (const words of ['LLM timeout after 300 s', 'mystery', '/jobs/done']) {
    expect(list).toContain(words);
  }
  const one = (await send(dashboard.url, '/jobs/done')).text;
  expect(one).toContain('ingestion.completed');
  expect((await send(dashboard.url, '/jobs/nobody')).text).toContain('No such job');
});

test('a stream that is begun anew begins its jobs anew', async () => {
  await settled();
  await redis.command('DEL', EVENTS);
  // Before the last id that was there: so a stream is known to be another one.
  const id = `${Date.now() - 300_000}-0`;
  await redis.command('XADD', EVENTS, id, 'type', 'ingestion.queued', 'job_id', 'fresh');
  await eventually(async () => {
    const page = await getJobs();
    expect(stateOf(page, 'fresh')).toBe('queued');
    expect(stateOf(page, 'done')).toBeUndefined();
  });
  expect((await getJob('fresh')).events.entries).toMatchObject([{ id }]);
});
