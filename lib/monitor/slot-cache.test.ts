import { describe, expect, it } from 'vitest';
import type { HistorySlot } from '@/lib/model/history-series';
import { SlotCache } from './slot-cache';

function slots(count: number): HistorySlot[] {
  const point = {
    ...{ atMs: 0, everyMs: 1_000, groups: new Map() },
    stream: { length: 0, lengthMin: 0, lengthMax: 0, entriesAdded: 0, memoryBytes: 0 },
  };
  return Array.from({ length: count }, (_, at) => ({ startMs: at, first: point, merged: point }));
}

describe('chunks that were decoded', () => {
  it('are remembered by their key and the length of their steps, for a minute', () => {
    let nowMs = 0;
    const cache = new SlotCache(() => nowMs);
    const kept = slots(3);
    cache.set('key', 10, kept);
    expect(cache.get('key', 10)).toBe(kept);
    expect(cache.get('key', 20)).toBeNull();
    nowMs = 59_999;
    expect(cache.get('key', 10)).toBe(kept);
    nowMs = 60_000;
    expect(cache.get('key', 10)).toBeNull();
    expect(cache.rows).toBe(0);
  });

  it('are forgotten, the oldest first, where there are too many values', () => {
    const cache = new SlotCache(() => 0);
    for (let at = 0; at < 20; at++) cache.set(`key-${at}`, 10, slots(10_000));
    expect(cache.rows).toBeLessThanOrEqual(50_000);
    expect(cache.get('key-0', 10)).toBeNull();
    expect(cache.get('key-19', 10)).not.toBeNull();
  });

  it('stand for nothing but the last they were set to', () => {
    const cache = new SlotCache(() => 0);
    cache.set('key', 10, slots(500));
    cache.set('key', 10, slots(2));
    expect(cache.rows).toBe(3);
  });
});
