import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import { ownRedis } from '@/lib/testing/own-redis';
import {
  countAfter,
  readBehind,
  readPage,
  readPageBack,
  readPosition,
  readRange,
  type StreamPage,
} from './stream-reads';

const redis = ownRedis();
const NOISE = Uint8Array.from({ length: 256 }, (_, at) => at);
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : error),
  );

describe('readRange', () => {
  it('gives entries in either order, bytes and repeated names as they are', async () => {
    await redis.command('XADD', 'range', '1-1', NOISE, NOISE, 'a', '1', 'a', '2');
    await redis.command('XADD', 'range', '2-1', 'b', '');
    const range = { start: '-', end: '+', count: 10 };
    const up = await readRange(redis.connect(), 'range', { ...range, order: 'asc' });
    expect(up.map(({ id }) => id)).toEqual(['1-1', '2-1']);
    const [[name, value] = [], ...rest] = up[0]?.fields ?? [];
    expect([name, value].map((bytes) => Buffer.from(bytes ?? []).equals(NOISE))).toEqual([
      true,
      true,
    ]);
    expect(rest.map((pair) => pair.map(String))).toEqual([
      ['a', '1'],
      ['a', '2'],
    ]);
    const down = await readRange(redis.connect(), 'range', { ...range, order: 'desc' });
    expect(down.map(({ id }) => id)).toEqual(['2-1', '1-1']);
  });

  it('finds a stream whose name is not text', async () => {
    await redis.command('XADD', Uint8Array.of(0xff, 0xfe), '1-1', 'a', 'b');
    const range = { start: '-', end: '+', count: 1, order: 'asc' } as const;
    expect(await readRange(redis.connect(), 'binary:__4=', range)).toHaveLength(1);
    expect(await readRange(redis.connect(), 'absent', range)).toEqual([]);
  });
});

describe('readPage', () => {
  const page = { after: '0-0', count: 10, wholeBytesMax: 10_000 };

  it('is entries and where the stream stood, bytes as they are', async () => {
    await redis.command('XADD', 'page', '1-1', NOISE, NOISE, 'a', '1', 'a', '2');
    await redis.command('XADD', 'page', '2-1', 'b', '');
    const { position, entries } = await readPage(redis.connect(), 'page', page);
    expect(position).toMatchObject({ length: 2, firstId: '1-1', lastGeneratedId: '2-1' });
    expect(entries.map(({ entry, bytes }) => [entry.id, bytes])).toEqual([
      ['1-1', 516],
      ['2-1', 1],
    ]);
    expect(Buffer.from(entries[0]?.entry.fields[0]?.[1] ?? []).equals(NOISE)).toBe(true);
    const rest = await readPage(redis.connect(), 'page', { ...page, after: '1-1' });
    expect(rest.entries.map(({ entry }) => entry.id)).toEqual(['2-1']);
    expect(await readPage(redis.connect(), 'absent', page)).toEqual({
      position: null,
      entries: [],
    });
  });

  it('reads few of the large entries that stand behind small ones, and none is left out', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => `${n + 1}-1`);
    for (const [at, id] of ids.entries()) {
      const value = at % 30 < 10 ? 'small' : Buffer.alloc(200_000);
      await redis.command('XADD', 'mixed', id, 'a', value);
    }
    const connection = redis.connect();
    const readAll = async (next: (last: string | undefined) => Promise<string[]>) => {
      const pages: string[][] = [];
      do pages.push(await next(pages.at(-1)?.at(-1)));
      while (pages.at(-1)?.length !== 0);
      return pages;
    };
    const idsOf = ({ entries }: StreamPage) => entries.map(({ entry }) => entry.id);
    const ask = { count: 200, wholeBytesMax: 10_000 };
    const onward = await readAll(async (after = '0-0') =>
      idsOf(await readPage(connection, 'mixed', { ...ask, after })),
    );
    const back = await readAll(async (before) => {
      const from = before === undefined ? '+' : `(${before}`;
      return idsOf(await readPageBack(connection, 'mixed', { ...ask, from, downTo: '-' }));
    });
    expect(onward.flat()).toEqual(ids);
    expect(back.flat()).toEqual(ids.toReversed());
    for (const one of [...onward, ...back]) expect(one.length).toBeLessThan(35);
  });

  it('goes on from an entry that is large itself, up to the highest and the lowest id', async () => {
    const highest = '18446744073709551615-18446744073709551615';
    await redis.command('XADD', 'ends', '0-1', 'a', Buffer.alloc(2_000_000));
    await redis.command('XADD', 'ends', highest, 'a', 'b');
    const connection = redis.connect();
    const onward = await readPage(connection, 'ends', { ...page, after: '0-1' });
    expect(onward.entries.map(({ entry }) => entry.id)).toEqual([highest]);
    const range = { from: highest, downTo: '-', count: 10, wholeBytesMax: 10_000 };
    const back = await readPageBack(connection, 'ends', range);
    expect(back.entries.map(({ entry }) => entry.id)).toEqual([highest, '0-1']);
  });

  it('leaves what is large in Redis, and says how large it is', async () => {
    const large = Buffer.alloc(900_000, 0xff);
    const many = Array.from({ length: 100 }, (_, n) => [`n${n}`, 'v']).flat();
    await redis.command('XADD', 'large', '1-1', 'type', 't', 'big', large, 'end', 'e', ...many);
    await redis.command('XADD', 'large', '2-1', 'small', 's');
    const before = await sentBytes();
    const { entries } = await readPage(redis.connect(), 'large', page);
    expect((await sentBytes()) - before).toBeLessThan(100_000);
    expect(entries.map(({ bytes }) => bytes)).toEqual([900_402, 6]);
    const fields = entries[0]?.entry.fields.map((pair) => pair.map(String)) ?? [];
    expect(fields.slice(0, 4)).toEqual([
      ['type', 't'],
      ['big', ''],
      ['end', 'e'],
      ['n0', 'v'],
    ]);
    expect(fields).toHaveLength(64);
  });
});

/** Bytes Redis has sent to anybody. */
async function sentBytes(): Promise<number> {
  const stats = String(await redis.command('INFO', 'stats'));
  return Number(/total_net_output_bytes:(\d+)/.exec(stats)?.[1]);
}

describe('readBehind', () => {
  it('waits for what comes after each cursor, in streams of any name', async () => {
    const blocking = redis.connect({}, 5_000);
    await redis.command('XADD', 'first', '1-1', 'a', 'b');
    const cursors = new Map([
      ['first', '1-1'],
      ['binary:_w==', '0-0'],
    ]);
    const reading = readBehind(blocking, cursors, { count: 10, blockMs: 5_000 });
    await redis.command('XADD', Uint8Array.of(0xff), '7-7', 'a', 'b');
    expect(await reading).toMatchObject([{ stream: 'binary:_w==', entries: [{ id: '7-7' }] }]);
    await redis.command('XADD', 'first', '1-2', 'a', 'b');
    const both = await readBehind(blocking, cursors, { count: 10, blockMs: 5_000 });
    expect(both.map(({ stream }) => stream).sort()).toEqual(['binary:_w==', 'first']);
  });

  it('comes back empty when nothing came', async () => {
    const blocking = redis.connect({}, 100);
    expect(
      await readBehind(blocking, new Map([['none', '0-0']]), { count: 1, blockMs: 50 }),
    ).toEqual([]);
  });
});

describe('readPosition', () => {
  it('is null for an absent stream, and refuses a key of another type', async () => {
    await redis.command('SET', 'text', 'x');
    expect(await readPosition(redis.connect(), 'absent')).toBeNull();
    expect(await codeOf(readPosition(redis.connect(), 'text'))).toBe('wrong_type');
  });

  it('tells where a stream stands, with the right to run scripts and without', async () => {
    await redis.command(
      ...['ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', '-@all', '+type', '+xinfo', '+hello'],
    );
    const narrow = { username: 'narrow', password: 'pw' };
    for (let n = 1; n <= 4; n++) await redis.command('XADD', 'where', `${n}-0`, 'a', 'b');
    await redis.command('XDEL', 'where', '3-0');
    await redis.command('XTRIM', 'where', 'MAXLEN', 2);
    for (const connection of [redis.connect(), redis.connect(narrow)]) {
      expect(await readPosition(connection, 'where')).toEqual({
        copiedBytes: 4,
        length: 2,
        lastGeneratedId: '4-0',
        entriesAdded: 4,
        firstId: '2-0',
        maxDeletedId: '3-0',
      });
    }
    await redis.command('XTRIM', 'where', 'MAXLEN', 0);
    for (const connection of [redis.connect(), redis.connect(narrow)]) {
      expect(await readPosition(connection, 'where')).toMatchObject({ length: 0, firstId: null });
      expect(await readPosition(connection, 'absent')).toBeNull();
      expect(await codeOf(readPosition(connection, 'text'))).toBe('wrong_type');
    }
  });
});

describe('countAfter', () => {
  it('counts inside Redis, so far as it is told', async () => {
    for (let n = 1; n <= 10; n++) await redis.command('XADD', 'count', `${n}-0`, 'a', 'b');
    const count = (after: string, steps: number) =>
      countAfter(redis.connect(), 'count', { after, upTo: '9-0' }, steps);
    expect(await count('3-0', 100)).toMatchObject({ count: 6, firstId: '4-0', lastId: '9-0' });
    expect(await count('3-0', 2)).toMatchObject({ count: 2, firstId: '4-0', lastId: '5-0' });
    expect(await count('10-0', 2)).toMatchObject({ count: 0, firstId: null, lastId: null });
  });
});
