import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratePerSecond, windowStart } from './rates';

const at = (atMs: number, count: number | null = null) => ({ atMs, count });

describe('ratePerSecond', () => {
  it('is growth by seconds', () => {
    expect(ratePerSecond(at(1_000, 10), at(3_000, 15))).toBe(2.5);
    expect(ratePerSecond(at(1_000, 10), at(2_000, 10))).toBe(0);
  });

  it.each([
    ['there is no earlier moment', null, at(2_000, 5)],
    ['the counter was not known', at(1_000), at(2_000, 5)],
    ['the counter is not known', at(1_000, 5), at(2_000)],
    ['no time passed', at(1_000, 5), at(1_000, 6)],
    ['the clock went back', at(2_000, 5), at(1_000, 6)],
    ['the counter fell', at(1_000, 5), at(2_000, 4)],
  ])('is not known where %s', (_why, from, to) => {
    expect(ratePerSecond(from, to)).toBeNull();
  });
});

describe('windowStart', () => {
  it('is the oldest sample inside the window, the newest but one where none is', () => {
    const times = [0, 1_000, 2_000, 3_000];
    expect(windowStart(times, 2_000)).toBe(1);
    expect(windowStart(times, 60_000)).toBe(0);
    expect(windowStart(times, 500)).toBe(2);
  });

  it('is nowhere before a second sample', () => {
    expect(windowStart([], 1_000)).toBe(-1);
    expect(windowStart([1], 1_000)).toBe(-1);
  });

  it('never is the newest sample itself', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 2 }), fc.nat(), (times, window) => {
        const start = windowStart(
          times.toSorted((a, b) => a - b),
          window,
        );
        expect(start).toBeGreaterThanOrEqual(0);
        expect(start).toBeLessThan(times.length - 1);
      }),
    );
  });
});
