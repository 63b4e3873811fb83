import { beforeEach, describe, expect, it } from 'vitest';
import {
  COUNTS_KEPT_MS,
  DAY_MS,
  HOUR_MS,
  HOUR_TYPES_MAX,
  MINUTE_MS,
  type MinuteCount,
} from '@/lib/model/event-counts';
import { nameFromBytes, nameToBytes } from '@/lib/model/name';
import { notAtMidnight } from '@/lib/testing/midnight';
import { ownRedis } from '@/lib/testing/own-redis';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';
import {
  type CountedEntries,
  type CountedRead,
  type CountRequest,
  countEvents,
  readDay,
  visitDay,
} from './event-count-commands';
import { EventCountKeys } from './keys';

const redis = ownRedis();
const STREAM = 'shield:events';
const GROUP = 'dashboard-frontend';
const keys = new EventCountKeys(STREAM, GROUP);

beforeEach(async () => {
  await redis.untilAlone();
  await notAtMidnight();
  await redis.command('CONFIG', 'SET', 'maxmemory', 0);
  await redis.command('FLUSHALL');
  await redis.command('XGROUP', 'CREATE', STREAM, GROUP, '0', 'MKSTREAM');
});

const add = (type: string | Uint8Array, id = '*', stream: string | Uint8Array = STREAM) =>
  redis.command('XADD', stream, id, 'event_id', 'e', 'type', type, 'data', '{}');

async function count(
  which: CountedEntries,
  options: Partial<CountRequest> = {},
  connection = redis.connect(),
): Promise<CountedRead> {
  const redisMs = Date.now();
  const who = { stream: STREAM, group: GROUP, consumer: 'dashboard-here-1' };
  return countEvents(connection, which, { ...who, entriesMax: 1_000, keys, redisMs, ...options });
}

async function countAll(options: Partial<CountRequest> = {}): Promise<void> {
  while ((await count({ of: 'new' }, options)).isMore);
}

/** Everything that is kept, and the minutes somebody counted in. */
async function stored(of = keys, connection = redis.connect()) {
  const counts: MinuteCount[] = [];
  const watched: number[] = [];
  let since: number | null = null;
  const today = Math.floor(Date.now() / DAY_MS);
  for (let day = today - 9; day <= today + 2; day++) {
    const visitor = {
      add: (one: MinuteCount) => void counts.push(one),
      watch: (atMs: number) => void watched.push(atMs),
    };
    since = visitDay(await readDay(connection, of, day), visitor) ?? since;
  }
  const totals: Record<string, number> = {};
  for (const { type, count } of counts) {
    const name = type ?? 'OTHER';
    totals[name] = (totals[name] ?? 0) + count;
  }
  return { counts, totals, watched, since };
}

async function pending(): Promise<unknown> {
  return ((await redis.command('XPENDING', STREAM, GROUP)) as unknown[])[0];
}

describe('countEvents', () => {
  it('delivers, acknowledges and counts by type and minute, and says that it did', async () => {
    for (const type of ['a', 'b', 'a']) await add(type);
    const read = await count({ of: 'new' });
    expect(read).toMatchObject({ entries: 3, isMore: false, unstored: [], refusal: null });
    expect(Math.abs(read.redisMs - Date.now())).toBeLessThan(60_000);
    expect(await pending()).toBe(0);
    const { totals, watched, since } = await stored();
    expect(totals).toEqual({ a: 2, b: 1 });
    expect(watched.length).toBeGreaterThan(0);
    expect(since).toBe(watched[0]);
    expect(await count({ of: 'new' })).toMatchObject({ entries: 0, isMore: false });
    expect((await stored()).totals).toEqual({ a: 2, b: 1 });
  });

  it('counts an entry in the minute it was added in', async () => {
    const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const times = [6 * DAY_MS, 25 * HOUR_MS, 59 * MINUTE_MS, 2 * MINUTE_MS, 2 * MINUTE_MS];
    for (const agoMs of times) await add('a', `${nowMs - agoMs + 1}-*`);
    await countAll();
    const expected = new Map<number, number>();
    for (const agoMs of times) expected.set(nowMs - agoMs, (expected.get(nowMs - agoMs) ?? 0) + 1);
    const counts = (await stored()).counts.sort((a, b) => a.atMs - b.atMs);
    expect(counts).toEqual([...expected].map(([atMs, n]) => ({ atMs, type: 'a', count: n })));
  });

  it('puts ids ahead of the clock into this minute, and leaves out those older than is kept', async () => {
    await add('old', `${Date.now() - COUNTS_KEPT_MS - 2 * MINUTE_MS}-0`);
    await add('ancient', `${Date.now() - COUNTS_KEPT_MS - MINUTE_MS - 30_000}-5`);
    await add('future', `${Date.now() + 3 * DAY_MS}-0`);
    await add('last', '18446744073709551615-0');
    await countAll();
    const { totals, counts } = await stored();
    expect(totals).toEqual({ future: 1, last: 1 });
    for (const { atMs } of counts) expect(Math.abs(atMs - Date.now())).toBeLessThan(3 * MINUTE_MS);
  });

  it('names types as the live feed does', async () => {
    await redis.command('XADD', STREAM, '*', 'field', 'value');
    await redis.command('XADD', STREAM, '*', 'type', 'first', 'type', 'second');
    const odd = ['', 'line\nbreak', 'nul\0', 'dashboard.hello', 'x'.repeat(129), '\u0085', 'entry'];
    for (const type of odd) await add(type);
    await add(Uint8Array.of(0xff, 0xfe));
    await add('ü'.repeat(128));
    await add('sonderbar: {…}');
    await countAll();
    expect((await stored()).totals).toEqual({
      ...{ first: 1, entry: 2 + odd.length, 'sonderbar: {…}': 1 },
      ['ü'.repeat(128)]: 1,
    });
  });

  it('tells a limited number of types apart in an hour, and counts the rest together', async () => {
    // All within one hour, whatever the time is now.
    const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
    for (let n = 0; n < HOUR_TYPES_MAX + 10; n++) await add(`t${n}`, `${hourMs + n * 1_000}-0`);
    for (let n = 0; n < 3; n++) await add('t0', `${hourMs + 10 * MINUTE_MS + n}-0`);
    await countAll();
    const { totals } = await stored();
    expect(Object.keys(totals)).toHaveLength(HOUR_TYPES_MAX + 1);
    expect(totals).toMatchObject({ t0: 4, t63: 1, OTHER: 10 });
  });

  it('keeps nothing of a payload, and stops at bytes', async () => {
    const large = 'x'.repeat(5 * 1024 * 1024);
    for (let n = 0; n < 4; n++)
      await redis.command('XADD', STREAM, '*', 'type', 'a', 'data', large);
    await redis.command('XADD', STREAM, '*', 'type', large);
    const reads: CountedRead[] = [];
    const connection = redis.connect();
    do reads.push(await count({ of: 'new' }, {}, connection));
    while (reads.at(-1)?.isMore);
    expect(reads.length).toBeGreaterThan(3);
    expect(reads.reduce((all, { entries }) => all + entries, 0)).toBe(5);
    expect((await stored()).totals).toEqual({ a: 4, entry: 1 });
    expect(
      await redis.command('MEMORY', 'USAGE', keys.day(Math.floor(Date.now() / DAY_MS))),
    ).toBeLessThan(2_000);
  });

  it('stops at a number of entries, and goes on there', async () => {
    for (let n = 0; n < 300; n++) await add('a');
    const read = await count({ of: 'new' }, { entriesMax: 100 });
    expect(read.isMore).toBe(true);
    expect(read.entries).toBeLessThan(300);
    expect((await stored()).totals).toEqual({ a: read.entries });
    await countAll();
    expect((await stored()).totals).toEqual({ a: 300 });
  });

  it('counts what is pending, its own or of a consumer gone, and only what is pending still', async () => {
    for (let n = 0; n < 100; n++) await add(n % 2 ? 'odd' : 'even');
    const read = (consumer: string, n: number) =>
      redis.command('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', n, 'STREAMS', STREAM, '>');
    await read('dashboard-here-1', 40);
    await read('dashboard-gone-9', 60);
    const first = ((await redis.command('XRANGE', STREAM, '-', '+', 'COUNT', 2)) as [string][]).map(
      ([id]) => id,
    );
    await redis.command('XACK', STREAM, GROUP, first[0] ?? '');
    await redis.command('XDEL', STREAM, first[1] ?? '');
    while ((await count({ of: 'own' })).entries > 0);
    expect((await stored()).totals).toEqual({ even: 19, odd: 19 });
    expect(await count({ of: 'idle', minIdleMs: 3_600_000, from: '0-0' })).toMatchObject({
      entries: 0,
      next: '0-0',
    });
    let from = '0-0';
    do ({ next: from } = await count({ of: 'idle', minIdleMs: 0, from }));
    while (from !== '0-0');
    expect(await pending()).toBe(0);
    expect((await stored()).totals).toEqual({ even: 49, odd: 49 });
  });

  it('counts each entry once, however many read at the same time', async () => {
    const connections = Array.from({ length: 4 }, () => redis.connect());
    let left = 500;
    const write = async () => {
      while (left-- > 0) await add(`t${left % 5}`);
    };
    let isWriting = true;
    const readers = connections.map(async (connection, at) => {
      const consumer = `dashboard-${at}`;
      // Only a read that was asked for after the last entry tells that there is none left.
      for (let isOver = false; !isOver; ) {
        const wasWriting = isWriting;
        const { entries } = await count({ of: 'new' }, { consumer, entriesMax: 7 }, connection);
        isOver = !wasWriting && entries === 0;
      }
    });
    await write();
    isWriting = false;
    await Promise.all(readers);
    const totals = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`t${n}`, 100]));
    expect((await stored()).totals).toEqual(totals);
    expect(await pending()).toBe(0);
  });

  it('ends by itself: every key has a time to live', async () => {
    await add('a', `${Date.now() - 3 * DAY_MS}-0`);
    await add('b');
    await countAll();
    const found = (await redis.command('KEYS', 'shield-dashboard:*')) as string[];
    expect(found.length).toBe(2);
    for (const key of found) {
      const left = Number(await redis.command('PTTL', key));
      expect(left).toBeGreaterThan(3 * DAY_MS);
      expect(left).toBeLessThan(DAY_MS + COUNTS_KEPT_MS);
    }
  });

  it('remembers over days since when it counts', async () => {
    const yesterday = Math.floor(Date.now() / DAY_MS) - 1;
    const began = yesterday * DAY_MS + 5 * HOUR_MS;
    await redis.command('HSET', keys.day(yesterday), 'since', began / MINUTE_MS);
    await countAll();
    expect((await stored()).since).toBe(began);
  });

  it('says what was counted where it is to be stored nowhere', async () => {
    await add('a');
    await add('a');
    await add(Uint8Array.of(0xff));
    const read = await count({ of: 'new' }, { keys: null });
    expect(read.unstored.map(({ type, count: n }) => [type, n])).toEqual([
      ['a', 2],
      ['entry', 1],
    ]);
    expect(read.refusal).toBeNull();
    expect(await redis.command('KEYS', 'shield-dashboard*')).toEqual([]);
  });
});

describe('where Redis or somebody else stands in the way', () => {
  it('a missing group is told, and a key that is no stream', async () => {
    await redis.command('XGROUP', 'DESTROY', STREAM, GROUP);
    await expect(count({ of: 'new' })).rejects.toMatchObject({ code: 'group_not_found' });
    await expect(count({ of: 'own' })).rejects.toMatchObject({ code: 'group_not_found' });
    const idle = { of: 'idle', minIdleMs: 0, from: '0-0' } as const;
    await expect(count(idle)).rejects.toMatchObject({ code: 'group_not_found' });
    await redis.command('DEL', STREAM);
    await redis.command('SET', STREAM, 'text');
    await expect(count({ of: 'new' })).rejects.toMatchObject({ code: 'wrong_type' });
  });

  it('a key of another type keeps its value; the entries are acknowledged and answered', async () => {
    const day = keys.day(Math.floor(Date.now() / DAY_MS));
    await redis.command('SET', day, 'mine');
    await add('a');
    const read = await count({ of: 'new' });
    expect(read).toMatchObject({
      entries: 1,
      unstored: [{ type: 'a', count: 1 }],
      refusal: { code: 'wrong_type' },
    });
    expect(await redis.command('GET', day)).toBe('mine');
    expect(await pending()).toBe(0);
    await expect(stored()).rejects.toMatchObject({ code: 'wrong_type' });
  });

  it('bytes of somebody else in a key do not break it', async () => {
    const day = keys.day(Math.floor(Date.now() / DAY_MS));
    const hour = String(new Date().getUTCHours()).padStart(2, '0');
    const odd = [
      [`${hour}:a`, 'xyz'],
      [`${hour}#`, 'many'],
      [`${hour}!`, 'x'.repeat(500)],
      ['since', 'long ago'],
    ];
    await redis.command('HSET', day, ...odd.flat());
    await add('a');
    await add('b');
    expect(await count({ of: 'new' })).toMatchObject({ entries: 2 });
    const { totals, since } = await stored();
    expect(Object.keys(totals)).toEqual(expect.arrayContaining(['a']));
    expect(since).toBeNull();
    expect(await pending()).toBe(0);
  });

  it('for lack of memory nothing is lost and nothing stays behind', async () => {
    await add('a');
    await redis.command('CONFIG', 'SET', 'maxmemory', 1);
    const read = await count({ of: 'new' });
    await redis.command('CONFIG', 'SET', 'maxmemory', 0);
    expect(await pending()).toBe(0);
    const answered = read.unstored.reduce((all, { count: n }) => all + n, 0);
    expect(answered + ((await stored()).totals.a ?? 0)).toBe(1);
  });

  it('a replica reads nothing, and its connection stays', async () => {
    await add('a');
    const connection = redis.connect();
    await connection.command('PING');
    let isLost = false;
    connection.onChange(() => {
      isLost = true;
    });
    await redis.command('REPLICAOF', '127.0.0.1', '1');
    try {
      await expect(count({ of: 'new' }, {}, connection)).rejects.toMatchObject({
        code: 'redis_read_only',
      });
    } finally {
      await redis.command('REPLICAOF', 'NO', 'ONE');
    }
    expect(isLost).toBe(false);
    expect(await count({ of: 'new' }, {}, connection)).toMatchObject({ entries: 1 });
  });

  it('a user without rights to the keys is told so, before anything was read', async () => {
    const rules = ['on', '>pw', `~${STREAM}`, '+@all'];
    await redis.command('ACL', 'SETUSER', 'narrow', ...rules);
    await add('a');
    const narrow = redis.connect({ username: 'narrow', password: 'pw' });
    await expect(count({ of: 'new' }, {}, narrow)).rejects.toMatchObject({
      code: 'redis_permission_denied',
    });
    expect(await count({ of: 'new' }, { keys: null }, narrow)).toMatchObject({
      entries: 1,
      unstored: [{ type: 'a' }],
    });
  });

  it('a user without the right to a command in it gets the counts answered', async () => {
    await redis.command('ACL', 'SETUSER', 'narrower', 'on', '>pw', '~*', '+@all', '-hset');
    await add('a');
    const narrower = redis.connect({ username: 'narrower', password: 'pw' });
    expect(await count({ of: 'new' }, {}, narrower)).toMatchObject({
      ...{ entries: 1, unstored: [{ type: 'a', count: 1 }] },
      refusal: { code: 'redis_permission_denied' },
    });
  });
});

describe('on a cluster', () => {
  it('all keys of a script lie in the slot of the stream, whatever its name is', async () => {
    const server = await startRedisServer({ args: ['--cluster-enabled', 'yes'] });
    try {
      await server.command('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
      const names: Uint8Array[] = [STREAM, 'a{b}c', 'a{}b', 'a}b', '}{', '{', 'n'.repeat(300)].map(
        (name) => new TextEncoder().encode(name),
      );
      names.push(Uint8Array.of(0xff, 0x7b, 0xfe, 0x7d), Uint8Array.of(0xff, 0x7d, 0x00));
      const connection = redis.connect({ port: server.port, password: server.password });
      for (const bytes of names) {
        const stream = nameFromBytes(bytes);
        const own = new EventCountKeys(stream, GROUP);
        const slot = await server.command('CLUSTER', 'KEYSLOT', nameToBytes(stream));
        expect(await server.command('CLUSTER', 'KEYSLOT', own.day(20_000))).toBe(slot);
        await expect
          .poll(
            () =>
              server
                .command('XGROUP', 'CREATE', bytes, GROUP, '0', 'MKSTREAM')
                .then(() => 'made', String),
            { timeout: 20_000 },
          )
          .toMatch(/made|BUSYGROUP/);
        await server.command('XADD', bytes, '*', 'type', 'a');
        const read = await count({ of: 'new' }, { stream, keys: own }, connection);
        expect(read).toMatchObject({ entries: 1, refusal: null, unstored: [] });
        expect((await stored(own, connection)).totals).toEqual({ a: 1 });
      }
    } finally {
      await server.stop();
    }
  });
});
