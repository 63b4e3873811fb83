import { beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '@/lib/model/event-counts';
import { countEvents } from '@/lib/redis/event-count-commands';
import { notAtMidnight } from '@/lib/testing/midnight';
import { ownRedis } from '@/lib/testing/own-redis';
import { EventCounts, type EventCountsSettings } from './event-counts';

const redis = ownRedis();
const STREAM = 'shield:events';
const GROUP = 'dashboard-frontend';

beforeEach(async () => {
  await redis.untilAlone();
  await notAtMidnight();
  await redis.command('FLUSHALL');
  await redis.command('XGROUP', 'CREATE', STREAM, GROUP, '0', 'MKSTREAM');
});

/** One process: it reads the group once when told to, and answers. */
function replica(settings: Partial<EventCountsSettings> = {}, target = {}, aheadMs = 0) {
  const connection = redis.connect(target);
  const warnings: string[] = [];
  const counts = new EventCounts(
    { mode: 'redis', stream: STREAM, group: GROUP, isRead: true, ...settings },
    {
      redis: connection,
      warn: (facts, message) => warnings.push(`${message} ${JSON.stringify(facts)}`),
      nowMs: () => Date.now() + aheadMs,
    },
  );
  const read = async () => {
    const who = { stream: STREAM, group: GROUP, consumer: 'dashboard-1', entriesMax: 1_000 };
    const { keys, redisMs } = counts;
    counts.note(await countEvents(connection, { of: 'new' }, { ...who, keys, redisMs }));
  };
  return { counts, read, warnings, connection };
}

const add = (type: string, id = '*') => redis.command('XADD', STREAM, id, 'type', type);

describe('counts of events', () => {
  it('are answered by every replica, whichever read them', async () => {
    const first = replica();
    const second = replica();
    for (const type of ['a', 'b', 'a']) await add(type);
    await first.read();
    await add('a');
    await second.read();
    for (const { counts } of [first, second, replica()]) {
      const answer = await counts.answer(STREAM, '15m');
      expect(answer).toMatchObject({
        ...{ stream: STREAM, group: GROUP, resolution_ms: MINUTE_MS },
        types: [
          { type: 'a', total: 3 },
          { type: 'b', total: 1 },
        ],
        counting: { configured: 'redis', stored_in: 'redis', reason: null },
      });
      const summed = answer.points.reduce((all, point) => all + (point.counts?.[0] ?? 0), 0);
      expect(summed).toBe(3);
      expect(answer.points[0]?.counts).toBeNull();
      const since = Date.parse(answer.counted_since ?? '');
      expect(Math.abs(since - Date.now())).toBeLessThan(3 * MINUTE_MS);
    }
  });

  it('reach back over days, and say since when they are kept', async () => {
    await add('old', `${Date.now() - 5 * DAY_MS}-0`);
    await add('new');
    const { counts, read } = replica();
    expect(await counts.answer(STREAM, '7d')).toMatchObject({ types: [], counted_since: null });
    await read();
    const week = await counts.answer(STREAM, '7d');
    expect(week.types).toEqual([
      { type: 'new', total: 1 },
      { type: 'old', total: 1 },
    ]);
    expect(week.points.length).toBeLessThanOrEqual(300);
    expect(week.points.filter((point) => point.counts?.[1] === 1)).toHaveLength(1);
    expect((await counts.answer(STREAM, '24h')).types).toEqual([{ type: 'new', total: 1 }]);
  });

  it('go by the clock of Redis', async () => {
    const { counts, read } = replica({}, {}, 3 * 3_600_000);
    await add('a');
    await read();
    const answer = await counts.answer(STREAM, '15m');
    expect(Math.abs(answer.to - Date.now())).toBeLessThan(MINUTE_MS);
    expect(answer.types).toEqual([{ type: 'a', total: 1 }]);
  });

  it('are those of one stream, as one of its names', async () => {
    const { counts } = replica();
    await expect(counts.answer('other', '15m')).rejects.toMatchObject({ code: 'not_counted' });
    const unread = replica({ isRead: false });
    await expect(unread.counts.answer(STREAM, '15m')).rejects.toMatchObject({
      code: 'not_counted',
    });
    const binary = replica({ stream: 'binary:_wE' });
    expect(await binary.counts.answer('binary:_wE=', '15m')).toMatchObject({
      stream: 'binary:_wE=',
    });
  });

  it('stay in the process where it is told so: each has those it read', async () => {
    const first = replica({ mode: 'memory' });
    const second = replica({ mode: 'memory' });
    await add('a');
    await first.read();
    await add('b');
    await second.read();
    expect(await first.counts.answer(STREAM, '1h')).toMatchObject({
      ...{ types: [{ type: 'a', total: 1 }], counted_since: expect.any(String) },
      counting: { configured: 'memory', stored_in: 'memory', reason: null },
    });
    expect((await second.counts.answer(STREAM, '1h')).types).toEqual([{ type: 'b', total: 1 }]);
    expect(await redis.command('KEYS', 'shield-dashboard*')).toEqual([]);
  });

  it('are none where it is off, and the group is read all the same', async () => {
    const { counts, read } = replica({ mode: 'off' });
    await add('a');
    await read();
    expect(await counts.answer(STREAM, '1h')).toMatchObject({
      ...{ types: [], points: [], counted_since: null },
      counting: { stored_in: 'nowhere', reason: null },
    });
    expect(await redis.command('KEYS', 'shield-dashboard*')).toEqual([]);
  });

  it('stay in the process while Redis takes none, with the reason, and go back by themselves', async () => {
    await redis.command('ACL', 'SETUSER', 'narrow', 'reset', 'on', '>pw', '~*', '+@all', '-hset');
    const one = replica({}, { username: 'narrow', password: 'pw' });
    await add('a');
    await one.read();
    expect(one.counts.state).toMatchObject({
      ...{ stored_in: 'memory', reason: { code: 'redis_permission_denied' } },
    });
    await redis.command('ACL', 'SETUSER', 'narrow', '+hset');
    await add('a');
    await one.read();
    expect(one.counts.state).toMatchObject({ stored_in: 'redis', reason: null });
    // What it kept itself stays beside what is stored.
    expect((await one.counts.answer(STREAM, '15m')).types).toEqual([{ type: 'a', total: 2 }]);
    expect((await replica().counts.answer(STREAM, '15m')).types).toEqual([{ type: 'a', total: 1 }]);
    expect(one.warnings.filter((line) => line.includes('are kept in'))).toHaveLength(2);
  });

  it('do not go back and forth while Redis takes none: a read of nothing proves nothing', async () => {
    await redis.command('ACL', 'SETUSER', 'narrow', 'reset', 'on', '>pw', '~*', '+@all');
    const one = replica({}, { username: 'narrow', password: 'pw' });
    await add('a');
    await one.read();
    await redis.command('ACL', 'SETUSER', 'narrow', '-hset');
    await add('b');
    for (let n = 0; n < 3; n++) {
      await one.read();
      expect(one.counts.state).toMatchObject({
        ...{ stored_in: 'memory', reason: { code: 'redis_permission_denied' } },
      });
    }
    await redis.command('ACL', 'SETUSER', 'narrow', '+hset');
    await add('c');
    await one.read();
    expect(one.counts.state).toMatchObject({ stored_in: 'redis', reason: null });
    const { types } = await one.counts.answer(STREAM, '15m');
    expect(types.map(({ type }) => type)).toEqual(['a', 'b', 'c']);
    expect(one.warnings).toHaveLength(2);
  });

  it('of a day that is over are not read each time', async () => {
    const { counts, read } = replica();
    await add('a', `${Date.now() - 2 * DAY_MS}-0`);
    await read();
    const total = async () => (await counts.answer(STREAM, '7d')).types[0]?.total;
    const readDays = async () => {
      const stats = String(await redis.command('INFO', 'commandstats'));
      return Number(/cmdstat_hgetall:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    const began = await readDays();
    expect(await total()).toBe(1);
    const once = await readDays();
    expect(await total()).toBe(1);
    expect((await readDays()) - once).toBeLessThan(once - began);
  });

  it('of a key that is somebody else’s are left out', async () => {
    const { counts, read, warnings } = replica();
    const today = Math.floor(Date.now() / DAY_MS);
    await redis.command('SET', counts.keys?.day(today) ?? '', 'text');
    await add('a');
    await read();
    await counts.answer(STREAM, '15m');
    // Kept in the process, for the key takes none.
    expect((await counts.answer(STREAM, '15m')).types).toEqual([{ type: 'a', total: 1 }]);
    expect(warnings.filter((line) => line.includes('cannot be read'))).toHaveLength(1);
  });

  it('cannot be answered while Redis is away', async () => {
    const { counts } = replica({}, { port: 1 });
    await expect(counts.answer(STREAM, '15m')).rejects.toMatchObject({ code: 'redis_unreachable' });
  });
});
