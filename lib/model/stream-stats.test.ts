import { describe, expect, it } from 'vitest';
import type { GroupSnapshot, Snapshot, StreamSnapshot } from './snapshot';
import { toStreamStats } from './stream-stats';

const NOW = new Date('2026-01-01T00:00:05.000Z');
const group: GroupSnapshot = {
  name: 'workers',
  consumers: 1,
  pending: 0,
  last_delivered_id: '2-0',
  entries_read: 2,
  lag: { value: 0, quality: 'exact', reason: null, lost: 0, behind_ms: null },
  out_per_second: 1,
  idle_ms: 5,
  oldest_pending: null,
  state: 'keeping_up',
  state_reason: 'Everything was delivered',
};
const stream: StreamSnapshot = {
  name: 'shield:events',
  status: 'ok',
  watched: true,
  length: 2,
  first_entry: '1-0',
  last_entry: '2-0',
  last_generated_id: '2-0',
  entries_added: 2,
  memory_bytes: 100,
  in_per_second: 1,
  rate_window_ms: 10_000,
  groups: [group, { ...group, name: 'metrics' }],
  recent: [{ at: 1, in_per_second: 1, length: 2 }],
};
const snapshotOf = (...streams: StreamSnapshot[]): Snapshot => ({
  sampled_at: '2026-01-01T00:00:04.000Z',
  redis: { status: 'up', since: '2026-01-01T00:00:00.000Z', latency_ms: 1, version: '7.0.15' },
  streams,
});
const nothingKnown = { length: null, first_entry: null, last_entry: null, consumer_groups: [] };

describe('toStreamStats', () => {
  it('has the four keys of the contract, and more', () => {
    const { streams, timestamp, redis } = toStreamStats(snapshotOf(stream), [], NOW);
    expect(streams['shield:events']).toMatchObject({
      length: 2,
      first_entry: '1-0',
      last_entry: '2-0',
      consumer_groups: ['workers', 'metrics'],
      groups: [{ name: 'workers', lag: { value: 0 } }, { name: 'metrics' }],
      status: 'ok',
    });
    expect(streams['shield:events']).toMatchObject({ recent: [{ at: 1 }] });
    expect(timestamp).toBe('2026-01-01T00:00:04.000Z');
    expect(redis.status).toBe('up');
  });

  it('gives null entries, not an error, for an empty and an absent stream', () => {
    const empty = { ...stream, length: 0, first_entry: null, last_entry: null, groups: [] };
    const absent = { ...empty, name: 'a', status: 'absent' as const };
    const { streams } = toStreamStats(snapshotOf(empty, absent), ['a'], NOW);
    for (const name of ['shield:events', 'a']) {
      expect(streams[name]).toMatchObject({ ...nothingKnown, length: 0 });
    }
  });

  it('names the configured streams before Redis ever answered', () => {
    const before = { ...snapshotOf(), sampled_at: null };
    expect(toStreamStats(before, ['a', 'b'], NOW)).toMatchObject({
      streams: { a: nothingKnown, b: nothingKnown },
      timestamp: '2026-01-01T00:00:05.000Z',
    });
  });

  it('keeps a stream that is named like a prototype', () => {
    const stats = toStreamStats(snapshotOf({ ...stream, name: '__proto__' }), [], NOW);
    expect(Object.keys(JSON.parse(JSON.stringify(stats)).streams)).toEqual(['__proto__']);
  });
});
