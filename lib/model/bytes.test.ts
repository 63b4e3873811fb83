import { describe, expect, it } from 'vitest';
import { formatBytes } from './bytes';

describe('formatBytes', () => {
  it('chooses the unit', () => {
    const sizes = [0, 1, 812, 16_384, 999_600, 5_000_000, 123_456_789, 2e15];
    expect(sizes.map(formatBytes)).toEqual([
      '0 bytes',
      '1 byte',
      '812 bytes',
      '16.4 kB',
      '1 MB',
      '5 MB',
      '123 MB',
      '2000 TB',
    ]);
  });
});
