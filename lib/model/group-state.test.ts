import { describe, expect, it } from 'vitest';
import { type GroupFacts, type GroupTrend, groupState } from './group-state';
import type { Lag } from './lag';

const lagOf = (value: number | null, reason: string | null = null): Lag => ({
  value,
  quality: value === null ? 'unknown' : 'exact',
  reason,
  lost: 0,
  behind_ms: null,
});
const trend = (changes: Partial<GroupTrend> = {}): GroupTrend => ({
  windowMs: 60_000,
  lagBefore: 50,
  lagNow: 50,
  delivered: true,
  ...changes,
});
const held = (idle_ms: number, consumer = 'worker-1') => ({
  id: '1-1',
  consumer,
  idle_ms,
  deliveries: 3,
});

/** A group that is read, has nothing pending, and lags by 50. */
const facts = (changes: Partial<GroupFacts> = {}): GroupFacts => ({
  consumers: 1,
  pending: 0,
  idleMs: 100,
  oldestPending: null,
  lag: lagOf(50),
  trend: trend(),
  ...changes,
});
const stateOf = (changes: Partial<GroupFacts>) => groupState(facts(changes)).state;
const reasonOf = (changes: Partial<GroupFacts>) => groupState(facts(changes)).reason;

describe('stalled', () => {
  it('is a group with an entry held for a minute, even by nobody who reads any more', () => {
    expect(stateOf({ pending: 1, oldestPending: held(59_999) })).toBe('keeping_up');
    expect(stateOf({ pending: 1, oldestPending: held(60_000) })).toBe('stalled');
    expect(stateOf({ pending: 1, oldestPending: held(60_000), idleMs: 90_000 })).toBe('stalled');
  });

  it('tells who holds it, for how long, and how much there is in all', () => {
    expect(reasonOf({ pending: 7, oldestPending: held(360_000) })).toBe(
      'worker-1 has held an entry for 6 min without acknowledging it; 7 pending in all',
    );
    expect(reasonOf({ pending: 1, oldestPending: held(60_000, '') })).toMatch(
      /^A consumer without a name has held/,
    );
  });

  it('is a group that was given nothing while something waited', () => {
    expect(stateOf({ trend: trend({ delivered: false }) })).toBe('stalled');
    expect(stateOf({ trend: trend({ delivered: false }), lag: lagOf(0) })).toBe('keeping_up');
  });
});

describe('nobody reading', () => {
  it('is a group without consumers, or none that asks', () => {
    expect(stateOf({ consumers: 0, idleMs: null })).toBe('nobody_reading');
    expect(stateOf({ idleMs: 59_999 })).toBe('keeping_up');
    expect(stateOf({ idleMs: 60_000 })).toBe('nobody_reading');
    expect(stateOf({ idleMs: 60_000, lag: lagOf(null) })).toBe('nobody_reading');
  });
});

describe('unknown', () => {
  it('is a group whose lag is unknown, and says why', () => {
    const unknown = { lag: lagOf(null, 'the user may not count') };
    expect(stateOf(unknown)).toBe('unknown');
    expect(reasonOf(unknown)).toBe('the user may not count');
  });
});

describe('falling behind', () => {
  const grown = (lagBefore: number | null, lagNow: number | null) =>
    stateOf({ lag: lagOf(lagNow ?? 50), trend: trend({ lagBefore, lagNow }) });

  it('is a group whose lag grew by more than the breathing of a queue', () => {
    expect(grown(50, 59)).toBe('keeping_up');
    expect(grown(50, 60)).toBe('falling_behind');
    expect(grown(1_000, 1_050)).toBe('keeping_up');
    expect(grown(1_000, 1_200)).toBe('falling_behind');
  });

  it('is told only of what was watched long enough and is known', () => {
    const growing = { lagBefore: 0, lagNow: 500 };
    expect(stateOf({ trend: trend({ ...growing, windowMs: 29_999 }) })).toBe('keeping_up');
    expect(stateOf({ trend: trend({ ...growing, windowMs: 30_000 }) })).toBe('falling_behind');
    expect(stateOf({ trend: null })).toBe('keeping_up');
  });
});

describe('a group of which nothing was delivered for a while', () => {
  const silent = trend({ lagBefore: 5, lagNow: 5, delivered: false, windowMs: 40_000 });

  it('is stalled where nobody holds an entry', () => {
    expect(stateOf({ pending: 0, oldestPending: null, trend: silent })).toBe('stalled');
  });

  it('is at work where its consumers hold entries', () => {
    expect(stateOf({ pending: 4, oldestPending: null, trend: silent })).toBe('keeping_up');
  });

  it('is not silent with nothing to deliver, however long its consumers wait', () => {
    expect(stateOf({ lag: lagOf(0), idleMs: 600_000 })).toBe('keeping_up');
    expect(stateOf({ lag: lagOf(1), idleMs: 600_000 })).toBe('nobody_reading');
  });
});
