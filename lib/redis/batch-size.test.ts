import { describe, expect, it } from 'vitest';
import { BatchSize } from './batch-size';

describe('a batch', () => {
  it('holds what fits where all entries are as large as the largest', () => {
    const size = new BatchSize(200, 16_000, 25);
    expect(size.entries).toBe(25);
    size.learn([10, 4_000]);
    expect(size.entries).toBe(4);
    size.learn([10]);
    expect(size.entries).toBe(25);
  });

  it('grows while batches come full, and not when a few small entries came', () => {
    const size = new BatchSize(200, 16_000, 10);
    const grown = [10, 40, 160, 200].map((came) => {
      size.learn(Array(came).fill(10));
      return size.entries;
    });
    expect(grown).toEqual([40, 160, 200, 200]);
    size.learn([10]);
    expect(size.entries).toBe(10);
  });

  it('is never empty, and never more than asked for', () => {
    const size = new BatchSize(200, 16_000, 25);
    size.learn([1_000_000]);
    expect(size.entries).toBe(1);
    size.learn(Array(100).fill(0));
    expect(size.entries).toBe(200);
    size.learn([8_000]);
    size.learn([]);
    expect(size.entries).toBe(2);
  });

  it('gets smaller each time it does not come', () => {
    const size = new BatchSize(200, 16_000, 100);
    const tried = Array.from({ length: 5 }, () => {
      size.shrink();
      return size.entries;
    });
    expect(tried).toEqual([25, 6, 1, 1, 1]);
  });
});
