import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lag, LagQuality } from './lag';
import { type RulerCursor, rulerOf } from './ruler';
import { HEAD_STEP, placeOfShare } from './ruler-scale';

const lag = (value: number | null, over: Partial<Lag> = {}): Lag => ({
  value,
  quality: value === null ? 'unknown' : 'exact',
  reason: null,
  lost: 0,
  behind_ms: value === 0 ? null : 600_000,
  ...over,
});
const group = (name: string, last_delivered_id: string, given: Lag) => ({
  name,
  last_delivered_id,
  lag: given,
});

/** 1,000 entries, `1000-0` to `1999-0`. */
const stream = (...groups: ReturnType<typeof group>[]) => ({
  length: 1000,
  first_entry: '1000-0',
  last_entry: '1999-0',
  groups,
});
const find = (cursors: readonly RulerCursor[], name: string) =>
  cursors.find((cursor) => cursor.group.name === name);

describe('where a cursor stands', () => {
  it('at the head with nothing left, at the trim line with everything, between by entries', () => {
    const { cursors, unreadFrom } = rulerOf(
      stream(
        group('done', '1999-0', lag(0)),
        group('none', '0-0', lag(1000)),
        group('half', '1499-0', lag(500)),
      ),
    );
    expect(cursors.map((cursor) => [cursor.group.name, cursor.at, cursor.range])).toEqual([
      ['none', 0, null],
      ['half', (1 - HEAD_STEP) / 2, null],
      ['done', 1, null],
    ]);
    expect(unreadFrom).toBe(0);
  });

  it('by entries where time says something else', () => {
    const bunched = { ...stream(group('g', '1999-0', lag(250))), last_entry: '9999999-0' };
    expect(rulerOf(bunched).cursors[0]?.at).toBe(placeOfShare(0.25));
  });

  it('one entry behind is seen, however long the stream, unless it came just now', () => {
    const long = (behind_ms: number) => ({
      ...stream(group('g', '1998-0', lag(1, { behind_ms }))),
      length: 10_000_000,
    });
    expect(rulerOf(long(2000)).cursors[0]?.at).toBeCloseTo(1 - HEAD_STEP, 5);
    expect(rulerOf(long(1999)).cursors[0]?.at).toBe(1);
  });

  it('what came just now and is much of the stream is not at the head', () => {
    const young = stream(group('g', '1800-0', lag(199, { behind_ms: 10 })));
    expect(rulerOf(young).cursors[0]?.at).toBe(placeOfShare(0.199));
  });

  it('an unknown lag stands by the time of its id, with the bounds between which it must lie', () => {
    const { cursors } = rulerOf(
      stream(
        group('before', '1199-0', lag(800, { quality: 'counted' })),
        group('guess', '1399-0', lag(null)),
        group('after', '1599-0', lag(400)),
      ),
    );
    const guess = find(cursors, 'guess');
    expect(guess?.at).toBeCloseTo(placeOfShare(0.6), 5);
    expect(guess?.range).toEqual({ from: placeOfShare(0.8), to: placeOfShare(0.4) });
  });

  it('one who was delivered as much as another lags as much', () => {
    const { cursors } = rulerOf(
      stream(group('known', '1399-0', lag(600)), group('unknown', '1399-0', lag(null))),
    );
    expect(find(cursors, 'unknown')).toMatchObject({ at: placeOfShare(0.6), range: null });
  });

  it('at least so many behind: open towards the trim line, never nearer to the head', () => {
    const { cursors } = rulerOf(
      stream(group('g', '1950-0', lag(700, { quality: 'at_least', reason: 'counting stopped' }))),
    );
    expect(cursors[0]?.range).toEqual({ from: placeOfShare(0.999), to: placeOfShare(0.7) });
    expect(cursors[0]?.at).toBe(placeOfShare(0.7));
  });

  it('past the last entry nothing is left, whatever is not known; ids may lie in the future', () => {
    const { cursors } = rulerOf({
      ...stream(
        group('future', '18446744073709551615-0', lag(null)),
        group('unknown', '1500-0', lag(null)),
      ),
      last_entry: '18446744073709551614-18446744073709551615',
    });
    expect(find(cursors, 'future')).toMatchObject({ at: 1, range: null });
    expect(find(cursors, 'unknown')?.range).toEqual({
      from: placeOfShare(0.999),
      to: placeOfShare(0.001),
    });
  });

  it('within one millisecond the numbers decide', () => {
    const { cursors } = rulerOf({
      length: 1000,
      first_entry: '5-0',
      last_entry: '5-1000',
      groups: [group('g', '5-500', lag(null))],
    });
    expect(cursors[0]?.at).toBeCloseTo(placeOfShare(0.5), 2);
  });
});

describe('what was lost', () => {
  it('is the most that one group lost, with the names of those who lost', () => {
    const { lost } = rulerOf(
      stream(
        group('a', '900-0', lag(1000, { lost: 190 })),
        group('b', '0-0', lag(1000, { lost: 5 })),
        group('c', '1999-0', lag(0, { lost: null })),
      ),
    );
    expect(lost).toEqual({ entries: 190, groups: ['a', 'b'] });
  });

  it('is nothing where none is known to be', () => {
    expect(rulerOf(stream(group('a', '0-0', lag(1000, { lost: null })))).lost).toBeNull();
  });
});

describe('an empty stream', () => {
  it('has everyone at the head, lost entries or not', () => {
    const ruler = rulerOf({
      length: 0,
      first_entry: null,
      last_entry: null,
      groups: [group('a', '0-0', lag(0, { lost: 7 })), group('b', '9-0', lag(null))],
    });
    expect(ruler).toMatchObject({ isEmpty: true, unreadFrom: null, lost: { entries: 7 } });
    expect(ruler.cursors.map((cursor) => cursor.at)).toEqual([1, 1]);
  });

  it('without groups nothing stands on it', () => {
    expect(rulerOf(stream())).toEqual({
      cursors: [],
      isEmpty: false,
      unreadFrom: null,
      lost: null,
    });
  });
});

describe('of any stream, and any of its lags being known, bounded or not', () => {
  /** A stream as it is, and groups of which less or more is known. */
  const anyStream = fc
    .record({
      times: fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 60 }),
      groups: fc.array(
        fc.record({
          id: fc.integer({ min: 0, max: 6000 }),
          quality: fc.constantFrom<LagQuality>('exact', 'counted', 'at_least', 'unknown'),
          part: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        { maxLength: 20 },
      ),
    })
    .map(({ times, groups }) => {
      const ids = times.toSorted((a, b) => a - b);
      return {
        length: ids.length,
        first_entry: `${ids[0]}-0`,
        last_entry: `${ids.at(-1)}-0`,
        groups: groups.map(({ id, quality, part }, index) => {
          const left = ids.filter((time) => time > id).length;
          // The ids alone decide at both ends.
          const isDecided = left === 0 || left === ids.length;
          const bound = Math.floor(left * part);
          const value = quality === 'unknown' ? null : quality === 'at_least' ? bound : left;
          return {
            ...group(`${index}`, `${id}-0`, isDecided ? lag(left) : lag(value, { quality })),
            left,
          };
        }),
      };
    });

  it('cursors stand in the order of their ids, on the ruler', () => {
    fc.assert(
      fc.property(anyStream, (given) => {
        const { cursors } = rulerOf(given);
        expect(cursors).toHaveLength(given.groups.length);
        for (const { at } of cursors) {
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThanOrEqual(1);
        }
        for (const [index, cursor] of cursors.entries()) {
          for (const later of cursors.slice(index + 1)) {
            expect(later.at).toBeGreaterThanOrEqual(cursor.at);
            expect(later.group.left).toBeLessThanOrEqual(cursor.group.left);
          }
        }
      }),
    );
  });

  it('a known one stands where it is, and the truth about another lies within its bounds', () => {
    fc.assert(
      fc.property(anyStream, (given) => {
        for (const { at, range, group } of rulerOf(given).cursors) {
          const truth = placeOfShare(group.left / given.length);
          if (range === null) expect(at).toBeCloseTo(truth, 9);
          else {
            expect(truth).toBeGreaterThanOrEqual(range.from - 1e-9);
            expect(truth).toBeLessThanOrEqual(range.to + 1e-9);
            expect(at).toBeGreaterThanOrEqual(range.from);
            expect(at).toBeLessThanOrEqual(range.to);
          }
        }
      }),
    );
  });

  it('whatever nonsense two readings of two moments make, everyone has a place on it', () => {
    const id = fc.tuple(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 64n - 1n));
    const anyId = id.map(([ms, sequence]) => `${ms}-${sequence}`);
    const quality = fc.constantFrom<LagQuality>('exact', 'counted', 'at_least', 'unknown');
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.option(anyId),
        fc.option(anyId),
        fc.array(fc.tuple(anyId, fc.option(fc.nat(100)), quality)),
        (length, first_entry, last_entry, groups) => {
          const { cursors } = rulerOf({
            length,
            first_entry,
            last_entry,
            groups: groups.map(([id, value, quality]) => group('g', id, lag(value, { quality }))),
          });
          for (const { at, range } of cursors) {
            expect(at).toBeGreaterThanOrEqual(0);
            expect(at).toBeLessThanOrEqual(1);
            if (range) expect(range.from <= at && at <= range.to).toBe(true);
          }
        },
      ),
    );
  });
});
