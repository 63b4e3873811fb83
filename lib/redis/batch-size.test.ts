import { describe, expect, it } from 'vitest';
import { BatchSize } from './batch-size';

const entry = (bytes: number) => ({
  id: '1-1',
  fields: [[new Uint8Array(0), new Uint8Array(bytes)]] as [Uint8Array, Uint8Array][],
});

describe('a batch', () => {
  it('holds what fits where all entries are as large as the largest', () => {
    const size = new BatchSize(200, 16_000, 25);
    expect(size.entries).toBe(25);
    size.learn([entry(10), entry(4_000)]);
    expect(size.entries).toBe(4);
    size.learn([entry(10)]);
    expect(size.entries).toBe(200);
  });

  it('is never empty, and never more than asked for', () => {
    const size = new BatchSize(200, 16_000, 25);
    size.learn([entry(1_000_000)]);
    expect(size.entries).toBe(1);
    size.learn([entry(0)]);
    expect(size.entries).toBe(200);
    size.learn([]);
    expect(size.entries).toBe(200);
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
