import { describe, expect, it } from 'vitest';
import { retryAfterMs, retryDelayMs } from './live-retry';

describe('retryDelayMs', () => {
  it('doubles up to half a minute', () => {
    const delays = [0, 1, 2, 3, 10, 999].map((failures) => retryDelayMs(failures, 0, 1));
    expect(delays).toEqual([1000, 2000, 4000, 8000, 30_000, 30_000]);
  });

  it('spreads tries over the second half of the time', () => {
    expect(retryDelayMs(2, 0, 0)).toBe(2000);
    expect(retryDelayMs(2, 0, 0.5)).toBe(3000);
  });

  it('waits at least as long as the server asks, within reason', () => {
    expect(retryDelayMs(0, 5000, 0)).toBe(5000);
    expect(retryDelayMs(0, 3_600_000, 0)).toBe(30_000);
  });
});

describe('retryAfterMs', () => {
  it('is as long as the server says, or a little longer, within reason', () => {
    expect(retryAfterMs('10', 0)).toBe(10_000);
    expect(retryAfterMs('10', 1)).toBe(12_500);
    expect(retryAfterMs('999999', 0)).toBe(600_000);
  });

  it('is nothing where the server says nothing in seconds', () => {
    for (const header of [null, '', 'soon', '-5', 'Wed, 21 Oct 2026 07:28:00 GMT']) {
      expect(retryAfterMs(header, 0)).toBe(0);
    }
  });
});
