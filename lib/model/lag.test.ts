import { describe, expect, it } from 'vitest';
import { type LagFacts, lagFromCount, lagFromCounters, lagFromIds } from './lag';

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
    expect(lagFromIds(given, NOW_MS)).toMatchObject({
      value: 0,
      quality: 'exact',
      behind_ms: null,
    });
  });

  it('a group before the first entry lags by all of them', () => {
    expect(lagFromIds(facts({ lastDeliveredId: '0-0', lag: null }), NOW_MS)).toEqual({
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
    expect(lagFromIds(future, NOW_MS)).toMatchObject({ behind_ms: 0 });
  });

  it('decide nothing for a group in the middle', () => {
    expect(lagFromIds(facts(), NOW_MS)).toBeNull();
    expect(lagFromIds(facts({ lastDeliveredId: '1000-0' }), NOW_MS)).toBeNull();
  });
});

describe("Redis's own lag", () => {
  it('is believed while nothing was ever removed', () => {
    expect(lagFromCounters(facts())).toBe(6);
    expect(lagFromCount(facts(), complete(1), NOW_MS)).toEqual({
      value: 6,
      quality: 'exact',
      reason: null,
      lost: 0,
      behind_ms: 55_000,
    });
  });

  it('is not believed once something was removed, nor where it is nil', () => {
    expect(lagFromCounters(trimmed(8))).toBeNull();
    expect(lagFromCounters(facts({ lag: null }))).toBeNull();
    expect(lagFromCounters(facts({ entriesAdded: null }))).toBeNull();
  });
});

describe('by counting', () => {
  it('is the count, said to be counted', () => {
    expect(lagFromCount(trimmed(8), complete(5), NOW_MS)).toEqual({
      value: 5,
      quality: 'counted',
      reason: 'counted in the stream, entry by entry',
      lost: 0,
      behind_ms: 55_000,
    });
  });

  it('is a lower bound where counting stopped', () => {
    const count = { counted: 20_000, complete: false, oldestId: '5000-0' };
    expect(lagFromCount(trimmed(8), count, NOW_MS)).toMatchObject({
      value: 20_000,
      quality: 'at_least',
      reason: 'counting stopped at 20000 entries',
    });
  });

  it('is unknown, never zero, where counting failed and the counters cannot be believed', () => {
    for (const given of [trimmed(8), facts({ lag: null }), facts({ entriesAdded: null })]) {
      expect(lagFromCount(given, { failed: 'no right' }, NOW_MS)).toMatchObject({
        value: null,
        quality: 'unknown',
        reason: 'no right',
        behind_ms: null,
      });
    }
    expect(lagFromCount(facts(), { failed: 'no right' }, NOW_MS)).toMatchObject({ value: 6 });
  });
});

describe('lost entries', () => {
  const lostBy = (given: LagFacts) =>
    (lagFromIds(given, NOW_MS) ?? lagFromCount(given, complete(1), NOW_MS)).lost;

  it.each([
    ['trimmed before they were read', trimmed(3), 3],
    ['all trimmed before they were read', trimmed(0), 6],
    ['trimmed after they were read', trimmed(7), 0],
    ['trimmed up to the cursor', trimmed(6), 0],
    ['before a cursor that has had everything', trimmed(0, { lastDeliveredId: '10000-0' }), 0],
    ['left behind, though entries-read fell short', trimmed(3, { lastDeliveredId: '9000-0' }), 0],
    ['left behind, though entries-read is nil', trimmed(7, { entriesRead: null }), 0],
    ['deleted behind the cursor', facts({ length: 9, maxDeletedId: '2000-0' }), 0],
  ])('are none or so many where: %s', (_what, given, lost) => {
    expect(lostBy(given)).toBe(lost);
  });

  it.each([
    ['was deleted ahead of the cursor', facts({ length: 9, maxDeletedId: '7000-0' })],
    ['was deleted behind the first one, too', trimmed(3, { length: 2, maxDeletedId: '9000-0' })],
    ['was read by nobody knows how many', trimmed(3, { entriesRead: null })],
    ['is not counted by this server', trimmed(3, { entriesAdded: null, maxDeletedId: null })],
  ])('are unknown, never zero, where an entry %s', (_what, given) => {
    expect(lostBy(given)).toBeNull();
  });

  it('are never negative', () => {
    expect(lostBy(trimmed(3, { entriesRead: 9 }))).toBe(0);
  });
});
