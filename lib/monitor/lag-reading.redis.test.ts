import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import type { Lag } from '@/lib/model/lag';
import type { RedisConnection } from '@/lib/redis/connect';
import { readStreamInfo, type StreamInfo } from '@/lib/redis/stream-info';
import { ownRedis } from '@/lib/testing/own-redis';
import { readLag } from './lag-reading';

const redis = ownRedis();
const NOW_MS = 5_000_000;

async function infoOf(stream: string, connection: RedisConnection): Promise<StreamInfo> {
  const info = await readStreamInfo(connection, stream);
  if (typeof info === 'string') throw new Error(info);
  return info;
}

/** The lag of every group, as the dashboard tells it. */
async function lagsOf(stream: string, connection = redis.connect()): Promise<Map<string, Lag>> {
  const info = await infoOf(stream, connection);
  const lags = new Map<string, Lag>();
  for (const group of info.groups) {
    lags.set(group.name, await readLag(connection, stream, info, group, NOW_MS));
  }
  return lags;
}

/** What there is to read for a cursor: the truth, entry by entry. */
async function undelivered(stream: string, cursor: EntryId): Promise<EntryId[]> {
  const entries = (await redis.command('XRANGE', stream, '-', '+')) as [string, unknown][];
  return entries.map(([id]) => id).filter((id) => compareEntryIds(id, cursor) > 0);
}
const read = (stream: string, group: string, count: number) =>
  redis.command('XREADGROUP', 'GROUP', group, 'c', 'COUNT', count, 'STREAMS', stream, '>');

describe('a lag', () => {
  it('equals the truth whatever was added, read, trimmed, deleted or set', async () => {
    const groups = ['from-start', 'from-middle', 'from-end'];
    const group = fc.constantFrom(...groups);
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 8 }) }) },
      { weight: 4, arbitrary: fc.record({ read: group, count: fc.integer({ min: 1, max: 6 }) }) },
      { weight: 2, arbitrary: fc.record({ trimTo: fc.integer({ min: 0, max: 12 }) }) },
      { weight: 2, arbitrary: fc.record({ delete: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ set: group, to: fc.integer({ min: 0, max: 40 }) }) },
    );
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const stream = `oracle:${++runs}`;
        const connection = redis.connect();
        let next = 1;
        const add = () => redis.command('XADD', stream, `${next++}000-0`, 'a', 'b');
        for (let n = 0; n < 6; n++) await add();
        await redis.command('XGROUP', 'CREATE', stream, 'from-start', '0');
        await redis.command('XGROUP', 'CREATE', stream, 'from-middle', '3000-0');
        await redis.command('XGROUP', 'CREATE', stream, 'from-end', '$');
        for (const action of steps) {
          if ('add' in action) for (let n = 0; n < action.add; n++) await add();
          else if ('read' in action) await read(stream, action.read, action.count);
          else if ('trimTo' in action)
            await redis.command('XTRIM', stream, 'MAXLEN', action.trimTo);
          else if ('delete' in action) {
            await redis.command('XDEL', stream, `${(action.delete % next) + 1}000-0`);
          } else await redis.command('XGROUP', 'SETID', stream, action.set, `${action.to}000-0`);
          const info = await infoOf(stream, connection);
          const lags = await lagsOf(stream, connection);
          for (const { name, lastDeliveredId } of info.groups) {
            const truth = await undelivered(stream, lastDeliveredId);
            const lag = lags.get(name);
            expect(lag).toMatchObject({ value: truth.length });
            expect(['exact', 'counted']).toContain(lag?.quality);
            expect(lag?.reason === null).toBe(lag?.quality === 'exact');
            const [oldest] = truth;
            const ageMs = oldest === undefined ? null : NOW_MS - Number(oldest.split('-')[0]);
            expect(lag?.behind_ms).toBe(ageMs);
          }
        }
        redis.closeAll();
      }),
      { numRuns: 25 },
    );
  });

  it('tells what was trimmed unread, exactly, and none once the group is past it', async () => {
    const stream = 'trimmed';
    for (let n = 1; n <= 300; n++) await redis.command('XADD', stream, `${n}-0`, 'a', 'b');
    await redis.command('XGROUP', 'CREATE', stream, 'g', '0');
    await read(stream, 'g', 10);
    await redis.command('XTRIM', stream, 'MAXLEN', 100);
    expect((await lagsOf(stream)).get('g')).toMatchObject({ value: 100, lost: 190 });
    await read(stream, 'g', 1);
    expect((await lagsOf(stream)).get('g')).toMatchObject({ value: 99, lost: 0 });
    await read(stream, 'g', 1_000);
    expect((await lagsOf(stream)).get('g')).toMatchObject({ value: 0, quality: 'exact', lost: 0 });
  });

  it('is right for who reads behind workers that delete what they have done', async () => {
    const stream = 'workers';
    await redis.command('XGROUP', 'CREATE', stream, 'workers', '$', 'MKSTREAM');
    await redis.command('XGROUP', 'CREATE', stream, 'metrics', '$');
    for (let n = 1; n <= 100; n++) await redis.command('XADD', stream, `${n}-0`, 'a', 'b');
    await read(stream, 'metrics', 40);
    for (let n = 1; n <= 55; n++) {
      await read(stream, 'workers', 1);
      await redis.command('XACK', stream, 'workers', `${n}-0`);
      if (n % 2 === 0) await redis.command('XDEL', stream, `${n}-0`);
    }
    const truth = await undelivered(stream, '40-0');
    expect(truth).toHaveLength(53);
    expect((await lagsOf(stream)).get('metrics')).toMatchObject({ value: 53, quality: 'counted' });
    expect((await lagsOf(stream)).get('workers')).toMatchObject({ value: 45 });
  });

  it('of very many is at least what was counted', async () => {
    const fill = "for n = 1, 21000 do redis.call('XADD', KEYS[1], n .. '-0', 'a', 'b') end";
    await redis.command('EVAL', fill, 1, 'many');
    await redis.command('XGROUP', 'CREATE', 'many', 'g', '2-0');
    await redis.command('XDEL', 'many', '1-0');
    expect((await lagsOf('many')).get('g')).toMatchObject({
      value: 20_000,
      quality: 'at_least',
      reason: 'counting stopped at 20000 entries',
      behind_ms: NOW_MS - 3,
    });
    await redis.command('XGROUP', 'SETID', 'many', 'g', '0');
    expect((await lagsOf('many')).get('g')).toMatchObject({ value: 20_999, quality: 'exact' });
  });

  it('of large entries is counted without holding Redis up', async () => {
    const large = Buffer.alloc(3_000_000, 1);
    for (let n = 1; n <= 20; n++) await redis.command('XADD', 'large', `${n}-0`, 'a', large);
    await redis.command('XGROUP', 'CREATE', 'large', 'g', '3-0');
    await redis.command('XDEL', 'large', '1-0');
    await redis.command('SLOWLOG', 'RESET');
    await redis.command('CONFIG', 'SET', 'slowlog-log-slower-than', 500_000);
    const lag = (await lagsOf('large')).get('g');
    await redis.command('CONFIG', 'SET', 'slowlog-log-slower-than', -1);
    expect(lag?.quality === 'at_least' || lag?.value === 17).toBe(true);
    expect(await redis.command('SLOWLOG', 'LEN')).toBe(0);
    await redis.command('DEL', 'large');
  });

  it('is unknown, never zero, for a user who may not count', async () => {
    const narrow = ['-@all', '+xinfo', '+xpending', '+type', '+hello'];
    await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', ...narrow);
    for (let n = 1; n <= 9; n++) await redis.command('XADD', 'narrow', `${n}-0`, 'a', 'b');
    await redis.command('XGROUP', 'CREATE', 'narrow', 'by-counters', '0');
    await read('narrow', 'by-counters', 4);
    await redis.command('XGROUP', 'CREATE', 'narrow', 'nil', '5-0');
    await redis.command('XGROUP', 'CREATE', 'narrow', 'end', '$');
    const connection = redis.connect({ username: 'narrow', password: 'pw' });
    const lags = await lagsOf('narrow', connection);
    expect(lags.get('nil')).toEqual({
      value: null,
      quality: 'unknown',
      reason: 'the Redis user may not run the script that counts (EVAL)',
      lost: 0,
      behind_ms: null,
    });
    expect(lags.get('by-counters')).toMatchObject({ value: 5, quality: 'exact' });
    expect(lags.get('end')).toMatchObject({ value: 0, quality: 'exact' });
  });
});
