import { beforeEach, describe, expect, it } from 'vitest';
import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import type { Lag } from '@/lib/model/lag';
import { ownRedis } from '@/lib/testing/own-redis';
import { type ReadingLimits, readStream, type StreamReading, UNLIMITED } from './lag-reading';
import { StreamMemory } from './stream-memory';

const redis = ownRedis();
const NOW_MS = 5_000_000;
beforeEach(() => redis.command('FLUSHALL'));

async function readingOf(
  stream: string,
  memory = new StreamMemory(),
  limits: ReadingLimits = UNLIMITED,
  connection = redis.connect(),
): Promise<StreamReading> {
  const reading = await readStream(connection, stream, memory, limits, NOW_MS);
  if (typeof reading === 'string') throw new Error(reading);
  return reading;
}

/** The lag of every group, as the dashboard tells it. */
async function lagsOf(...how: Parameters<typeof readingOf>): Promise<Map<string, Lag>> {
  const { info, lags } = await readingOf(...how);
  const entries = info.groups.flatMap(({ name }, at) => {
    const lag = lags[at];
    return lag ? [[name, lag] as const] : [];
  });
  return new Map(entries);
}

/** What there is to read for a cursor: the truth, entry by entry. */
async function undelivered(stream: string, cursor: EntryId): Promise<EntryId[]> {
  const entries = (await redis.command('XRANGE', stream, '-', '+')) as [string, unknown][];
  return entries.map(([id]) => id).filter((id) => compareEntryIds(id, cursor) > 0);
}
/** Entries from `from + 1` on, in one call. */
const fill = (stream: string, count: number, from = 0) =>
  redis.command(
    'EVAL',
    "for n = ARGV[1] + 1, ARGV[1] + ARGV[2] do redis.call('XADD', KEYS[1], n .. '-0', 'a', 'b') end",
    1,
    stream,
    from,
    count,
  );
const read = (stream: string, group: string, count: number) =>
  redis.command('XREADGROUP', 'GROUP', group, 'c', 'COUNT', count, 'STREAMS', stream, '>');

describe('a lag', () => {
  it('tells what was trimmed unread, exactly, and none once the group is past it', async () => {
    const stream = 'trimmed';
    for (let n = 1; n <= 300; n++) await redis.command('XADD', stream, `${n}-0`, 'a', 'b');
    await redis.command('XGROUP', 'CREATE', stream, 'g', '0');
    await redis.command('XGROUP', 'CREATE', stream, 'never', '0');
    await read(stream, 'g', 10);
    const memory = new StreamMemory();
    expect((await lagsOf(stream, memory)).get('g')).toMatchObject({ value: 290, lost: 0 });
    await redis.command('XTRIM', stream, 'MAXLEN', 100);
    const lags = await lagsOf(stream, memory);
    expect(lags.get('g')).toMatchObject({ value: 100, lost: 190 });
    expect(lags.get('never')).toMatchObject({ value: 100, lost: 200 });
    // Who comes after the trim has only Redis's word for it, and says so.
    expect((await lagsOf(stream)).get('g')).toMatchObject({
      value: 100,
      lost: 190,
      lost_reason: expect.stringContaining('what Redis counts as read'),
    });
    await read(stream, 'g', 1);
    expect((await lagsOf(stream, memory)).get('g')).toMatchObject({ value: 99, lost: 0 });
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

  it('of very many is counted from the nearer end, or is at least what was counted', async () => {
    await fill('many', 21_000);
    await redis.command('XGROUP', 'CREATE', 'many', 'near-start', '2-0');
    await redis.command('XGROUP', 'CREATE', 'many', 'middle', '10000-0');
    await redis.command('XGROUP', 'CREATE', 'many', 'near-end', '20990-0');
    await redis.command('XDEL', 'many', '1-0');
    const near = { ...UNLIMITED, allowance: { entries: 0 } };
    const { lags, commands } = await readingOf('many', new StreamMemory(), near);
    expect(commands).toBe(1);
    expect(lags).toMatchObject([
      // In the order of their names.
      { value: expect.any(Number), quality: 'at_least', behind_ms: NOW_MS - 10_001 },
      { value: 10, quality: 'counted' },
      { value: 20_998, quality: 'counted', behind_ms: NOW_MS - 3 },
    ]);
    expect(lags[0]?.value).toBeLessThanOrEqual(11_000);
    await redis.command('XGROUP', 'SETID', 'many', 'middle', '0');
    expect((await lagsOf('many')).get('middle')).toMatchObject({ value: 20_999, quality: 'exact' });
  });

  it('is counted on from where the last sample stopped, and then only what is new', async () => {
    await fill('on', 12_000);
    await redis.command('XGROUP', 'CREATE', 'on', 'g', '6000-0');
    await redis.command('XDEL', 'on', '1-0');
    const memory = new StreamMemory();
    const limits = () => ({ ...UNLIMITED, allowance: { entries: 2_000 } });
    const seen: [string, number | null][] = [];
    for (let sample = 0; sample < 4; sample++) {
      const lag = (await lagsOf('on', memory, limits())).get('g');
      seen.push([lag?.quality ?? '', lag?.value ?? null]);
    }
    expect(seen).toEqual([
      ['at_least', 2_500],
      ['at_least', 4_500],
      ['counted', 6_000],
      ['counted', 6_000],
    ]);
    await read('on', 'g', 300);
    await fill('on', 50, 12_000);
    await redis.command('CONFIG', 'RESETSTAT');
    const reading = await readingOf('on', memory, limits());
    expect(reading).toMatchObject({ commands: 1, lags: [{ value: 5_750, quality: 'counted' }] });
    // The 300 that were delivered, and the first one behind the cursor.
    const stats = String(await redis.command('INFO', 'commandstats'));
    expect(/cmdstat_xrange:calls=(\d+)/.exec(stats)?.[1]).toBe('2');
  });

  it('is not carried over to another stream under the same name', async () => {
    await fill('again', 50);
    await redis.command('XGROUP', 'CREATE', 'again', 'g', '20-0');
    const memory = new StreamMemory();
    expect((await lagsOf('again', memory)).get('g')).toMatchObject({ value: 30 });
    await redis.command('DEL', 'again');
    await fill('again', 40, 100);
    await redis.command('XGROUP', 'CREATE', 'again', 'g', '120-0');
    expect((await lagsOf('again', memory)).get('g')).toMatchObject({ value: 20, lost: 0 });
  });

  it('of huge entries that nobody touches is read without copying them again', async () => {
    const huge = Buffer.alloc(2_000_000, 1);
    for (let n = 1; n <= 4; n++) await redis.command('XADD', 'huge', `${n}-0`, 'a', huge);
    await redis.command('XGROUP', 'CREATE', 'huge', 'g', '2-0');
    const memory = new StreamMemory();
    const first = await lagsOf('huge', memory);
    await lagsOf('huge', memory);
    await redis.command('CONFIG', 'RESETSTAT');
    expect(await lagsOf('huge', memory)).toEqual(first);
    const stats = String(await redis.command('INFO', 'commandstats'));
    expect(stats).not.toMatch(/cmdstat_xinfo(\|stream)?:calls=2|xinfo\|stream/);
    await redis.command('XADD', 'huge', '5-0', 'a', huge);
    expect((await lagsOf('huge', memory)).get('g')).toMatchObject({ value: 3 });
    await redis.command('XDEL', 'huge', '4-0');
    expect((await lagsOf('huge', memory)).get('g')).toMatchObject({ value: 2, lost: 1 });
  });

  it('of large entries is counted without holding Redis up', async () => {
    const large = Buffer.alloc(3_000_000, 1);
    for (let n = 1; n <= 20; n++) await redis.command('XADD', 'large', `${n}-0`, 'a', large);
    await redis.command('XGROUP', 'CREATE', 'large', 'g', '3-0');
    await redis.command('XDEL', 'large', '1-0');
    const { commands, lags } = await readingOf('large');
    expect(lags).toMatchObject([{ value: 17, quality: 'counted' }]);
    // Each is larger than a step: no script walks over more than one of them.
    expect(commands).toBeGreaterThanOrEqual(17);
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
    const lags = await lagsOf('narrow', new StreamMemory(), UNLIMITED, connection);
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
