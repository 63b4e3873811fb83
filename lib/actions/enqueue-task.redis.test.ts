import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import { RedisStreamsClient } from '@/lib/redis/streams-client';
import { ASKER, ownTrail } from '@/lib/testing/own-audit';
import { ownRedis } from '@/lib/testing/own-redis';
import { enqueueTask } from './enqueue-task';

const redis = ownRedis();
const BODY = { content: 'text', source_uri: 'file:///a.md', source_type: 'markdown' };
const NOW = () => new Date('2026-01-01T00:00:00.000Z');
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
let queues = 0;

/** Enqueues into a queue of the test's own. */
function queue() {
  const taskStream = `queue:${++queues}`;
  const streams = redis.closing(
    new RedisStreamsClient({ redis: redis.target, consumer: 'test', taskStream }),
  );
  const audit = redis.closing(ownTrail(redis, { stream: `${taskStream}:audit` }));
  return {
    taskStream,
    audited: () => audit.records(),
    enqueue: (body: unknown, idempotencyKey: string | null = null) =>
      enqueueTask({ streams, audit: audit.trail }, { body, idempotencyKey, asker: ASKER }, NOW),
    length: async () => Number(await redis.command('XLEN', taskStream)),
    /** The fields of the only task, as anybody reads them. */
    async task() {
      const [[, fields] = ['', []]] = (await redis.command(
        ...['XRANGE', taskStream, '-', '+'],
      )) as [string, string[]][];
      return Object.fromEntries(
        fields.flatMap((name, at) => (at % 2 ? [] : [[name, fields[at + 1]]])),
      );
    },
  };
}

async function refusal(attempt: Promise<unknown>) {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof DashboardError) return { code: error.code, ...error.details };
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('enqueueTask', () => {
  it('makes the ids that are not given, and says where the task is', async () => {
    const { taskStream, enqueue, task } = queue();
    const answer = await enqueue(BODY);
    expect(answer).toEqual({
      message_id: expect.stringMatching(/^\d+-\d+$/),
      stream: taskStream,
      job_id: expect.stringMatching(UUID),
      chunk_id: expect.stringMatching(UUID),
    });
    expect(answer.job_id).not.toBe(answer.chunk_id);
    expect(await task()).toEqual({
      ...BODY,
      job_id: answer.job_id,
      chunk_id: answer.chunk_id,
      metadata: '{}',
      retry_count: '0',
      timestamp: '2026-01-01T00:00:00.000Z',
    });
  });

  it('keeps the ids and the metadata that are given', async () => {
    const { enqueue, task } = queue();
    const metadata = { owner: 'größe', nested: { a: [1, null, 'x'] } };
    const answer = await enqueue({ ...BODY, job_id: 'j1', chunk_id: 'c1', metadata });
    expect(answer).toMatchObject({ job_id: 'j1', chunk_id: 'c1' });
    expect(await task()).toMatchObject({
      job_id: 'j1',
      chunk_id: 'c1',
      metadata: JSON.stringify(metadata),
    });
  });

  it('adds nothing where fields are wrong, and names each', async () => {
    const { enqueue, length } = queue();
    const wrong = { content: '', source_uri: 5, metadata: [], retry_count: 1 };
    const { code, errors } = await refusal(enqueue(wrong));
    expect(code).toBe('invalid_task');
    expect(errors?.map(({ field }) => field)).toEqual([
      'content',
      'source_uri',
      'source_type',
      'metadata',
      'retry_count',
    ]);
    for (const body of [null, 'text', [], [BODY]]) {
      expect(await refusal(enqueue(body))).toMatchObject({ code: 'invalid_task' });
    }
    expect(await length()).toBe(0);
  });
});

describe('the audit', () => {
  it('has what was to be done and what was: ids, and nothing of the task', async () => {
    const { taskStream, enqueue, audited } = queue();
    const secret = { ...BODY, content: 'secret text', source_uri: 'secret-uri' };
    const answer = await enqueue({ ...secret, metadata: { key: 'secret-key' } });
    const { message_id, job_id, chunk_id } = answer;
    const [intent, result, ...others] = await audited();
    const both = { action: 'task.enqueue', stream: taskStream, count: 1, actor: 'anonymous' };
    expect(intent).toMatchObject({ ...both, phase: 'intent', outcome: 'pending', targets: [] });
    expect(result).toMatchObject({
      ...both,
      ...{ phase: 'result', outcome: 'done', act: intent?.act },
      ...{ targets: [message_id], after: { job_id, chunk_id }, intent: expect.any(String) },
    });
    expect(others).toEqual([]);
    expect(JSON.stringify([intent, result])).not.toContain('secret');
  });

  it('says of a repeat that it added nothing, and why another failed', async () => {
    const { enqueue, audited } = queue();
    await enqueue(BODY, 'key');
    await enqueue(BODY, 'key');
    await refusal(enqueue({ ...BODY, content: 'other' }, 'key'));
    await refusal(enqueue({}, 'key'));
    const results = (await audited()).filter(({ phase }) => phase === 'result');
    expect(results.map(({ outcome, count, code }) => [outcome, count, code])).toEqual([
      ['done', 1, null],
      ['done', 0, null],
      ['failed', 1, 'idempotency_key_reused'],
    ]);
  });
});

describe('with an Idempotency-Key', () => {
  it('a repeat adds nothing and is given the first answer', async () => {
    const { enqueue, length } = queue();
    const first = await enqueue(BODY, 'key-1');
    const repeats = await Promise.all(Array.from({ length: 10 }, () => enqueue(BODY, 'key-1')));
    for (const repeat of repeats) expect(repeat).toEqual(first);
    expect(await length()).toBe(1);
    await enqueue(BODY, 'key-2');
    expect(await length()).toBe(2);
  });

  it('another task under the same key is refused', async () => {
    const { enqueue, length } = queue();
    await enqueue(BODY, 'key');
    const other = enqueue({ ...BODY, content: 'other' }, 'key');
    expect(await refusal(other)).toMatchObject({ code: 'idempotency_key_reused' });
    expect(await length()).toBe(1);
  });

  it('the same task is the same however its fields are ordered and spaced', async () => {
    const { enqueue } = queue();
    const first = await enqueue({ ...BODY, job_id: 'j' }, 'key');
    const { content, ...rest } = BODY;
    expect(await enqueue({ job_id: ' j ', ...rest, content }, 'key')).toEqual(first);
  });

  it('a wrong task is refused before the key is used up', async () => {
    const { enqueue } = queue();
    expect(await refusal(enqueue({}, 'key'))).toMatchObject({ code: 'invalid_task' });
    expect(await enqueue(BODY, 'key')).toMatchObject({ job_id: expect.stringMatching(UUID) });
  });

  it.each(['', ' ', 'a b', 'größe', 'a\n', 'x'.repeat(256)])(
    'that is no key, %j, nothing is added',
    async (key) => {
      const { enqueue, length } = queue();
      expect(await refusal(enqueue(BODY, key))).toMatchObject({ code: 'invalid_request' });
      expect(await length()).toBe(0);
    },
  );
});

describe('while Redis is away', () => {
  it('the task is refused at once and never added later', async () => {
    const { enqueue, length } = queue();
    await enqueue(BODY);
    await redis.server.kill();
    const attempts = [enqueue(BODY), enqueue(BODY, 'key')].map(refusal);
    for (const { code } of await Promise.all(attempts)) {
      expect(['redis_unreachable', 'outcome_unknown']).toContain(code);
    }
    await redis.server.restart();
    await expect.poll(() => enqueue(BODY).catch(() => null), { timeout: 15_000 }).not.toBeNull();
    expect(await length()).toBe(1);
  });
});
