import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drainForecast, lagTrend, type TrendFacts } from './forecast';
import type { Lag } from './lag';

const lagOf = (value: number | null, changes: Partial<Lag> = {}): Lag => ({
  value,
  quality: value === null ? 'unknown' : 'exact',
  ...{ reason: null, lost: 0, behind_ms: null },
  ...changes,
});
const trendOf = (lagBefore: number | null, lagNow: number | null, windowMs = 60_000) => ({
  ...{ windowMs, lagBefore, lagNow, delivered: true },
});
const facts = (changes: Partial<TrendFacts> = {}): TrendFacts => ({
  ...{ lag: lagOf(60), trend: trendOf(90, 60) },
  ...{ inPerSecond: 10, outPerSecond: 11, rateWindowMs: 10_000 },
  ...changes,
});

describe('the trend of a lag', () => {
  it('is the difference of the lowest lags of the two halves, over half the window', () => {
    expect(lagTrend(facts())).toEqual({
      ...{ direction: 'shrinking', per_second: -1, window_ms: 60_000 },
    });
    expect(lagTrend(facts({ trend: trendOf(5, 5) }))?.direction).toBe('steady');
    expect(lagTrend(facts({ trend: trendOf(5, 65) }))?.per_second).toBe(2);
  });

  it('is what comes in less what goes out where the lag is not known well enough', () => {
    for (const trend of [null, trendOf(null, null), trendOf(9, 5, 4_999)]) {
      expect(lagTrend(facts({ trend }))).toEqual({
        ...{ direction: 'shrinking', per_second: -1, window_ms: 10_000 },
      });
    }
    expect(lagTrend(facts({ trend: null, outPerSecond: null }))).toBeNull();
    expect(lagTrend(facts({ trend: null, rateWindowMs: 4_999 }))).toBeNull();
  });
});

describe('time to drain', () => {
  const drainOf = (changes: Partial<TrendFacts>) => drainForecast(facts(changes));

  it('is the lag at the rate of the window', () => {
    expect(drainOf({ lag: lagOf(60) })).toEqual({
      ...{ status: 'draining', in_ms: 60_000, window_ms: 60_000, reason: null },
    });
  });

  it('is never where it does not shrink', () => {
    expect(drainOf({ trend: trendOf(60, 60) })).toMatchObject({ status: 'never', in_ms: null });
    expect(drainOf({ trend: trendOf(10, 60) })).toMatchObject({ status: 'never', in_ms: null });
    const stopped = { trend: null, inPerSecond: 0, outPerSecond: 0 };
    expect(drainOf(stopped)).toMatchObject({ status: 'never', window_ms: 10_000 });
  });

  it('is no question where nothing waits, or what waits comes and goes', () => {
    expect(drainOf({ lag: lagOf(0) })).toMatchObject({ status: 'drained', window_ms: null });
    expect(drainOf({ trend: trendOf(0, 0) })).toMatchObject({ status: 'keeping_up' });
    expect(drainOf({ trend: trendOf(4, 0) })).toMatchObject({ status: 'keeping_up' });
    expect(drainOf({ trend: trendOf(0, 4) })).toMatchObject({ status: 'never' });
  });

  it('is no question of what is read within seconds and does not grow', () => {
    const little = { lag: lagOf(50), outPerSecond: 10 };
    expect(drainOf({ ...little, trend: trendOf(3, 3) })).toMatchObject({ status: 'keeping_up' });
    expect(drainOf({ ...little, trend: trendOf(3, 40) })).toMatchObject({ status: 'never' });
    const more = { ...little, lag: lagOf(51), trend: trendOf(3, 3) };
    expect(drainOf(more)).toMatchObject({ status: 'never' });
  });

  it('is unknown with a reason where the lag or its trend is', () => {
    expect(drainOf({ lag: lagOf(null, { reason: 'no EVAL' }) })).toMatchObject({
      ...{ status: 'unknown', reason: 'no EVAL' },
    });
    const unwatched = { trend: null, inPerSecond: null };
    expect(drainOf(unwatched)).toMatchObject({ status: 'unknown', reason: expect.any(String) });
    const bound = { lag: lagOf(20_000, { quality: 'at_least' }), trend: trendOf(null, null) };
    expect(drainOf(bound)).toMatchObject({ status: 'unknown', reason: expect.any(String) });
    expect(drainOf({ ...bound, outPerSecond: 3 })).toMatchObject({ status: 'never' });
  });

  it('is true of a group that goes on at its rate', () => {
    const rate = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 1_000_000 }), (perSecond, lag) => {
        const trend = trendOf(lag + perSecond * 30, lag);
        const reading = { lag: lagOf(lag), trend, outPerSecond: 0 };
        const { in_ms: inMs } = drainForecast(facts(reading));
        expect((inMs ?? 0) / 1000).toBeCloseTo(lag / perSecond, 2);
      }),
    );
  });
});
