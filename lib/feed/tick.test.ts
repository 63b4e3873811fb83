import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restMs } from './tick';

describe('restMs', () => {
  it('is as long as the hand-out took, and 10 ms at least', () => {
    expect(restMs(0.2)).toBe(10);
    expect(restMs(12)).toBe(12);
    expect(restMs(50)).toBe(50);
  });

  it('ends within 100 ms of the hand-out’s start, as long as that leaves 10 ms', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 90, noNaN: true }), (handOutMs) => {
        expect(handOutMs + restMs(handOutMs)).toBeLessThanOrEqual(100);
      }),
    );
    expect(restMs(300)).toBe(10);
  });
});
