import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { IN_TIME_MS, send } from '@/e2e/support/http-client';
import { addEntries } from '@/e2e/support/redis-facts';
import { type Stack, startStack } from '@/e2e/support/stack';

const entriesPage = z.strictObject({
  stream: z.string(),
  entries: z.array(z.strictObject({ id: z.string(), fields: z.array(z.unknown()) })),
  older: z.string().nullable(),
  newer: z.string().nullable(),
});
const pendingPage = z.looseObject({
  pending: z.array(
    z.strictObject({
      id: z.string(),
      consumer: z.string(),
      idle_ms: z.number().nonnegative(),
      deliveries: z.number().positive(),
    }),
  ),
  next: z.string().nullable(),
});

let stack: Stack;

beforeAll(async () => {
  // What is asked for must change nothing at all: the past, which writes by itself, stays in memory.
  stack = await startStack({ dashboard: { env: { HISTORY: 'memory' } } });
});
afterAll(() => stack.stop());

const get = (path: string) => send(stack.base, `/api/streams${path}`);

async function page(stream: string, query: string) {
  const answer = await get(`/${encodeURIComponent(stream)}/entries${query}`);
  expect(answer.status).toBe(200);
  return entriesPage.parse(answer.json());
}

describe('the list of streams', () => {
  test('has those configured first, then those found, each with its groups', async () => {
    await addEntries(stack.redis, 'list:found', 3, () => ['n', '1']);
    await stack.redis.command('XGROUP', 'CREATE', 'list:found', 'group', '0');
    await stack.redis.command('SET', 'list:no-stream', 'text');
    await eventually(async () => {
      const answer = await get('');
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({
        sampled_at: expect.any(String),
        redis: { status: 'up' },
        streams: [
          { name: 'shield:ingestion_queue', watched: true, status: 'ok' },
          { name: 'shield:events', watched: true, status: 'ok' },
          {
            ...{ name: 'list:found', watched: false, status: 'ok', length: 3, entries_added: 3 },
            memory_bytes: expect.any(Number),
            groups: [{ name: 'group', consumers: 0, pending: 0, lag: { value: 3 } }],
          },
        ],
      });
    });
    await stack.redis.command('DEL', 'list:found', 'list:no-stream');
    await eventually(async () => expect((await get('')).text).not.toContain('list:found'));
  });

  test('tells a rate once entries come in', async () => {
    await eventually(async () => {
      await addEntries(stack.redis, 'shield:events', 5, () => ['n', '1']);
      const { streams } = z
        .object({
          streams: z.array(
            z.looseObject({ name: z.string(), in_per_second: z.number().nullable() }),
          ),
        })
        .parse((await get('')).json());
      const rate = streams.find(({ name }) => name === 'shield:events')?.in_per_second;
      expect(rate).toBeGreaterThan(0);
    });
  });
});

describe('pages of entries', () => {
  const stream = 'page:ids';
  let ids: string[];

  beforeAll(async () => {
    ids = await addEntries(stack.redis, stream, 130, (index) => ['n', String(index)]);
  });

  test('the newest come first, fifty of them', async () => {
    const first = await page(stream, '');
    expect(first.entries.map(({ id }) => id)).toEqual(ids.slice(-50).reverse());
    expect(first).toMatchObject({ stream, older: ids[80], newer: null });
  });

  test('towards the first entry and back none is skipped and none comes twice', async () => {
    const older: string[] = [];
    let query = '?limit=40';
    let last = await page(stream, query);
    older.push(...last.entries.map(({ id }) => id));
    while (last.older !== null) {
      query = `?limit=40&before=${last.older}`;
      last = await page(stream, query);
      older.push(...last.entries.map(({ id }) => id));
    }
    expect(older).toEqual([...ids].reverse());

    const newer = last.entries.map(({ id }) => id).reverse();
    while (last.newer !== null) {
      last = await page(stream, `?limit=40&order=asc&after=${last.newer}`);
      newer.push(...last.entries.map(({ id }) => id));
    }
    expect(newer).toEqual(ids);
  });

  test('stay in place while entries are added', async () => {
    await addEntries(stack.redis, 'page:moving', 20, () => ['n', '1']);
    const first = await page('page:moving', '?limit=10');
    await addEntries(stack.redis, 'page:moving', 20, () => ['n', '2']);
    const second = await page('page:moving', `?limit=10&before=${first.older}`);
    expect(second.entries).toHaveLength(10);
    expect(second.older).toBeNull();
  });

  test('between two times, both inclusive, in milliseconds or as ISO 8601', async () => {
    const t = Date.UTC(2026, 0, 2, 3, 4, 5);
    for (const id of [`${t - 1}-9`, `${t}-0`, `${t}-7`, `${t + 999}-0`, `${t + 1_000}-0`]) {
      await stack.redis.command('XADD', 'page:times', id, 'n', '1');
    }
    const within = [`${t}-0`, `${t}-7`, `${t + 999}-0`];
    for (const query of [
      `from=${t}&to=${t + 999}`,
      'from=2026-01-02T03:04:05Z&to=2026-01-02T03:04:05.999Z',
      'from=2026-01-02T04:04:05%2B01:00&to=2026-01-02T03:04:05.999',
    ]) {
      const found = await page('page:times', `?order=asc&${query}`);
      expect(found.entries.map(({ id }) => id)).toEqual(within);
    }
    const none = await page('page:times', '?from=2030-01-01T00:00:00Z');
    expect(none).toMatchObject({ entries: [], older: null, newer: null });
  });

  test('many entries of one millisecond are paged through as well', async () => {
    const t = 1_700_000_000_000;
    const expected = Array.from({ length: 12 }, (_, sequence) => `${t}-${sequence}`);
    for (const id of expected) await stack.redis.command('XADD', 'page:one-ms', id, 'n', '1');
    const down: string[] = [];
    let last = await page('page:one-ms', `?limit=5&from=${t}&to=${t}`);
    down.push(...last.entries.map(({ id }) => id));
    for (let pages = 1; last.older !== null && pages < 5; pages++) {
      last = await page('page:one-ms', `?limit=5&from=${t}&to=${t}&before=${last.older}`);
      down.push(...last.entries.map(({ id }) => id));
    }
    expect(down).toEqual([...expected].reverse());
    const up: string[] = [];
    let next = await page('page:one-ms', `?limit=5&order=asc&from=${t}&to=${t}`);
    up.push(...next.entries.map(({ id }) => id));
    for (let pages = 1; next.newer !== null && pages < 5; pages++) {
      next = await page('page:one-ms', `?limit=5&order=asc&from=${t}&to=${t}&after=${next.newer}`);
      up.push(...next.entries.map(({ id }) => id));
    }
    expect(up).toEqual(expected);
  });

  test('entries of megabytes end a page early, and nothing is lost by it', async () => {
    const value = 'x'.repeat(3 * 1024 * 1024);
    const large = await addEntries(stack.redis, 'page:large', 8, () => ['value', value]);
    const found: string[] = [];
    let last = await page('page:large', '?limit=500');
    found.push(...last.entries.map(({ id }) => id));
    while (last.older !== null) {
      last = await page('page:large', `?limit=500&before=${last.older}`);
      found.push(...last.entries.map(({ id }) => id));
    }
    expect(found).toEqual(large.reverse());
    expect(last.entries[0]?.fields[0]).toMatchObject([
      'value',
      { bytes: value.length, truncated: true },
    ]);
    await stack.redis.command('DEL', 'page:large');
  });

  test('every wrong parameter is named', async () => {
    const answer = await get(
      `/${stream}/entries?before=x&after=1-&from=soon&to=-5&order=up&limit=501`,
    );
    expect(answer.status).toBe(400);
    const { code, errors } = z
      .object({ code: z.string(), errors: z.array(z.object({ field: z.string() })) })
      .parse(answer.json());
    expect(code).toBe('invalid_request');
    expect(errors.map(({ field }) => field)).toEqual([
      ...['before', 'after', 'from', 'to', 'order', 'limit'],
    ]);
    for (const limit of ['0', '-1', '1.5', 'many']) {
      expect((await get(`/${stream}/entries?limit=${limit}`)).status).toBe(400);
    }
    expect((await page(stream, '?limit=500')).entries).toHaveLength(130);
  });

  test('one entry by its id', async () => {
    const answer = await get(`/${stream}/entries/${ids[3]}`);
    expect(answer.json()).toEqual({ id: ids[3], fields: [['n', '3']] });
    const gone = await get(`/${stream}/entries/5-5`);
    expect([gone.status, gone.json()]).toMatchObject([404, { code: 'entry_not_found' }]);
    const bad = await get(`/${stream}/entries/latest`);
    expect([bad.status, bad.json()]).toMatchObject([400, { code: 'invalid_entry_id' }]);
  });
});

describe('groups, their consumers and what is pending', () => {
  const stream = 'below:all';
  let ids: string[];

  beforeAll(async () => {
    const { command } = stack.redis;
    ids = await addEntries(stack.redis, stream, 30, () => ['n', '1']);
    await command('XGROUP', 'CREATE', stream, 'workers', '0');
    const read = (consumer: string, count: number) =>
      command('XREADGROUP', 'GROUP', 'workers', consumer, 'COUNT', count, 'STREAMS', stream, '>');
    await read('one', 12);
    await read('two/ü', 8);
    await command('XCLAIM', stream, 'workers', 'one', 0, ids[0] ?? '');
  });

  test('a group by its name', async () => {
    // A sample serves for a second: one may have been taken before all of this was there.
    await eventually(async () => {
      const answer = await get(`/${stream}/groups/workers`);
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({
        ...{ name: 'workers', consumers: 2, pending: 20, last_delivered_id: ids[19] },
        lag: { value: 10, quality: 'exact', reason: null, lost: 0, behind_ms: expect.any(Number) },
        oldest_pending: { id: ids[0], consumer: 'one', deliveries: 2 },
        state: expect.any(String),
      });
    });
  });

  test('its consumers', async () => {
    const answer = await get(`/${stream}/groups/workers/consumers`);
    expect(answer.json()).toMatchObject({
      ...{ stream, group: 'workers', total: 2 },
      consumers: [
        { name: 'one', pending: 12, idle_ms: expect.any(Number) },
        { name: 'two/ü', pending: 8, idle_ms: expect.any(Number) },
      ],
    });
  });

  test('what is pending, in pages that neither skip nor repeat', async () => {
    const found: string[] = [];
    let query = '?limit=8';
    for (let pages = 0; pages < 5; pages++) {
      const answer = await get(`/${stream}/groups/workers/pending${query}`);
      expect(answer.status).toBe(200);
      const { pending, next } = pendingPage.parse(answer.json());
      found.push(...pending.map(({ id }) => id));
      if (next === null) break;
      query = `?limit=8&after=${next}`;
    }
    expect(found).toEqual(ids.slice(0, 20));
  });

  test('what is pending with one consumer, or for a while', async () => {
    const consumer = encodeURIComponent('two/ü');
    const ofOne = await get(`/${stream}/groups/workers/pending?consumer=${consumer}`);
    expect(pendingPage.parse(ofOne.json()).pending.map(({ id }) => id)).toEqual(ids.slice(12, 20));
    const long = await get(`/${stream}/groups/workers/pending?min_idle_ms=3600000`);
    expect(long.json()).toMatchObject({ pending: [], next: null });
  });

  test('every wrong parameter is named', async () => {
    const answer = await get(`/${stream}/groups/workers/pending?after=x&limit=0&min_idle_ms=soon`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'after' }, { field: 'limit' }, { field: 'min_idle_ms' }],
    });
  });
});

describe('names', () => {
  /** What a name is called in JSON and in addresses, where that is not the name itself. */
  const renamed = new Map([['binary:ordinary', 'binary:YmluYXJ5Om9yZGluYXJ5']]);
  const bytes = Buffer.from([0xff, 0xfe, 0x2f, 0x00]);
  const names = [
    ...['with/slash', '100%', '%2F', 'with space+plus', 'ünï:日本 🎉', 'a?b#c&d=e', '"quoted\\"'],
    ...['line\nbreak', 'binary:ordinary', 'constructor', 'STREAMS', '...'],
  ];
  const lastIds = new Map<string, string>();

  beforeAll(async () => {
    for (const name of [...names, bytes]) {
      const id = String(await stack.redis.command('XADD', name, '*', 'n', '1'));
      await stack.redis.command('XGROUP', 'CREATE', name, name, '0');
      lastIds.set(typeof name === 'string' ? (renamed.get(name) ?? name) : 'binary:__4vAA==', id);
    }
  });

  afterAll(() => stack.redis.command('DEL', ...names, bytes));

  test('are listed as they are, and bytes that are no UTF-8 as binary:', async () => {
    await eventually(async () =>
      expect((await get('')).json()).toMatchObject({
        streams: expect.arrayContaining(
          [...lastIds].map(([name, id]) =>
            expect.objectContaining({
              name,
              last_entry: id,
              groups: [expect.objectContaining({ name })],
            }),
          ),
        ),
      }),
    );
  });

  test.each([...names.map((name) => renamed.get(name) ?? name), 'binary:__4vAA=='])(
    '%j names a stream and a group in addresses',
    async (name) => {
      const path = `/${encodeURIComponent(name)}`;
      const group = `${path}/groups${path}`;
      const id = lastIds.get(name);
      expect((await get(path)).json()).toMatchObject({ name, length: 1, groups: [{ name }] });
      expect((await get(`${path}/entries`)).json()).toMatchObject({
        stream: name,
        entries: [{ id }],
      });
      expect((await get(`${path}/entries/${id}`)).json()).toMatchObject({ id });
      expect((await get(group)).json()).toMatchObject({ name });
      expect((await get(`${group}/pending`)).json()).toMatchObject({ group: name, pending: [] });
      expect((await get(`${group}/consumers`)).json()).toMatchObject({ group: name, total: 0 });
    },
  );
});

describe('what is not there', () => {
  const paths = ['', '/entries', '/entries/5-5', '/groups/g', '/groups/g/consumers'];

  test.each([...paths, '/groups/g/pending'])('an absent stream: %s', async (path) => {
    const answer = await get(`/absent:stream${path}`);
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 404, code: 'stream_not_found' });
  });

  test.each(['', '/consumers', '/pending'])('an absent group: %s', async (path) => {
    await stack.redis.command('XADD', 'absent:group', '*', 'n', '1');
    const answer = await get(`/absent:group/groups/none${path}`);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'group_not_found' });
  });

  test.each([...paths, '/groups/g/pending'])('a key of another type: %s', async (path) => {
    await stack.redis.command('SET', 'other:type', 'text');
    const answer = await get(`/other:type${path}`);
    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({ status: 409, code: 'wrong_type' });
  });

  test('an address the API does not have', async () => {
    for (const path of ['/api/none', '/api/streams/a/b/c', '/api']) {
      const answer = await send(stack.base, path);
      expect(answer.status).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'not_found' });
    }
  });
});

test('looking creates and changes nothing', async () => {
  const { command } = stack.redis;
  const stream = 'look:at';
  await addEntries(stack.redis, stream, 10, () => ['n', '1']);
  await command('XGROUP', 'CREATE', stream, 'group', '0');
  await command('XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', 3, 'STREAMS', stream, '>');
  const state = async () => ({
    keys: z
      .array(z.string())
      .parse(await command('KEYS', '*'))
      .sort(),
    stream: await command('XINFO', 'STREAM', stream),
    groups: await command('XINFO', 'GROUPS', stream),
    pending: await command('XPENDING', stream, 'group'),
  });
  const before = await state();
  for (const name of [stream, 'look:absent']) {
    const lookedAt = [
      ...['', '/entries', '/entries/5-5', '/groups/group', '/groups/none'],
      ...['/groups/group/consumers', '/groups/group/pending', '/groups/none/pending'],
    ];
    for (const path of lookedAt) await get(`/${name}${path}`);
  }
  for (const path of ['/', '/events/stats', '/health/detailed', '/api/streams']) {
    expect((await send(stack.base, path)).status).toBe(200);
  }
  expect(await state()).toEqual(before);
});

test('Redis away: 503 in time, and the list keeps what was known', async () => {
  await stack.redis.kill();
  await eventually(async () => {
    expect((await send(stack.base, '/health')).json()).toMatchObject({ status: 'degraded' });
  });
  const single = [
    ...['/shield:events', '/shield:events/entries', '/shield:events/entries/5-5'],
    ...['/shield:events/groups/g', '/shield:events/groups/g/pending'],
  ];
  const answers = await Promise.all(single.map(get));
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(answer.ms).toBeLessThan(IN_TIME_MS);
    expect(answer.json()).toMatchObject({ code: 'redis_unreachable' });
  }
  await eventually(async () => {
    const list = await get('');
    expect(list.status).toBe(200);
    expect(list.json()).toMatchObject({
      redis: { status: 'down', code: 'redis_unreachable' },
      streams: expect.arrayContaining([
        expect.objectContaining({ name: 'shield:events', first_entry: expect.any(String) }),
      ]),
    });
  });
  const overview = await send(stack.base, '/');
  expect(overview.status).toBe(200);
  expect(overview.ms).toBeLessThan(IN_TIME_MS);
});
