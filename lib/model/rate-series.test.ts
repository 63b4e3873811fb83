import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateMinutes, rateSeries } from './rate-series';

const MINUTE_MS = 60_000;
const points = (rates: (number | null)[], stepMs = 5000) =>
  rates.map((rate, index) => ({ at: MINUTE_MS + index * stepMs, in_per_second: rate, length: 0 }));

describe('rateSeries', () => {
  it('keeps missing samples missing, and leaves them out of the figures', () => {
    expect(rateSeries(points([2, null, 4]))).toMatchObject({
      points: [{ rate: 2 }, { rate: null }, { rate: 4 }],
      peak: 4,
      mean: 3,
    });
  });

  it('has no line to draw with fewer than two samples', () => {
    expect(rateSeries([])).toBeNull();
    expect(rateSeries(points([1, null]))).toBeNull();
  });

  it('marks whole minutes', () => {
    expect(rateSeries(points(Array(25).fill(1)))?.timeTicks).toEqual([
      MINUTE_MS,
      2 * MINUTE_MS,
      3 * MINUTE_MS,
    ]);
  });

  it('counts rates in steps of 1, 2 or 5', () => {
    const ticks = (peak: number) => rateSeries(points([peak, 0]))?.rateTicks;
    expect(ticks(0)).toEqual([0, 0.5]);
    expect(ticks(7.3)).toEqual([0, 2, 4, 6, 8]);
    expect(ticks(42)).toEqual([0, 20, 40, 60]);
    expect(ticks(1000)).toEqual([0, 500, 1000]);
  });

  it('has marks from 0 to the peak, whatever it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (peak) => {
        const ticks = rateSeries(points([peak, 0]))?.rateTicks ?? [];
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(peak * (1 - 1e-9));
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe('rateMinutes', () => {
  it('sums each minute up', () => {
    expect(rateMinutes(points([...Array(12).fill(2), 4, 6, null]))).toEqual([
      { at: MINUTE_MS, mean: 2, peak: 2 },
      { at: 2 * MINUTE_MS, mean: 5, peak: 6 },
    ]);
    expect(rateMinutes(points([null]))).toEqual([{ at: MINUTE_MS, mean: null, peak: null }]);
  });
});
