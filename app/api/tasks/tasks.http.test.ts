import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { hasPython, NO_PYTHON, runForeignClient } from '@/e2e/support/foreign-client';
import { postJson, send } from '@/e2e/support/http-client';
import { idsInRedis } from '@/e2e/support/redis-facts';
import { type Stack, startStack } from '@/e2e/support/stack';

const QUEUE = 'shield:ingestion_queue';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TASK = { content: 'Some text.', source_uri: 'file:///a.md', source_type: 'markdown' };
const FIELDS = [
  ...['job_id', 'chunk_id', 'content', 'source_uri'],
  ...['source_type', 'metadata', 'retry_count', 'timestamp'],
];

const enqueued = z.strictObject({
  message_id: z.string().regex(/^\d+-\d+$/),
  stream: z.literal(QUEUE),
  job_id: z.string(),
  chunk_id: z.string(),
});

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());
beforeEach(async () => {
  await stack.redis.command('XTRIM', QUEUE, 'MAXLEN', 0);
});

const post = (body: unknown, headers?: Record<string, string>) =>
  postJson(stack.base, '/api/tasks', body, headers);

/** The one entry on the queue, as pairs. */
async function onlyEntry(): Promise<[string, unknown][]> {
  const reply = await stack.redis.command('XRANGE', QUEUE, '-', '+');
  const entries = z.array(z.tuple([z.string(), z.array(z.unknown())])).parse(reply);
  expect(entries).toHaveLength(1);
  const flat = entries[0]?.[1] ?? [];
  return FIELDS.map((_, at) => [String(flat[at * 2]), flat[at * 2 + 1]]);
}

describe('a task', () => {
  test('stands on the queue as eight fields in order, its ids made', async () => {
    const before = Date.now();
    const answer = await post(TASK);
    expect(answer.status).toBe(201);
    const task = enqueued.parse(answer.json());
    expect(task.job_id).toMatch(UUID);
    expect(task.chunk_id).toMatch(UUID);
    expect(await idsInRedis(stack.redis, QUEUE)).toEqual([task.message_id]);
    const fields = await onlyEntry();
    expect(fields.map(([name]) => name)).toEqual(FIELDS);
    const values = new Map(fields);
    expect(Object.fromEntries(fields)).toEqual({
      ...TASK,
      job_id: task.job_id,
      chunk_id: task.chunk_id,
      metadata: '{}',
      retry_count: '0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|\+00:00)$/),
    });
    const written = Date.parse(String(values.get('timestamp')));
    expect(written).toBeGreaterThanOrEqual(before);
    expect(written).toBeLessThanOrEqual(Date.now());
  });

  test('is what a Python worker reads, byte for byte', async ({ skip }) => {
    skip(!hasPython, NO_PYTHON);
    const task = {
      job_id: 'job-ü',
      chunk_id: 'chunk 1/2',
      content: 'Zeile\r\n\u0000\u2028 日本 🎉 "quoted" \\ </script>',
      source_uri: 'https://example.org/ä?q=1&r=%20',
      source_type: 'text/plain; charset=utf-8',
      metadata: { nested: { list: [1, 0.1, null, true], ü: '\u0007' }, empty: {} },
    };
    const answer = await post(task);
    expect(answer.status).toBe(201);
    const { message_id } = enqueued.parse(answer.json());
    const read = z
      .looseObject({ id: z.string(), fields: z.array(z.tuple([z.string(), z.base64()])) })
      .parse(await runForeignClient(stack.redis, 'work', QUEUE, 'lightrag-workers'));
    expect(read).toMatchObject({ id: message_id, acknowledged: 1, deleted: 1 });
    expect(read.fields.map(([name]) => name)).toEqual(FIELDS);
    const text = new Map(
      read.fields.map(([name, base64]) => [name, Buffer.from(base64, 'base64').toString('utf8')]),
    );
    expect(text.get('metadata')).toBe(JSON.stringify(task.metadata));
    expect(text.get('retry_count')).toBe('0');
    for (const name of ['job_id', 'chunk_id', 'content', 'source_uri', 'source_type'] as const) {
      expect(text.get(name)).toBe(task[name]);
    }
    expect(await stack.redis.command('XLEN', QUEUE)).toBe(0);
  });

  test('may be as large as half a megabyte', async () => {
    const content = 'é'.repeat(256 * 1024);
    expect((await post({ ...TASK, content })).status).toBe(201);
    expect(new Map(await onlyEntry()).get('content')).toBe(content);
    const over = await post({ ...TASK, content: `${content}x` });
    expect(over.status).toBe(422);
    expect(over.json()).toMatchObject({ errors: [{ field: 'content' }] });
  });
});

describe('an Idempotency-Key', () => {
  test('makes a repeat return the first answer and add nothing', async () => {
    const headers = { 'idempotency-key': 'repeat-1' };
    const first = await post(TASK, headers);
    const second = await post(TASK, headers);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json()).toEqual(first.json());
    expect(await idsInRedis(stack.redis, QUEUE)).toEqual([enqueued.parse(first.json()).message_id]);
    expect(enqueued.parse((await post(TASK)).json()).message_id).not.toBe(
      enqueued.parse(first.json()).message_id,
    );
  });

  test('holds for twenty requests at once', async () => {
    const headers = { 'idempotency-key': 'at-once' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(TASK, headers)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(await stack.redis.command('XLEN', QUEUE)).toBe(1);
  });

  test('used for another task is refused', async () => {
    const headers = { 'idempotency-key': 'another' };
    await post(TASK, headers);
    const answer = await post({ ...TASK, content: 'Another text.' }, headers);
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'idempotency_key_reused' });
    expect(await stack.redis.command('XLEN', QUEUE)).toBe(1);
  });

  test.each([
    ['empty', ''],
    ['with a blank', 'a b'],
    ['beyond ASCII', 'schl\u00fcssel'],
    ['over 255 characters', 'k'.repeat(256)],
  ])('%s is refused', async (_name, key) => {
    const answer = await post(TASK, { 'idempotency-key': key });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request' });
    expect(await stack.redis.command('XLEN', QUEUE)).toBe(0);
  });

  test('is kept under a key that ends by itself, with nothing of the task in it', async () => {
    await post({ ...TASK, content: 'very private' }, { 'idempotency-key': 'very-secret-key' });
    const keys = z
      .array(z.string())
      .parse(await stack.redis.command('KEYS', 'shield-dashboard:idempotency:*'));
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).not.toContain('very-secret-key');
      expect(await stack.redis.command('TTL', key)).toBeGreaterThan(0);
      expect(String(await stack.redis.command('GET', key))).not.toContain('very private');
    }
  });
});

describe('what is refused', () => {
  test('every wrong field is named', async () => {
    const answer = await post({
      ...{ content: '', source_uri: 7, job_id: ' ', chunk_id: 'x'.repeat(513) },
      ...{ metadata: [1], retry_count: 3 },
    });
    expect(answer.status).toBe(422);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const problem = z
      .object({ code: z.literal('invalid_task'), errors: z.array(z.object({ field: z.string() })) })
      .parse(answer.json());
    expect(problem.errors.map(({ field }) => field).sort()).toEqual([
      ...['chunk_id', 'content', 'job_id', 'metadata'],
      ...['retry_count', 'source_type', 'source_uri'],
    ]);
    expect(await stack.redis.command('XLEN', QUEUE)).toBe(0);
  });

  test.each([
    ['a list', '[]', 422],
    ['null', 'null', 422],
    ['half a document', '{"content":', 400],
    ['nothing', '', 400],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400],
    ['a JSON bomb', '['.repeat(500_000), 400],
    ['more than four megabytes', JSON.stringify({ ...TASK, content: 'x'.repeat(4 << 20) }), 413],
  ])('a body of %s', async (_name, body, status) => {
    const answer = await send(stack.base, '/api/tasks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ status, request_id: expect.stringMatching(UUID) });
  });

  test.each([
    [{}, 415, 'unsupported_media_type'],
    [{ 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    [{ 'content-type': 'application/json', origin: 'http://evil.example' }, 403, 'foreign_origin'],
    [{ 'content-type': 'application/json', origin: 'null' }, 403, 'foreign_origin'],
    [{ 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' }, 403, 'foreign_origin'],
    [{ 'content-type': 'application/json', 'sec-fetch-site': 'same-site' }, 403, 'foreign_origin'],
    [{ 'content-type': 'application/json', host: 'evil.example' }, 403, 'foreign_host'],
  ] as [Record<string, string>, number, string][])('headers %j', async (headers, status, code) => {
    const body = JSON.stringify(TASK);
    const answer = await send(stack.base, '/api/tasks', { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ status, code });
    expect(await stack.redis.command('XLEN', QUEUE)).toBe(0);
  });

  test('a page of our own may send it', async () => {
    const headers = { origin: stack.base, 'sec-fetch-site': 'same-origin' };
    expect((await post(TASK, headers)).status).toBe(201);
  });
});
