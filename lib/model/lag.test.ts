import { describe, expect, it } from 'vitest';
import { addedUpToCursor, type LagFacts, lagFromIds, lagOf } from './lag';

const NOW_MS = 60_000;

/** Ten entries, `1000-0` to `10000-0`, nothing ever removed; the group has read four of them. */
const facts = (changes: Partial<LagFacts> = {}): LagFacts => ({
  length: 10,
  firstId: '1000-0',
  lastGeneratedId: '10000-0',
  entriesAdded: 10,
  maxDeletedId: '0-0',
  lastDeliveredId: '4000-0',
  entriesRead: 4,
  lag: 6,
  ...changes,
});

/** The same stream trimmed to its last `length` entries. */
const trimmed = (length: number, changes: Partial<LagFacts> = {}): LagFacts =>
  facts({
    length,
    firstId: length === 0 ? null : `${11 - length}000-0`,
    ...changes,
  });

const complete = (counted: number, oldestId: string | null = '5000-0') => ({
  counted,
  complete: true,
  oldestId,
});

describe('by ids', () => {
  it.each([
    ['has had the last entry', facts({ lastDeliveredId: '10000-0', lag: 3 })],
    ['was set past the last entry', facts({ lastDeliveredId: '99999-0', lag: null })],
    ['reads an empty stream', trimmed(0, { lag: 6 })],
    [
      'reads a stream that never held anything',
      facts({ length: 0, firstId: null, entriesAdded: 0 }),
    ],
  ])('a group that %s lags by nothing, whatever Redis says', (_what, given) => {
    expect(lagOf(given, null, NOW_MS)).toMatchObject({
      value: 0,
      quality: 'exact',
      behind_ms: null,
    });
  });

  it('a group before the first entry lags by all of them', () => {
    expect(lagOf(facts({ lastDeliveredId: '0-0', lag: null }), null, NOW_MS)).toEqual({
      value: 10,
      quality: 'exact',
      reason: null,
      lost: 0,
      behind_ms: 59_000,
    });
  });

  it('an id from the future has no age', () => {
    const future = facts({
      lastDeliveredId: '0-0',
      firstId: '99000-0',
      lastGeneratedId: '99000-0',
    });
    expect(lagOf(future, null, NOW_MS)).toMatchObject({ behind_ms: 0 });
  });

  it('decide nothing for a group in the middle', () => {
    expect(lagFromIds(facts())).toBeNull();
    expect(lagFromIds(facts({ lastDeliveredId: '1000-0' }))).toBeNull();
  });
});

describe('by counting', () => {
  it('is the count, said to be counted', () => {
    expect(lagOf(trimmed(8), complete(5), NOW_MS)).toEqual({
      value: 5,
      quality: 'counted',
      reason: 'counted in the stream, entry by entry',
      lost: 0,
      behind_ms: 55_000,
    });
  });

  it('is exact where Redis says the same and nothing was ever removed', () => {
    expect(lagOf(facts(), complete(6), NOW_MS)).toMatchObject({
      value: 6,
      quality: 'exact',
      reason: null,
    });
  });

  it('wins over what Redis was told to count', () => {
    expect(lagOf(facts({ entriesRead: 9, lag: 1 }), complete(6), NOW_MS)).toMatchObject({
      value: 6,
      quality: 'counted',
    });
  });

  it('is a lower bound where counting stopped', () => {
    const count = { counted: 20_000, complete: false, oldestId: '5000-0' };
    expect(lagOf(trimmed(8), count, NOW_MS)).toMatchObject({
      value: 20_000,
      quality: 'at_least',
      reason: 'counting stopped at 20000 entries',
    });
    expect(lagOf(trimmed(8), { ...count, why: 'so far' }, NOW_MS)).toMatchObject({
      reason: 'so far',
    });
  });
});

describe("Redis's own lag", () => {
  const begun = (counted: number) => ({ counted, complete: false, oldestId: '5000-0' });

  it('is believed where counting did not reach the end and nothing was ever removed', () => {
    for (const count of [begun(2), begun(6), null]) {
      expect(lagOf(facts(), count, NOW_MS)).toMatchObject({ value: 6, quality: 'exact' });
    }
  });

  it('is not believed where more was counted already', () => {
    expect(lagOf(facts(), begun(7), NOW_MS)).toMatchObject({ value: 7, quality: 'at_least' });
  });

  it('is not believed once something was removed, nor where it is nil: unknown, never zero', () => {
    for (const given of [trimmed(8), facts({ lag: null }), facts({ entriesAdded: null })]) {
      expect(lagOf(given, null, NOW_MS)).toMatchObject({
        value: null,
        quality: 'unknown',
        reason: 'the Redis user may not run the script that counts (EVAL)',
        behind_ms: null,
      });
      expect(lagOf(given, begun(0), NOW_MS)).toMatchObject({ value: 0, quality: 'at_least' });
    }
  });
});

describe('lost entries', () => {
  const lostBy = (given: LagFacts, known: number | null = null, left = 1) =>
    lagOf(given, complete(left), NOW_MS, { addedUpToCursor: known });

  it.each([
    ['trimmed before they were read', trimmed(3), 4, 3],
    ['all trimmed before they were read', trimmed(0), 4, 6],
    ['trimmed after they were read', trimmed(7), null, 0],
    ['trimmed up to the cursor', trimmed(6), 4, 0],
    ['trimmed, of a group that never read', trimmed(3, { lastDeliveredId: '0-0' }), null, 7],
    ['before a cursor that has had all', trimmed(0, { lastDeliveredId: '10000-0' }), null, 0],
    [
      'left behind, though entries-read fell short',
      trimmed(3, { lastDeliveredId: '9000-0' }),
      null,
      0,
    ],
    ['deleted behind the cursor', facts({ length: 9, maxDeletedId: '2000-0' }), null, 0],
  ])('are none or so many where: %s', (_what, given, known, lost) => {
    expect(lostBy(given, known)).toMatchObject({ lost });
    expect(lostBy(given, known)).not.toHaveProperty('lost_reason');
  });

  it('deleted ahead of the cursor are what was added behind it less what is left', () => {
    const given = facts({ length: 8, maxDeletedId: '7000-0' });
    expect(lostBy(given, 4, 4)).toMatchObject({ value: 4, lost: 2 });
  });

  it.each([
    ['was deleted ahead of the cursor', facts({ length: 9, maxDeletedId: '7000-0' }), null],
    ['was trimmed and Redis does not say what was read', trimmed(3, { entriesRead: null }), null],
    ['is not counted by this server', trimmed(3, { entriesAdded: null, maxDeletedId: null }), 4],
    ['was added to another stream than this', trimmed(3), 9],
  ])('are unknown with a reason, never zero, where an entry %s', (_what, given, known) => {
    expect(lostBy(given, known)).toMatchObject({ lost: null, lost_reason: expect.any(String) });
  });

  it('are what Redis counts where nobody watched before the trim, and say so', () => {
    const lag = lostBy(trimmed(3));
    expect(lag).toMatchObject({ lost: 3, lost_reason: expect.stringContaining('Redis counts') });
    const deletedAmong = facts({ length: 3, firstId: '8000-0', maxDeletedId: '9000-0' });
    expect(lostBy(deletedAmong)).toMatchObject({ lost: null });
  });

  it('are unknown where what is left could not be counted', () => {
    const given = facts({ length: 8, maxDeletedId: '7000-0', lag: null });
    expect(lagOf(given, null, NOW_MS, { addedUpToCursor: 4 })).toMatchObject({
      lost: null,
      lost_reason: 'what is left could not be counted',
    });
  });
});

describe('the place of a cursor among all entries ever added', () => {
  it.each([
    ['nothing was removed', facts(), 6, 4],
    ['all that was removed lay before it', trimmed(8), 6, 4],
    ['it has had everything', trimmed(0, { lastDeliveredId: '10000-0' }), 0, 10],
    ['something behind it was deleted', facts({ length: 9, maxDeletedId: '7000-0' }), 5, null],
    ['it was trimmed past', trimmed(3), 3, null],
    ['it was set past the last entry', facts({ lastDeliveredId: '99999-0' }), 0, null],
    ['the server does not count', facts({ entriesAdded: null }), 6, null],
  ])('is known only where that is certain: %s', (_what, given, lag, place) => {
    expect(addedUpToCursor(given, lag)).toBe(place);
  });
});
