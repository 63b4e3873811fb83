import { describe, expect, it } from 'vitest';
import { median, medianOfEach } from './median.mjs';

describe('median', () => {
  it('is the middle one, or the mean of the middle two', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  it('leaves out what could not be measured', () => {
    expect(median([Number.NaN, 7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  it('is taken of each number by itself', () => {
    const samples = [
      { a: 1, b: 30 },
      { a: 2, b: 10 },
      { a: 3, b: 20 },
    ];
    expect(medianOfEach(samples)).toEqual({ a: 2, b: 20 });
  });
});
