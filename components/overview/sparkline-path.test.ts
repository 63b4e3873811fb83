import { describe, expect, it } from 'vitest';
import { highestRate, sparkline } from './sparkline-path';

const box = { width: 100, height: 20 };
const points = (...rates: (number | null)[]) =>
  rates.map((in_per_second, index) => ({ at: 1000 * index, in_per_second, length: 0 }));

describe('a sparkline', () => {
  it('runs from 0 to the highest rate over the time it has', () => {
    expect(sparkline(points(0, 10, 5), box)).toEqual({
      line: 'M0 20L50 0L100 10',
      area: 'M0 20L0 20L50 0L100 10V20Z',
    });
  });

  it('lies at the bottom when nothing comes', () => {
    expect(sparkline(points(0, 0), box).line).toBe('M0 20L100 20');
  });

  it('breaks where a sample is missing', () => {
    expect(sparkline(points(10, null, 10, 10), box).line).toBe('M0 0M66.7 0L100 0');
  });

  it('is empty until there is a time to draw', () => {
    expect(sparkline([], box).line).toBe('');
    expect(sparkline(points(3), box).line).toBe('');
    expect(sparkline(points(null, null), box).line).toBe('');
  });

  it('knows its highest', () => {
    expect(highestRate(points(null, 3, 7))).toBe(7);
    expect(highestRate(points(null))).toBeNull();
  });
});
