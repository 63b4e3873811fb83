import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamPosition } from '@/lib/redis/stream-reads';
import { holeAfter, lostBefore } from './hole';

/** Entries `1-0` … `added-0` of which the last `length` are left. */
const trimmed = (added: number, length: number): StreamPosition => ({
  length,
  lastGeneratedId: `${added}-0`,
  entriesAdded: added,
  firstId: length === 0 ? null : `${added - length + 1}-0`,
  maxDeletedId: '0-0',
  costUs: 10,
});

describe('holeAfter', () => {
  it('is what lies between the cursor and the first entry, exactly', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(50), (added, length, at) => {
        fc.pre(length <= added && at >= 1 && at <= added);
        const position = trimmed(added, length);
        const hole = holeAfter(`${at}-0`, at, position);
        const missing = Math.max(0, added - length - at);
        expect(hole?.lost ?? 0).toBe(missing);
        if (hole === null) return;
        expect(hole.before).toBe(position.firstId ?? `${added}-0`);
        expect(hole.sequence).toBe(added - length);
        // Reading on from there gives the first entry, or waits for the next one.
        expect(hole.resumeAfter).toBe(
          length === 0 ? `${added}-0` : `${added - length}-18446744073709551615`,
        );
      }),
    );
  });

  it('is told without a number where nobody counted', () => {
    const hole = { before: '8-0', lost: null, sequence: 7 };
    expect(holeAfter('3-0', null, trimmed(10, 3))).toMatchObject(hole);
    const old = { ...trimmed(10, 3), entriesAdded: null, maxDeletedId: null };
    expect(holeAfter('3-0', 3, old)).toMatchObject({ before: '8-0', lost: null, sequence: null });
  });

  it('is none where nothing was ever removed, nor for who reads from the start', () => {
    expect(holeAfter('0-5', null, trimmed(10, 10))).toBeNull();
    expect(holeAfter('0-0', null, trimmed(10, 3))).toBeNull();
    expect(holeAfter('0-0', 0, trimmed(10, 3))).toBeNull();
  });

  it('is none where the cursor stands at or past the first entry', () => {
    for (const at of [8, 9, 10]) expect(holeAfter(`${at}-0`, null, trimmed(10, 3))).toBeNull();
    expect(holeAfter('7-0', 7, trimmed(10, 3))).toBeNull();
  });
});

describe('lostBefore', () => {
  const ids = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => `${from + n}-0`);

  it('is all that was trimmed unread, whatever was added and trimmed since the read', () => {
    fc.assert(
      fc.property(
        ...([
          fc.nat(20),
          fc.nat(20),
          fc.integer({ min: 1, max: 20 }),
          fc.nat(20),
          fc.nat(60),
        ] as const),
        (cursor, lost, readCount, addedSince, trimmedSince) => {
          const first = cursor + lost + 1;
          const read = ids(first, first + readCount - 1);
          const added = first + readCount - 1 + addedSince;
          const length = Math.max(0, added - first + 1 - trimmedSince);
          const position = trimmed(added, length);
          const lostBehind = Math.max(0, added - length - (first + readCount - 1));
          expect(lostBefore(read, `${cursor}-0`, cursor, position)).toBe(lost + lostBehind);
        },
      ),
    );
  });

  it('is nothing where the cursor’s own entry is still there', () => {
    expect(lostBefore(ids(6, 9), '5-0', 5, trimmed(9, 5))).toBe(0);
  });

  it('claims nothing where an entry was deleted among those read', () => {
    const workers = { ...trimmed(10, 3), length: 2, maxDeletedId: '9-0' };
    expect(lostBefore(ids(8, 10), '7-0', 7, workers)).toBe(0);
    const earlier = { ...trimmed(10, 3), maxDeletedId: '4-0' };
    expect(lostBefore(ids(8, 10), '5-0', 5, earlier)).toBe(2);
  });

  it('claims nothing without counters, or where nothing was read', () => {
    expect(lostBefore(ids(8, 10), '5-0', null, trimmed(10, 3))).toBe(0);
    const old = { ...trimmed(10, 3), entriesAdded: null, maxDeletedId: null };
    expect(lostBefore(ids(8, 10), '5-0', 5, old)).toBe(0);
    expect(lostBefore([], '5-0', 5, trimmed(10, 3))).toBe(0);
  });
});
