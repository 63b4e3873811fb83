import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import type { FeedRecord } from '@/e2e/support/feed-record';
import { send } from '@/e2e/support/http-client';
import { idsInRedis } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { refusedUpgrade, WebSocketClient } from '@/e2e/support/websocket-client';

/** As docs/limits.md has it. */
const STREAMS_MAX = 256;
const PER_CONNECTION = 8;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const merged = z.object({ stream: z.string(), id: z.string(), data: z.unknown() });
type Merged = z.infer<typeof merged>;

const mergedOf = (client: FeedRecord): Merged[] =>
  client.entries.map(({ data }) => merged.parse(data));
const idsOf = (entries: Merged[], stream: string) =>
  entries.filter((entry) => entry.stream === stream).map(({ id }) => id);
const queryOf = (streams: string[]) =>
  new URLSearchParams(streams.map((stream) => ['stream', stream])).toString();

/** The ways to the feed, in turn: a cursor of one goes on with another. */
const WAYS: ((query: string, headers: Record<string, string>) => Promise<FeedRecord>)[] = [
  (query, headers) => SseClient.open(stack.base, `/events/stream?${query}`, headers),
  (query, headers) => WebSocketClient.open(stack.base, `/events/ws?${query}`, headers),
  (query, headers) =>
    WebSocketClient.open(stack.base, `/events/ws?${query}&encoding=msgpack`, headers),
];

function addBurst(stream: string, entries: number) {
  const script =
    "for n = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'type', 'x.y', 'data', '{}') end";
  return stack.redis.command('EVAL', script, 1, stream, entries);
}

describe('several streams on one connection', () => {
  test('each entry of each once and in order, wherever connections break while both are written', async () => {
    const streams = ['merged:b', 'merged:größe'];
    const [bursts, perBurst] = [12, 25];
    const seen: Merged[] = [];
    let open: FeedRecord | undefined;
    let isWritten = false;
    const write = async () => {
      for (let burst = 0; burst < bursts; burst++) {
        for (const stream of streams) await addBurst(stream, perBurst);
      }
      isWritten = true;
      open?.wake();
    };
    const read = async () => {
      const all = bursts * perBurst * streams.length;
      let lastId = '0';
      for (let turn = 0; seen.length < all; turn++) {
        const query = queryOf(turn % 2 === 0 ? streams : streams.toReversed());
        const client = await WAYS[turn % WAYS.length]?.(query, { 'last-event-id': lastId });
        if (!client) throw new Error('There is no such way.');
        open = client;
        // In the midst of what arrives: the cut is as a lost line is, behind any entry.
        client.breakAfter(7 + ((turn * 31) % 90));
        const hasAll = () => isWritten && seen.length + client.entries.length >= all;
        await client.until(() => client.gone || hasAll(), 'An end or every entry');
        seen.push(...mergedOf(client));
        lastId = client.lastId ?? lastId;
        client.close();
      }
    };
    await Promise.all([write(), read()]);
    for (const stream of streams) {
      expect(idsOf(seen, stream)).toEqual(await idsInRedis(stack.redis, stream));
    }
  });

  test('one that is absent or no stream stops no other, and is named', async () => {
    const streams = ['merged:fine', 'merged:hash', 'merged:later'];
    await stack.redis.command('HSET', 'merged:hash', 'a', '1');
    await addBurst('merged:fine', 3);
    const client = await SseClient.open(
      stack.base,
      `/events/stream?${queryOf(streams)}&last_id=0&stats=1`,
    );
    await client.untilEntries(3);
    await client.next('dashboard.status');
    expect(client.named('dashboard.status').map(({ data }) => data)).toEqual([
      { stream: 'merged:hash', redis: 'up', code: 'wrong_type', since: expect.any(String) },
    ]);
    await addBurst('merged:later', 1);
    await addBurst('merged:fine', 1);
    await client.untilEntries(5);
    expect(idsOf(mergedOf(client), 'merged:later')).toHaveLength(1);
    const hellos = client.named('dashboard.hello').map(({ data }) => data);
    expect(hellos).toHaveLength(3);
    expect(hellos).toContainEqual({
      ...{ stream: 'merged:later', requested: '0-0', resumed_from: '0-0' },
      cursor: expect.any(String),
    });
    // Where the key becomes a stream, that is told too, and what it holds is new.
    await stack.redis.command('DEL', 'merged:hash');
    await addBurst('merged:hash', 2);
    await client.untilEntries(7);
    expect(idsOf(mergedOf(client), 'merged:hash')).toEqual(
      await idsInRedis(stack.redis, 'merged:hash'),
    );
    client.close();
  });

  test('a gap says in which stream, and the place behind it', async () => {
    const streams = ['merged:kept', 'merged:trimmed'];
    await addBurst('merged:trimmed', 5);
    await addBurst('merged:kept', 1);
    const first = await SseClient.open(stack.base, `/events/stream?${queryOf(streams)}&last_id=0`);
    await first.untilEntries(6);
    first.close();
    await stack.redis.command(
      'EVAL',
      `for n = 1, 9 do redis.call('XADD', KEYS[1], '*', 'type', 'x.y') end
       redis.call('XTRIM', KEYS[1], 'MAXLEN', 2)`,
      ...[1, 'merged:trimmed'],
    );
    const second = await SseClient.open(stack.base, `/events/stream?${queryOf(streams)}`, {
      'last-event-id': first.lastId ?? '',
    });
    await second.untilEntries(2);
    expect(second.named('dashboard.gap').map(({ data }) => data)).toEqual([
      expect.objectContaining({ stream: 'merged:trimmed', cursor: expect.any(String) }),
    ]);
    expect(mergedOf(second).map(({ stream }) => stream)).toEqual([
      'merged:trimmed',
      'merged:trimmed',
    ]);
    second.close();
  });

  test.each([
    ['more streams than may be', queryOf(Array.from('abcdefghi')), {}, 400, 'too_many_streams'],
    [
      'a cursor of others',
      queryOf(['a', 'b']),
      { 'last-event-id': '00000000~1-0~2-0' },
      400,
      'invalid_entry_id',
    ],
    [
      'half a cursor',
      queryOf(['a', 'b']),
      { 'last-event-id': '00000000~1-0~' },
      400,
      'invalid_entry_id',
    ],
  ])('refuses %s', async (_name, query, headers, status, code) => {
    const answer = await send(stack.base, `/events/stream?${query}`, { headers });
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ code });
  });
});

test('of more streams than are followed at once none is begun, with a code and when to come again', async () => {
  const open: FeedRecord[] = [];
  try {
    // The default stream is one of them, followed for ever.
    for (let n = 0; n < STREAMS_MAX - 1; n += PER_CONNECTION) {
      const streams = Array.from({ length: PER_CONNECTION }, (_, at) => `many:${n + at}`);
      const query = queryOf(streams.slice(0, STREAMS_MAX - 1 - n));
      open.push(await SseClient.open(stack.base, `/events/stream?${query}`));
    }
    for (const client of open) await client.next('dashboard.hello');
    const refused = await send(stack.base, `/events/stream?${queryOf(['one:more'])}`);
    expect([refused.status, refused.json()]).toMatchObject([503, { code: 'stream_limit' }]);
    expect(refused.headers['retry-after']).toBe('10');
    const upgrade = await refusedUpgrade(stack.base, `/events/ws?${queryOf(['one:more'])}`);
    expect([upgrade.status, upgrade.headers['retry-after']]).toEqual([503, '10']);
    // One that is followed anyway is open to more.
    open.push(await SseClient.open(stack.base, `/events/stream?${queryOf(['many:0'])}`));
    await open.at(-1)?.next('dashboard.hello');
    open.shift()?.close();
    await eventually(async () => {
      const client = await SseClient.open(stack.base, `/events/stream?${queryOf(['one:more'])}`);
      open.push(client);
      expect(client.status).toBe(200);
    });
  } finally {
    for (const client of open) client.close();
  }
});
