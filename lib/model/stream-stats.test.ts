import { describe, expect, it } from 'vitest';
import type { GroupSnapshot, Snapshot, StreamSnapshot } from './snapshot';
import { fromStreamStats, parseStats, toStreamStats } from './stream-stats';

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
  state_reason: 'Everything was delivered.',
  outlook: {
    rate_window_ms: 10_000,
    trend: null,
    drain: { status: 'drained', in_ms: null, window_ms: null, reason: null },
    trim: null,
  },
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
  findings: [],
  groups: [group, { ...group, name: 'metrics' }],
  recent: { from: 1, steps_ms: [], in_per_second: [1] },
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
    expect(streams['shield:events']).toMatchObject({ recent: { in_per_second: [1] } });
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

describe('fromStreamStats', () => {
  const overTheWire = (snapshot: Snapshot, configured: string[] = []) => {
    const stats = parseStats(JSON.stringify(toStreamStats(snapshot, configured, NOW)));
    return stats && fromStreamStats(stats);
  };

  it('gives back the snapshot the statistics were made of', () => {
    const absent = { ...stream, name: 'a', status: 'absent' as const, length: 0, groups: [] };
    const snapshot = snapshotOf(stream, absent);
    expect(overTheWire(snapshot)).toEqual(snapshot);
    expect(overTheWire({ ...snapshot, sampled_at: null })?.sampled_at).toBeNull();
  });

  it('leaves out streams of which nothing is known yet', () => {
    expect(overTheWire(snapshotOf(stream), ['never:read'])).toEqual(snapshotOf(stream));
    expect(overTheWire(snapshotOf(), ['never:read'])?.streams).toEqual([]);
  });

  it('keeps Redis being away', () => {
    const away: Snapshot = {
      ...snapshotOf(stream),
      redis: { status: 'down', since: 'x', code: 'redis_unreachable', message: 'm' },
    };
    expect(overTheWire(away)).toEqual(away);
  });

  it('keeps odd names, each with what it holds', () => {
    const names = ['__proto__', 'constructor', 'toString', '', ' ', '"', 'é', '\u2028', 'a/b%c'];
    const snapshot = snapshotOf(
      ...names.map((name, length) => ({ ...stream, name, length, watched: true })),
    );
    expect(overTheWire(snapshot)).toEqual(snapshot);
  });

  it('keeps the order: configured ones first, then by name, whole numbers too', () => {
    const found = ['123', '7', 'A', 'b:1'].map((name) => ({ ...stream, name, watched: false }));
    const snapshot = snapshotOf(stream, { ...stream, name: 'a' }, ...found);
    expect(overTheWire(snapshot)).toEqual(snapshot);
  });
});

describe('parseStats', () => {
  it.each(['', '{', 'null', '[]', '1', '{}', '{"streams":[],"redis":{}}', '{"streams":{}}'])(
    'takes no statistics from %j',
    (json) => {
      expect(parseStats(json)).toBeNull();
    },
  );
});
