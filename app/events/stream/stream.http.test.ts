import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { hasPython, NO_PYTHON, runForeignClient } from '@/e2e/support/foreign-client';
import { send } from '@/e2e/support/http-client';
import { addEntries, addEvent, eventFields, idsInRedis } from '@/e2e/support/redis-facts';
import { monitorRedis } from '@/e2e/support/redis-monitor';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';

let stack: Stack;
const open: SseClient[] = [];

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

async function connect(query = '', headers: Record<string, string> = {}): Promise<SseClient> {
  const client = await SseClient.open(stack.base, `/events/stream${query}`, headers);
  open.push(client);
  return client;
}

/** Connects and waits for the greeting: from here on nothing new is missed. */
async function connected(query = '', headers: Record<string, string> = {}): Promise<SseClient> {
  const client = await connect(query, headers);
  await client.next('dashboard.hello');
  return client;
}

describe('the connection', () => {
  test('answers at once, in a form that no proxy holds back', async () => {
    const client = await connected();
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(client.headers['content-encoding']).toBeUndefined();
    // Held back, they would come with the next comment, 15 s later.
    expect(client.firstBytesMs).toBeLessThan(10_000);
    expect(client.retries[0]).toBeGreaterThan(0);
  });

  test('greets with the stream, what was asked for, and where it begins', async () => {
    const last = await addEvent(stack.redis, 'shield:events', 'query.started');
    const fresh = await connected();
    expect(fresh.items[0]).toMatchObject({
      id: undefined,
      event: 'dashboard.hello',
      data: { stream: 'shield:events', requested: null, resumed_from: last },
    });
    const resumed = await connected('?stream=absent:greeting&last_id=5');
    expect(resumed.items[0]?.data).toEqual({
      stream: 'absent:greeting',
      requested: '5-0',
      resumed_from: '5-0',
    });
  });

  test.each([
    ['a word', '?last_id=abc'],
    ['a negative number', '?last_id=-1'],
    ['more than 64 bits', '?last_id=18446744073709551616-0'],
    ['a line break', '?last_id=5-0%0Aid:9'],
  ])('refuses %s as last_id with a problem', async (_name, query) => {
    const answer = await send(stack.base, `/events/stream${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_entry_id' });
  });

  test('refuses a bad Last-Event-ID, and survives one of a megabyte', async () => {
    const bad = await send(stack.base, '/events/stream', { headers: { 'last-event-id': '5-0x' } });
    expect(bad.status).toBe(400);
    const huge = '1'.repeat(1024 * 1024);
    const refused = await send(stack.base, '/events/stream', { headers: { 'last-event-id': huge } })
      .then((answer) => answer.status)
      // The server may hang up before all of it is sent.
      .catch((error: NodeJS.ErrnoException) => error.code);
    expect([431, 'EPIPE', 'ECONNRESET']).toContain(refused);
    expect((await send(stack.base, '/health')).status).toBe(200);
  });

  test('other methods are not taken', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await send(stack.base, '/events/stream', {
      method: 'POST',
      headers,
      body: '{}',
    });
    expect(answer.status).toBe(405);
  });
});

describe('where it begins', () => {
  test('without last_id only what is new is sent', async () => {
    const stream = 'begin:new';
    await addEvent(stack.redis, stream, 'old.event');
    const client = await connected(`?stream=${stream}`);
    const id = await addEvent(stack.redis, stream, 'new.event');
    await client.untilEntries(1);
    expect(client.entries).toMatchObject([{ id, event: 'new.event' }]);
  });

  test('on an absent stream it waits, and sends the first entry there ever is', async () => {
    const client = await connected('?stream=begin:absent');
    expect(client.items[0]?.data).toMatchObject({ resumed_from: '0-0' });
    const id = await addEvent(stack.redis, 'begin:absent', 'first.event');
    await client.untilEntries(1);
    expect(client.told.map((item) => item.event)).toEqual(['dashboard.hello', 'first.event']);
    expect(client.ids).toEqual([id]);
    expect(await stack.redis.command('XINFO', 'GROUPS', 'begin:absent')).toEqual([]);
  });

  test('last_id resumes after that id, and the header wins over it', async () => {
    const stream = 'begin:resume';
    const ids = await addEntries(stack.redis, stream, 5, () => eventFields('a.b'));
    const byQuery = await connected(`?stream=${stream}&last_id=${ids[2]}`);
    await byQuery.untilEntries(2);
    expect(byQuery.ids).toEqual(ids.slice(3));
    const byHeader = await connected(`?stream=${stream}&last_id=0`, {
      'last-event-id': String(ids[3]),
    });
    await byHeader.untilEntries(1);
    expect(byHeader.ids).toEqual(ids.slice(4));
  });

  test('last_id=0 replays all, in order and once, while a writer goes on adding', async () => {
    const stream = 'begin:replay';
    await addEntries(stack.redis, stream, 2_500, (index) => ['n', String(index)]);
    const client = await connected(`?stream=${stream}&last_id=0`);
    for (let round = 0; round < 20; round++) {
      await addEntries(stack.redis, stream, 50, (index) => ['n', `${round}.${index}`]);
    }
    await client.untilEntries(3_500);
    expect(client.ids).toEqual(await idsInRedis(stack.redis, stream));
    expect(client.named('dashboard.gap')).toEqual([]);
  });

  test('a client that leaves and comes back again and again gets each entry once', async () => {
    const stream = 'begin:again';
    const ids = await addEntries(stack.redis, stream, 700, (index) => ['n', String(index)]);
    const received: (string | undefined)[] = [];
    for (let visit = 1; visit <= 12; visit++) {
      const headers = { 'last-event-id': received.at(-1) ?? '0' };
      const client = await connected(`?stream=${stream}`, headers);
      ids.push(...(await addEntries(stack.redis, stream, 25, () => ['n', String(visit)])));
      await client.untilEntries(Math.min(80, ids.length - received.length));
      received.push(...client.ids);
      if (visit % 2 === 0) client.abort();
      else client.close();
    }
    const last = await connected(`?stream=${stream}&last_id=${received.at(-1)}`);
    await last.untilEntries(ids.length - received.length);
    received.push(...last.ids);
    expect(received).toEqual(ids);
  });

  test('several subscribers of one stream at different places all get it whole', async () => {
    const stream = 'begin:many';
    const ids = await addEntries(stack.redis, stream, 1_200, (index) => ['n', String(index)]);
    const places = ['0', ids[10], ids[599], ids[1_190]];
    const clients = await Promise.all(
      places.map((place) => connected(`?stream=${stream}&last_id=${place}`)),
    );
    ids.push(...(await addEntries(stack.redis, stream, 300, () => ['n', 'later'])));
    await Promise.all(
      clients.map(async (client, at) => {
        const expected = ids.slice(places[at] === '0' ? 0 : ids.indexOf(String(places[at])) + 1);
        await client.untilEntries(expected.length);
        expect(client.ids).toEqual(expected);
      }),
    );
  });

  test('an id ahead of the stream means it was recreated: reset, then all there is', async () => {
    const stream = 'begin:ahead';
    const ids = await addEntries(stack.redis, stream, 3, () => ['n', '1']);
    const client = await connected(`?stream=${stream}&last_id=18446744073709551615-0`);
    await client.next('dashboard.reset');
    await client.untilEntries(3);
    expect(client.told.map((item) => item.event).slice(0, 2)).toEqual([
      'dashboard.hello',
      'dashboard.reset',
    ]);
    expect(client.ids).toEqual(ids);
  });

  test('so it does on the stream that is always followed', async () => {
    const id = await addEvent(stack.redis, 'shield:events', 'query.started');
    const client = await connected('?last_id=18446744073709551615-0');
    await client.next('dashboard.reset');
    await client.until(() => client.ids.includes(id), 'The newest entry');
    expect(client.ids).toEqual(await idsInRedis(stack.redis, 'shield:events'));
  });
});

describe('what an event becomes', () => {
  /** Adds one entry and gives the frame it became. */
  async function frameOf(fields: (string | Uint8Array)[]) {
    const stream = `frame:${Math.random()}`;
    const id = String(await stack.redis.command('XADD', stream, '*', ...fields));
    const client = await connected(`?stream=${stream}&last_id=0`);
    await client.untilEntries(1);
    const [frame] = client.entries;
    expect(frame?.id).toBe(id);
    client.close();
    return { id, event: frame?.event, data: frame?.data, text: frame?.text ?? '' };
  }

  test('its id, its type, and one object of its envelope and its data', async () => {
    const { event, data } = await frameOf(
      eventFields('ingestion.progress', '{"chunks_processed": 3, "nested": {"a": [1, null]}}'),
    );
    expect(event).toBe('ingestion.progress');
    expect(data).toEqual({
      event_id: '7f0c6f0e-3f0a-4f43-9d2e-5c1d1e5a0001',
      job_id: 'job-1',
      timestamp: '2026-01-02T03:04:05.678901',
      chunks_processed: 3,
      nested: { a: [1, null] },
    });
  });

  test('numbers too large for JavaScript keep every digit', async () => {
    const { text } = await frameOf(
      eventFields('a.b', '{"big": 9223372036854775807, "fine": 0.10000000000000000555}'),
    );
    expect(text).toContain('"big": 9223372036854775807');
    expect(text).toContain('0.10000000000000000555');
  });

  test('data written over several lines stays one frame', async () => {
    const { data } = await frameOf(eventFields('a.b', '{\r\n  "a": "x\\ny",\n\n  "b": 2\r}'));
    expect(data).toMatchObject({ a: 'x\ny', b: 2 });
  });

  test('data cannot take the place of the envelope', async () => {
    const { data } = await frameOf(eventFields('a.b', '{"job_id":"forged","more":1}'));
    expect(data).toMatchObject({ job_id: 'job-1', more: 1 });
    const { text } = await frameOf(eventFields('a.b', '{"job_id":"x","big":9223372036854775807}'));
    expect(text).toContain('9223372036854775807');
  });

  test('data that is no object stands under its own name', async () => {
    expect((await frameOf(eventFields('a.b', '[1,2]'))).data).toMatchObject({ data: [1, 2] });
    expect((await frameOf(eventFields('a.b', '{"cut":'))).data).toMatchObject({ data: '{"cut":' });
    expect((await frameOf(eventFields('a.b', Buffer.from([0xff, 0xfe])))).data).toMatchObject({
      data: { base64: '//4=' },
    });
  });

  test('an entry that is no event is sent whole: order, doubled names, bytes', async () => {
    const { id, event, data } = await frameOf([
      ...['b', '1', 'a', 'grüße', 'b', '2', 'empty', ''],
      ...['raw', Buffer.from([0x80, 0x00, 0xff])],
      ...[Buffer.from([0xfe]), 'named by a byte'],
    ]);
    expect(event).toBe('entry');
    expect(data).toEqual({
      id,
      fields: [
        ...[
          ['b', '1'],
          ['a', 'grüße'],
          ['b', '2'],
          ['empty', ''],
        ],
        ['raw', { base64: 'gAD/' }],
        [{ base64: '/g==' }, 'named by a byte'],
      ],
    });
  });

  test.each([
    ['a line break', 'a\nid: 9-9\n\ndata: forged'],
    ['a carriage return', 'a\rdata: forged'],
    ['NUL', 'a\u0000b'],
    ['a Unicode line separator', 'a\u2028b'],
    ['over 128 characters', 'x'.repeat(129)],
    ['the reserved prefix', 'dashboard.hello'],
    ['the name of other entries', 'entry'],
    ['nothing at all', ''],
  ])('a type with %s is sent as an entry', async (_name, type) => {
    const { event, data } = await frameOf(['type', type, 'data', '{}']);
    expect(event).toBe('entry');
    expect(data).toMatchObject({
      fields: [
        ['type', type],
        ['data', '{}'],
      ],
    });
  });

  test('a type of 128 characters, or of another script, is an event name', async () => {
    const long = 'x'.repeat(128);
    expect((await frameOf(['type', long])).event).toBe(long);
    expect((await frameOf(['type', 'größe.日本 🎉'])).event).toBe('größe.日本 🎉');
  });

  test('markup in a payload travels as the text it is', async () => {
    const text = '</script><script>alert(1)</script>';
    const { data } = await frameOf(eventFields('a.b', JSON.stringify({ text })));
    expect(data).toMatchObject({ text });
  });

  test('an entry of 5 MB arrives as a stub whose entry can be had whole', async () => {
    const stream = 'frame:large entry';
    const value = 'é'.repeat(2.5 * 1024 * 1024);
    const id = await addEvent(stack.redis, stream, 'large.event', value);
    const client = await connected(`?stream=${encodeURIComponent(stream)}&last_id=0`);
    await client.untilEntries(1);
    const [stub] = client.entries;
    expect(stub?.event).toBe('large.event');
    const { omitted } = z
      .object({ job_id: z.string(), omitted: z.object({ bytes: z.number(), href: z.string() }) })
      .parse(stub?.data);
    expect(omitted.bytes).toBeGreaterThan(5 * 1024 * 1024);
    expect(omitted.href).toBe(`/streams/${encodeURIComponent(stream)}?entry=${id}`);
    expect(stub?.text.length).toBeLessThan(1_000);

    const path = `/api/streams/${encodeURIComponent(stream)}/entries/${id}`;
    const entry = z.object({ fields: z.array(z.tuple([z.string(), z.unknown()])) });
    const whole = entry.parse((await send(stack.base, `${path}?whole=1`)).json());
    expect(new Map(whole.fields).get('data')).toBe(value);
    const cut = entry.parse((await send(stack.base, path)).json());
    expect(new Map(cut.fields).get('data')).toMatchObject({
      bytes: 5 * 1024 * 1024,
      truncated: true,
    });
  });

  test("a Python producer's events arrive, MessagePack and all", async ({ skip }) => {
    skip(!hasPython, NO_PYTHON);
    const client = await connected();
    const ids = await runForeignClient(stack.redis, 'emit', 'shield:events');
    await client.untilEntries(3);
    expect(client.ids).toEqual(ids);
    expect(client.entries[1]?.text).toContain('"bytes_seen":9007199254740993');
    expect(client.entries).toMatchObject([
      {
        event: 'ingestion.progress',
        data: {
          ...{ job_id: 'job-py', timestamp: '2026-01-02T03:04:05.678901', chunk_id: 'c-1' },
          ...{ chunks_processed: 3, chunks_total: 4, percent_complete: 75 },
        },
      },
      {
        event: 'ingestion.progress',
        data: {
          ...{ job_id: 'job-py', chunk_id: 'ü-2', ok: true },
          ...{ none: null, ratio: 0.5, tags: ['a', 'b'], digest: { base64: '/wA=' } },
        },
      },
      { event: 'worker.started', data: { job_id: '', name: 'grüße 日本' } },
    ]);
  });
});

describe('filters', () => {
  const stream = 'filter:all';
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const add = async (name: string, type: string, data: string, jobId: string) => {
      ids[name] = await addEvent(stack.redis, stream, type, data, jobId);
    };
    await add('queued', 'ingestion.queued', '{}', 'job-1');
    await add('progress', 'ingestion.progress', '{"note":"Half WAY there"}', 'job-2');
    await add('failedTask', 'worker.task_failed', '{"error":"boom"}', 'job-2');
    await add('stopped', 'worker.stopped', '{}', '');
    await add('forged', 'query.started', '{"job_id":"job-2"}', 'job-1');
    ids.plain = String(await stack.redis.command('XADD', stream, '*', 'job_id', 'job-2'));
    // Passes every filter below, and so says that all before it have been through.
    await add('end', 'the.end', '{"note":"way boom task_failed"}', 'job-2');
  });

  test.each([
    ['type=ingestion.*,worker.task_failed,the.end', ['queued', 'progress', 'failedTask']],
    ['type=*.task_*,the.end', ['failedTask']],
    ['type=ingestion,the.end', []],
    ['job_id=job-2', ['progress', 'failedTask', 'plain']],
    ['q=way', ['progress']],
    ['q=TASK_FAILED', ['failedTask']],
    ['type=worker.*,the.end&job_id=job-2&q=boom', ['failedTask']],
  ])('%s', async (query, expected) => {
    const client = await connected(`?stream=${stream}&last_id=0&${query}`);
    await client.next('the.end');
    expect(client.ids).toEqual([...expected, 'end'].map((name) => ids[name]));
  });

  test('hold for what comes live as for what is replayed', async () => {
    const client = await connected('?type=the.*');
    await addEvent(stack.redis, 'shield:events', 'another.one');
    const id = await addEvent(stack.redis, 'shield:events', 'the.one');
    await client.untilEntries(1);
    expect(client.ids).toEqual([id]);
  });
});

describe('leaving', () => {
  test('HEAD is answered and follows nothing', async () => {
    const monitor = await monitorRedis(stack.redis);
    try {
      const path = '/events/stream?stream=leave:head';
      expect(await send(stack.base, path, { method: 'HEAD' })).toMatchObject({
        status: 200,
        text: '',
      });
      const reads = () => monitor.commands.filter(([name]) => name === 'XREAD');
      const seen = reads().length;
      await eventually(() => expect(reads().length).toBeGreaterThan(seen + 1));
      expect(reads().at(-1)).not.toContain('leave:head');
    } finally {
      monitor.stop();
    }
  });

  test('fifty clients that vanish leave nothing behind', async () => {
    const stream = 'leave:many';
    const ids = await addEntries(stack.redis, stream, 300, (index) => ['n', String(index)]);
    const ownConnections = async () => {
      const list = String(await stack.redis.command('CLIENT', 'LIST'));
      return list.split('\n').filter((line) => line.includes('name=shield-dashboard:')).length;
    };
    const before = await ownConnections();
    const clients = await Promise.all(
      Array.from({ length: 50 }, () => connected(`?stream=${stream}&last_id=0`)),
    );
    await Promise.all(clients.map((client) => client.untilEntries(300)));
    expect(clients.every((client) => client.ids.join() === ids.join())).toBe(true);
    expect(await ownConnections()).toBe(before);

    const monitor = await monitorRedis(stack.redis);
    try {
      const reads = () => monitor.commands.filter(([name]) => name === 'XREAD');
      await eventually(() => expect(reads().at(-1)).toContain(stream));
      for (const [at, client] of clients.entries()) {
        if (at % 2 === 0) client.abort();
        else client.close();
      }
      // The one reader lets go of a stream once the last of its subscribers is gone.
      await eventually(() => expect(reads().at(-1)).not.toContain(stream));
    } finally {
      monitor.stop();
    }
    expect(await ownConnections()).toBe(before);
    expect((await send(stack.base, '/health')).status).toBe(200);
  });
});
