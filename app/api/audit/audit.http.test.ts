import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import { logEntries } from '@/e2e/support/log-lines';
import { PERSISTENT, restartRedis, type Stack, startStack } from '@/e2e/support/stack';

const STREAM = 'shield-dashboard:audit';
const QUEUE = 'shield:ingestion_queue';
const TASK = { content: 'hunter2', source_uri: 'file:///a.md', source_type: 'markdown' };

const text = z.string().nullable();
const facts = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .nullable();
const act = z.strictObject({
  ...{ id: z.string(), at: z.iso.datetime(), began_at: z.iso.datetime().nullable() },
  ...{ phase: z.enum(['intent', 'result', 'event']), act: z.string() },
  ...{ outcome: z.enum(['done', 'refused', 'failed', 'unknown', 'pending']), code: text },
  ...{ action: z.string(), actor: z.string(), subject: text, role: text, address: z.string() },
  ...{ via: text },
  ...{ stream: text, group: text, targets: z.array(z.string()), count: z.number().nullable() },
  ...{ before: facts, after: facts, reason: text, request_id: text, intent: text },
  instance: z.string(),
});
const page = z.strictObject({
  ...{ acts: z.array(act), next: text, looked_at: z.number(), unreadable: z.number() },
  audit: z.strictObject({
    ...{ stream: z.string(), length_max: z.number(), stored: z.number(), not_stored: z.number() },
    problem: z
      .strictObject({ code: z.string(), message: z.string(), since: z.iso.datetime() })
      .nullable(),
  }),
  as_of: z.iso.datetime(),
});

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ redis: { args: PERSISTENT } });
});
afterAll(() => stack.stop());

const audit = async (search = '') =>
  page.parse((await send(stack.base, `/api/audit${search}`)).json());
const enqueue = (headers: Record<string, string> = {}, task: object = {}) =>
  postJson(stack.base, '/api/tasks', { ...TASK, ...task }, headers);
/** Results are written behind the answer. */
const untilEnded = (search: string, count: number) =>
  eventually(async () => {
    const { acts } = await audit(search);
    expect(acts.filter(({ outcome }) => outcome !== 'pending')).toHaveLength(count);
    return acts;
  });

describe('what is done over HTTP', () => {
  test('looking makes no key; nor is the stream of the audit one of the streams', async () => {
    for (const path of ['/audit', '/api/audit', '/api/audit/download']) {
      expect((await send(stack.base, path)).status).toBe(200);
    }
    expect(await stack.redis.command('EXISTS', STREAM)).toBe(0);
    expect((await enqueue()).status).toBe(201);
    const [made] = await untilEnded('', 1);
    await stack.redis.command('XADD', 'other:stream', '*', 'a', 'b');
    const names = z.object({ streams: z.record(z.string(), z.unknown()) });
    const found = await eventually(async () => {
      const { streams } = names.parse((await send(stack.base, '/events/stats')).json());
      expect(Object.keys(streams)).toContain('other:stream');
      return Object.keys(streams);
    });
    expect(found).not.toContain(STREAM);
    expect(made).toMatchObject({ action: 'task.enqueue', outcome: 'done', stream: QUEUE });
  });

  test('is told with who, on what and how it ended, and in the log; never the payload', async () => {
    const headers = { authorization: 'Bearer s3cret-token', cookie: 'sid=s3cret-cookie' };
    const answer = await enqueue(headers, { job_id: 'job-7' });
    const [newest] = await untilEnded('', 2);
    expect(newest).toMatchObject({
      ...{ outcome: 'done', actor: 'anonymous', address: '127.0.0.1', count: 1 },
      ...{ request_id: answer.headers['x-request-id'], after: { job_id: 'job-7' } },
      targets: [z.object({ message_id: z.string() }).parse(answer.json()).message_id],
    });
    const logged = await eventually(() => {
      const lines = logEntries(stack.dashboard).filter(({ msg }) => msg === 'audit');
      const own = lines.filter((line) => JSON.stringify(line).includes(newest?.act ?? ''));
      expect(own).toHaveLength(2);
      return own;
    });
    expect(logged).toMatchObject([
      { audit: { phase: 'intent', outcome: 'pending' } },
      { audit: { phase: 'result', outcome: 'done' } },
    ]);
    const stored = JSON.stringify(await stack.redis.command('XRANGE', STREAM, '-', '+'));
    for (const secret of ['hunter2', 's3cret']) {
      expect(stored + stack.dashboard.logs()).not.toContain(secret);
    }
  });

  test('a request that is turned away is told, one that is only wrong is not', async () => {
    expect((await enqueue({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await enqueue({}, { content: 5 })).status).toBe(422);
    expect((await send(stack.base, '/', { headers: { host: 'evil.example' } })).status).toBe(403);
    const acts = await untilEnded('?outcome=refused', 2);
    expect(acts).toMatchObject([
      { action: 'request.refused', code: 'foreign_host', targets: ['GET /'] },
      {
        ...{ action: 'request.refused', code: 'foreign_origin', address: '127.0.0.1' },
        ...{ targets: ['POST /api/tasks'], phase: 'event', count: 1 },
      },
    ]);
    expect((await audit()).acts).toHaveLength(4);
  });

  test('is given in pages and by filter; what is wrong in the query is named', async () => {
    const first = await audit('?limit=2');
    expect(first.acts).toHaveLength(2);
    const second = await audit(`?limit=2&before=${first.next}`);
    expect([second.acts.length, second.next]).toEqual([2, null]);
    const all = [...first.acts, ...second.acts].map(({ id }) => id);
    expect(all).toEqual((await audit()).acts.map(({ id }) => id));
    expect((await audit(`?stream=${QUEUE}`)).acts).toHaveLength(2);
    expect((await audit('?actor=nobody')).acts).toEqual([]);
    expect((await audit(`?to=${Date.parse(first.as_of) - 3_600_000}`)).acts).toEqual([]);
    const wrong = await send(stack.base, '/api/audit?outcome=x&limit=0');
    expect([wrong.status, wrong.json()]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ field: 'outcome' }, { field: 'limit' }] },
    ]);
  });

  test('is given as a file', async () => {
    const { acts } = await audit('?action=task.*');
    const ndjson = await send(stack.base, '/api/audit/download?action=task.*');
    const lines = ndjson.text.split('\n').filter(Boolean);
    expect(lines.map((line) => JSON.parse(line))).toEqual(acts);
    const csv = await send(stack.base, '/api/audit/download?action=task.*&format=csv');
    expect(csv.headers['content-type']).toMatch(/^text\/csv/);
    expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="audit_/);
    expect(csv.text.split('\r\n')).toHaveLength(acts.length + 2);
    expect((await send(stack.base, '/api/audit/download?format=xls')).status).toBe(400);
    const head = await send(stack.base, '/api/audit/download', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });
});

describe('while Redis takes no record', () => {
  test('full: the act fails as it does, and how many records it lacks is told', async () => {
    const before = await audit();
    const id = await stack.redis.command('XADD', 'looked:at', '*', 'a', 'b');
    const entry = `/api/streams/looked:at/entries/${id}`;
    await stack.redis.command('CONFIG', 'SET', 'maxmemory', '1');
    try {
      expect((await enqueue()).status).toBe(507);
      await eventually(async () => {
        const { audit: state } = await audit();
        expect(state).toMatchObject({
          not_stored: before.audit.not_stored + 2,
          problem: { code: 'redis_out_of_memory' },
        });
        const health = (await send(stack.base, '/health/detailed')).json();
        expect(health).toMatchObject({ audit: state });
      });
      expect((await send(stack.base, '/audit')).text).toContain('of this process are not in Redis');
      // What has to be recorded first is not done; looking goes on.
      const revealed = await postJson(stack.base, `${entry}/reveal`, {});
      expect([revealed.status, revealed.json()]).toMatchObject([
        503,
        { code: 'audit_unavailable' },
      ]);
      expect((await send(stack.base, entry)).status).toBe(200);
    } finally {
      await stack.redis.command('CONFIG', 'SET', 'maxmemory', '0');
    }
    expect((await enqueue()).status).toBe(201);
    await eventually(async () => expect((await audit()).audit.problem).toBeNull());
  });

  test('a key that may not be read, or is no stream: said with its code, and on the page', async () => {
    await stack.redis.command('ACL', 'SETUSER', 'default', 'resetkeys', '~shield:*');
    try {
      const denied = await send(stack.base, '/api/audit');
      expect([denied.status, denied.json()]).toMatchObject([
        503,
        { code: 'redis_permission_denied' },
      ]);
      expect((await send(stack.base, '/api/audit/download')).status).toBe(503);
      const { text: html, status } = await send(stack.base, '/audit');
      expect([status, html]).toEqual([200, expect.stringContaining('may not read')]);
    } finally {
      await stack.redis.command('ACL', 'SETUSER', 'default', 'resetkeys', '~*');
    }
    await stack.redis.command('RENAME', STREAM, 'elsewhere');
    await stack.redis.command('SET', STREAM, 'text');
    try {
      const wrong = await send(stack.base, '/api/audit');
      expect([wrong.status, wrong.json()]).toMatchObject([409, { code: 'wrong_type' }]);
      expect((await enqueue()).status).toBe(201);
    } finally {
      await stack.redis.command('RENAME', 'elsewhere', STREAM);
    }
  });

  test('away: 503, the page stays up, and the log has the act', async () => {
    await stack.redis.kill();
    try {
      const answer = await enqueue();
      expect(answer.status).toBe(503);
      const away = await send(stack.base, '/api/audit');
      expect([away.status, away.json()]).toMatchObject([503, { code: 'redis_unreachable' }]);
      expect((await send(stack.base, '/audit')).status).toBe(200);
      const request_id = answer.headers['x-request-id'];
      await eventually(() =>
        expect(logEntries(stack.dashboard)).toContainEqual(
          expect.objectContaining({
            audit: expect.objectContaining({ phase: 'result', outcome: 'failed', request_id }),
          }),
        ),
      );
    } finally {
      await restartRedis(stack.redis);
    }
    await eventually(async () => expect((await enqueue()).status).toBe(201));
  });
});
