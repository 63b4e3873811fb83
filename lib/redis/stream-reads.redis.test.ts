import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import { ownRedis } from '@/lib/testing/own-redis';
import { countAfter, readBehind, readPosition, readRange } from './stream-reads';

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
      countAfter(redis.connect(), 'count', after, steps);
    expect(await count('3-0', 100)).toEqual({ count: 7, firstId: '4-0', lastId: '10-0' });
    expect(await count('3-0', 2)).toEqual({ count: 2, firstId: '4-0', lastId: '5-0' });
    expect(await count('10-0', 2)).toEqual({ count: 0, firstId: null, lastId: null });
  });
});
