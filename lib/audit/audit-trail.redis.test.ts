import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import { nameFromBytes } from '@/lib/model/name';
import type { RedisConnection } from '@/lib/redis/connect';
import { PATIENT } from '@/lib/testing/live-feed';
import { ASKER, ownTrail } from '@/lib/testing/own-audit';
import { ownRedis } from '@/lib/testing/own-redis';

const redis = ownRedis();
beforeEach(() => redis.command('FLUSHALL'));

const STREAM = 'shield-dashboard:audit';
const trailOf = (options: Partial<Parameters<typeof ownTrail>[1]> = {}) =>
  redis.closing(ownTrail(redis, { stream: STREAM, ...options }));
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : error),
  );
const enqueue = { action: 'task.enqueue', stream: 'some:stream' } as const;

/** An act that would destroy something, and whether it was done. */
function destruction(trail: ReturnType<typeof trailOf>['trail']) {
  const seen = { ran: false };
  const run = async () => {
    seen.ran = true;
    return { answer: 'gone', count: 3 };
  };
  return { seen, attempt: () => trail.act(ASKER, enqueue, { destroys: true, run }) };
}

describe('an act', () => {
  it('is recorded before it is done, and after, in the stream and in the log', async () => {
    const { trail, records, lines } = trailOf();
    let before: unknown;
    const run = async () => {
      before = await redis.command('XLEN', STREAM);
      return { answer: 'the answer', targets: ['1-1', '1-2'], after: { length: 7 } };
    };
    const intent = { ...enqueue, group: 'g', before: { length: 9 }, reason: 'too long' };
    expect(await trail.act(ASKER, intent, { destroys: true, run })).toBe('the answer');
    expect(before).toBe(1);
    const [begun, ended] = await records();
    const both = {
      ...{ action: 'task.enqueue', stream: 'some:stream', group: 'g', reason: 'too long' },
      ...{ actor: 'anonymous', subject: null, address: '127.0.0.1', via: 'open', role: 'admin' },
      ...{ request_id: 'r-1', instance: 'test', before: { length: 9 }, code: null },
    };
    expect(begun).toEqual({
      ...both,
      ...{ phase: 'intent', outcome: 'pending', act: expect.any(String) },
      ...{ targets: [], count: null, after: null, intent: null },
    });
    expect(ended).toEqual({
      ...both,
      ...{ phase: 'result', outcome: 'done', act: begun?.act },
      ...{ targets: ['1-1', '1-2'], count: 2, after: { length: 7 } },
      intent: expect.stringMatching(/^\d+-\d+$/),
    });
    const logged = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'audit');
    expect(logged.map(({ audit }) => audit)).toEqual([begun, ended]);
    expect(trail.state).toMatchObject({ stored: 2, not_stored: 0, problem: null });
  });

  it.each([
    ['redis_out_of_memory', 'failed'],
    ['outcome_unknown', 'unknown'],
    ['foreign_origin', 'refused'],
  ] as const)('that throws %s is recorded as %s, and throws the same', async (code, outcome) => {
    const { trail, records } = trailOf();
    const run = () => Promise.reject(new DashboardError(code, 'Why.'));
    const attempt = trail.act(ASKER, enqueue, { destroys: false, run });
    expect(await codeOf(attempt)).toBe(code);
    expect((await records()).at(-1)).toMatchObject({ phase: 'result', outcome, code });
  });

  it('that fails as nobody foresaw tells nothing of it', async () => {
    const { trail, records } = trailOf();
    const run = () => Promise.reject(new Error('hunter2'));
    await expect(trail.act(ASKER, enqueue, { destroys: false, run })).rejects.toThrow('hunter2');
    const written = await records();
    expect(written.at(-1)).toMatchObject({ outcome: 'failed', code: 'internal' });
    expect(JSON.stringify(written)).not.toContain('hunter2');
  });

  it('names streams and groups that are not text, and is written to such a stream', async () => {
    const name = nameFromBytes(new Uint8Array([0xff, 0, 0x0a, 0xfe]));
    const { trail, records } = trailOf({ stream: name });
    const run = async () => ({ answer: null });
    const what = { ...enqueue, stream: name, group: 'line\nend', targets: ['\ud800', '{"a":1}'] };
    await trail.act(ASKER, what, { destroys: false, run });
    expect((await records()).at(-1)).toMatchObject({
      ...{ stream: name, group: 'line\nend', targets: ['\ufffd', '{"a":1}'], outcome: 'done' },
    });
    expect(await redis.command('XLEN', new Uint8Array([0xff, 0, 0x0a, 0xfe]))).toBe(2);
  });
});

describe('what is over when it is told', () => {
  it('is one record', async () => {
    const { trail, records } = trailOf();
    trail.note(ASKER, { action: 'session.sign_in', outcome: 'failed', code: 'not_found' });
    const record = { phase: 'event', action: 'session.sign_in', outcome: 'failed' };
    expect(await records()).toMatchObject([{ ...record, code: 'not_found', intent: null }]);
  });

  it('is told of refusals with how many there were, at the latest at the stop', async () => {
    const { trail, records } = trailOf();
    const refusal = { asker: ASKER, code: 'foreign_origin', method: 'POST', path: '/api/tasks' };
    for (let n = 0; n < 50; n++) trail.noteRefusal({ ...refusal, code: 'foreign_origin' });
    await trail.stop();
    const written = await records();
    expect(written).toMatchObject([
      { action: 'request.refused', count: 1, targets: ['POST /api/tasks'] },
      { action: 'request.refused', count: 49, outcome: 'refused', code: 'foreign_origin' },
    ]);
  });
});

it('the stream is capped', async () => {
  const { trail } = trailOf({ lengthMax: 100 });
  for (let n = 0; n < 600; n++) {
    trail.note(ASKER, { action: 'session.sign_in', outcome: 'done' });
    // A slow machine has not too many under way at once.
    if (n % 20 === 0) await trail.settle();
  }
  await trail.settle();
  const length = Number(await redis.command('XLEN', STREAM));
  expect(length).toBeGreaterThanOrEqual(100);
  // Redis trims by whole nodes, of 100 entries as it comes.
  expect(length).toBeLessThanOrEqual(300);
  expect(trail.state).toMatchObject({ stored: 600, not_stored: 0 });
});

interface Trouble {
  begin: (connection: RedisConnection) => Promise<unknown>;
  end: () => Promise<unknown>;
}

/** Ways in which Redis takes no record, and how that ends. */
const TROUBLES: Record<string, Trouble> = {
  redis_out_of_memory: {
    begin: () => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
    end: () => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
  },
  redis_read_only: {
    begin: () => redis.command('REPLICAOF', '127.0.0.1', '1'),
    end: () => redis.command('REPLICAOF', 'NO', 'ONE'),
  },
  redis_unreachable: {
    begin: async (connection) => {
      await redis.server.kill();
      // Until it is noticed, what is sent may or may not have arrived.
      await vi.waitFor(() => expect(connection.ready).toBe(false), PATIENT);
    },
    end: () => redis.server.restart(),
  },
  outcome_unknown: {
    begin: async () => redis.server.suspend(),
    end: async () => redis.server.resume(),
  },
  wrong_type: {
    begin: () => redis.command('SET', STREAM, 'text'),
    end: () => redis.command('DEL', STREAM),
  },
  redis_permission_denied: {
    begin: () => redis.command('ACL', 'SETUSER', 'default', '-xadd'),
    end: () => redis.command('ACL', 'SETUSER', 'default', '+xadd'),
  },
};

describe.each(Object.entries(TROUBLES))('while Redis takes no record: %s', (code, trouble) => {
  it('nothing is destroyed, and all is in the log; anything else is done', async () => {
    const { trail, lines, connection } = trailOf();
    const logged = () =>
      lines.map((line) => JSON.parse(line)).flatMap(({ audit }) => (audit ? [audit] : []));
    // The connection stands: what is in the way is the trouble alone.
    await connection.command('PING');
    const { seen, attempt } = destruction(trail);
    await trouble.begin(connection);
    try {
      expect(await codeOf(attempt())).toBe('audit_unavailable');
      expect(seen.ran).toBe(false);
      await trail.settle();
      expect(logged()).toMatchObject([
        { phase: 'intent', outcome: 'pending' },
        { phase: 'result', outcome: 'refused', code: 'audit_unavailable' },
      ]);
      expect(trail.state).toMatchObject({
        ...{ stored: 0, not_stored: 2 },
        problem: { code: expect.any(String), message: expect.any(String) },
      });

      const run = async () => ({ answer: 'done all the same' });
      const harmless = trail.act(ASKER, enqueue, { destroys: false, run });
      expect(await harmless).toBe('done all the same');
      await trail.settle();
      expect(logged().at(-1)).toMatchObject({ phase: 'result', outcome: 'done', intent: null });
      expect(trail.state.not_stored).toBe(4);
      const told = lines.filter((line) => line.includes('are not stored'));
      expect(told.join('')).toContain(code);
    } finally {
      await trouble.end();
    }
    await vi.waitFor(async () => {
      expect(await codeOf(attempt())).toBe('ok');
      await trail.settle();
      expect(trail.state.problem).toBeNull();
    }, PATIENT);
    expect(seen.ran).toBe(true);
    expect(lines.filter((line) => line.includes('stored again')).length).toBeGreaterThan(0);
  });
});

describe('the log', () => {
  it('has the records at any level but silent', async () => {
    for (const [level, count] of [
      ['error', 1],
      ['silent', 0],
    ] as const) {
      const { trail, lines } = trailOf({ level });
      trail.note(ASKER, { action: 'session.sign_in', outcome: 'done' });
      await trail.settle();
      expect(lines).toHaveLength(count);
    }
  });
});
