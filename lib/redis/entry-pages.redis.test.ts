import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntriesQuery } from '@/lib/model/entries-page';
import { wireValueBytes } from '@/lib/model/entry';
import { DashboardError } from '@/lib/model/errors';
import { ownRedis } from '@/lib/testing/own-redis';
import { EntryPages } from './entry-pages';

const redis = ownRedis();
const pages = () => new EntryPages(redis.connect());
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : error),
  );

async function fill(stream: string, ids: string[]): Promise<void> {
  await redis.command('DEL', stream);
  await Promise.all(ids.map((id) => redis.command('XADD', stream, id, 'id', id)));
}

/** Follows the pages of a query from the first to the last, as a person would by clicking. */
async function walk(reader: EntryPages, stream: string, query: EntriesQuery): Promise<string[]> {
  const ids: string[] = [];
  for (let turn = 0, next: EntriesQuery | null = query; next !== null; turn++) {
    if (turn > 1_000) throw new Error('The pages have no end.');
    const page = await reader.readPage(stream, next);
    expect(page.entries.length).toBeLessThanOrEqual(query.limit);
    ids.push(...page.entries.map(({ id }) => id));
    const { older, newer } = page;
    if (query.order === 'desc') next = older === null ? null : { ...query, before: older };
    else next = newer === null ? null : { ...query, after: newer };
  }
  return ids;
}

describe('pages', () => {
  it('neither skip nor repeat, in either order, between any times', async () => {
    const reader = pages();
    // Few times and many entries at each, so that bounds fall between entries of one millisecond.
    const id = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 }));
    const time = fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined });
    const stream = fc.uniqueArray(id, {
      minLength: 1,
      maxLength: 60,
      size: 'max',
      selector: ([ms, seq]) => `${ms}-${seq}`,
    });
    const order = fc.constantFrom('asc' as const, 'desc' as const);
    await fc.assert(
      fc.asyncProperty(
        ...([stream, time, time, order, fc.integer({ min: 1, max: 30 })] as const),
        async (pairs, fromMs, toMs, direction, limit) => {
          const sorted = pairs.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
          await fill(
            's',
            sorted.map(([ms, seq]) => `${ms}-${seq}`),
          );
          const inside = sorted
            .filter(([ms]) => ms >= (fromMs ?? 0) && ms <= (toMs ?? 9))
            .map(([ms, seq]) => `${ms}-${seq}`);
          const wanted = direction === 'asc' ? inside : inside.toReversed();
          const query = { order: direction, limit, fromMs, toMs };
          expect(await walk(reader, 's', query)).toEqual(wanted);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lead back to where they came from', async () => {
    await fill('s', ['1-0', '2-0', '3-0', '4-0', '5-0']);
    const reader = pages();
    const newest = await reader.readPage('s', { order: 'desc', limit: 2 });
    expect(newest).toMatchObject({ older: '4-0', newer: null });
    const before = await reader.readPage('s', { order: 'desc', limit: 2, before: '4-0' });
    expect(before).toMatchObject({ older: '2-0', newer: '3-0' });
    const back = await reader.readPage('s', { order: 'asc', limit: 2, after: before.newer ?? '' });
    expect(back.entries.map(({ id }) => id)).toEqual(['4-0', '5-0']);
    expect(back).toMatchObject({ older: '4-0', newer: null });
  });

  it('are narrowed by ids and times alike', async () => {
    await fill('s', ['1-1', '1-2', '2-1', '2-2', '3-1', '3-2']);
    const idsOf = async (query: Partial<EntriesQuery>) =>
      (await pages().readPage('s', { order: 'asc', limit: 50, ...query })).entries.map(
        ({ id }) => id,
      );
    expect(await idsOf({ after: '1-1', before: '3-1' })).toEqual(['1-2', '2-1', '2-2']);
    expect(await idsOf({ fromMs: 2, toMs: 2 })).toEqual(['2-1', '2-2']);
    expect(await idsOf({ fromMs: 2, after: '1-1' })).toEqual(['2-1', '2-2', '3-1', '3-2']);
    expect(await idsOf({ fromMs: 2, after: '2-1', toMs: 2 })).toEqual(['2-2']);
    expect(await idsOf({ toMs: 2, before: '2-2' })).toEqual(['1-1', '1-2', '2-1']);
    expect(await idsOf({ toMs: 1, before: '3-1' })).toEqual(['1-1', '1-2']);
    expect(await idsOf({ fromMs: 3, toMs: 1 })).toEqual([]);
  });

  it('reach the ends of what ids can be', async () => {
    const max = '18446744073709551615-18446744073709551615';
    await fill('ends', ['0-1', '5-5', max]);
    const reader = pages();
    for (const order of ['asc', 'desc'] as const) {
      expect(await walk(reader, 'ends', { order, limit: 1 })).toHaveLength(3);
      const none = { order, limit: 5 };
      expect((await reader.readPage('ends', { ...none, before: '0-0' })).entries).toEqual([]);
      expect((await reader.readPage('ends', { ...none, after: max })).entries).toEqual([]);
    }
  });

  it('end early where entries are large, and go on after', async () => {
    await redis.command('DEL', 'large');
    const value = Buffer.alloc(5_000_000, 0xff);
    for (let n = 1; n <= 12; n++) await redis.command('XADD', 'large', `${n}-0`, 'v', value);
    const reader = pages();
    const page = await reader.readPage('large', { order: 'desc', limit: 50 });
    expect(page.entries.length).toBeGreaterThan(0);
    expect(page.entries.length).toBeLessThan(12);
    const [, shown] = page.entries[0]?.fields[0] ?? [];
    expect(shown).toMatchObject({ bytes: 5_000_000, truncated: true });
    expect(JSON.stringify(page).length).toBeLessThan(1_000_000);
    const ids = await walk(reader, 'large', { order: 'desc', limit: 50 });
    expect(ids).toEqual(Array.from({ length: 12 }, (_, n) => `${12 - n}-0`));
  });

  it('tell an absent stream and a key of another type from an empty page', async () => {
    await redis.command('SET', 'text', 'x');
    await redis.command('XGROUP', 'CREATE', 'empty', 'g', '$', 'MKSTREAM');
    const query = { order: 'desc', limit: 5 } as const;
    expect(await codeOf(pages().readPage('absent', query))).toBe('stream_not_found');
    expect(await codeOf(pages().readPage('text', query))).toBe('wrong_type');
    expect(await pages().readPage('empty', query)).toEqual({
      stream: 'empty',
      entries: [],
      older: null,
      newer: null,
    });
  });
});

describe('one entry', () => {
  it('comes with every byte, cut only where it is not asked for whole', async () => {
    await redis.command(
      'XADD',
      'one',
      '7-7',
      'text',
      'é'.repeat(1_000_000),
      'raw',
      Buffer.of(0xff),
    );
    const cut = await pages().readEntry('one', '7-7', { whole: false });
    const [[, long] = [], [, short] = []] = cut.fields;
    expect(long).toMatchObject({ bytes: 2_000_000, truncated: true });
    expect(short).toEqual({ base64: '/w==' });
    const whole = await pages().readEntry('one', '7-7', { whole: true });
    expect(whole.fields[0]?.[1]).toHaveLength(1_000_000);
    expect(wireValueBytes(whole.fields[0]?.[1] ?? '')).toBe(2_000_000);
  });

  it('is told apart from an entry, a stream and a key that are not there', async () => {
    await redis.command('SET', 'text', 'x');
    await redis.command('XADD', 'two', '1-1', 'a', 'b');
    await redis.command('XDEL', 'two', '1-1');
    const read = (stream: string, id: string) =>
      codeOf(pages().readEntry(stream, id, { whole: true }));
    expect(await read('two', '1-1')).toBe('entry_not_found');
    expect(await read('absent', '1-1')).toBe('stream_not_found');
    expect(await read('text', '1-1')).toBe('wrong_type');
  });
});
