import { describe, expect, it } from 'vitest';
import type { GroupInfo, StreamInfo } from '@/lib/redis/stream-info';
import { StreamHistory } from './stream-history';

const group = (changes: Partial<GroupInfo>): GroupInfo => ({
  name: 'g',
  consumers: 1,
  pending: 0,
  lastDeliveredId: '1-0',
  entriesRead: 0,
  lag: 0,
  oldestPending: null,
  idleMs: 0,
  behind: null,
  ...changes,
});
const stream = (entriesAdded: number | null, groups: GroupInfo[] = []): StreamInfo => ({
  length: 10,
  firstId: '1-0',
  lastId: '9-0',
  lastGeneratedId: '9-0',
  entriesAdded,
  maxDeletedId: '0-0',
  memoryBytes: null,
  edgeBytes: null,
  groups,
  redisUs: 0,
  commands: 1,
});
/** Samples a second apart: entries ever added, entries read, lag. */
function watched(...samples: [added: number | null, read?: number | null, lag?: number | null][]) {
  const history = new StreamHistory();
  for (const [at, [added, read = 0, lag = 0]] of samples.entries()) {
    const id = `${read}-0`;
    const info = stream(added, [group({ entriesRead: read, lastDeliveredId: id })]);
    history.add(at * 1_000, info, new Map([['g', lag]]));
  }
  return history;
}

describe('rates', () => {
  it('are not known before a second sample', () => {
    expect(new StreamHistory().inPerSecond()).toBeNull();
    const history = watched([100]);
    expect([history.inPerSecond(), history.outPerSecond('g')]).toEqual([null, null]);
    expect([history.trend('g'), history.recent()]).toEqual([null, []]);
  });

  it('are taken over ten seconds, in entries a second', () => {
    const history = watched([100, 0], [110, 4], [120, 8]);
    expect(history.inPerSecond()).toBe(10);
    expect(history.outPerSecond('g')).toBe(4);
    const long = watched(
      ...Array.from({ length: 30 }, (_, n): [number] => [n < 19 ? 0 : (n - 19) * 5]),
    );
    expect(long.inPerSecond()).toBe(5);
  });

  it('do not take the leap of a counter past what was trimmed for deliveries', () => {
    const history = watched([300, 10, 100], [300, 300, 0]);
    expect(history.outPerSecond('g')).toBe(100);
  });

  it('are not known where Redis does not count, or of a group that is new', () => {
    expect(watched([null], [null]).inPerSecond()).toBeNull();
    const history = watched([1, null], [2, null]);
    expect(history.outPerSecond('g')).toBeNull();
    expect(history.outPerSecond('unknown')).toBeNull();
    history.add(9_000, stream(3, [group({ name: 'new', entriesRead: 3 })]), new Map());
    expect([history.outPerSecond('new'), history.trend('new')]).toEqual([null, null]);
  });

  it('begin anew with a stream that was recreated', () => {
    const history = watched([1_000], [1_010], [3], [5]);
    expect(history.inPerSecond()).toBe(2);
    expect(history.recent()).toHaveLength(1);
  });

  it('do not take two samples of one moment for two', () => {
    const history = watched([100], [110]);
    history.add(1_000, stream(500), new Map());
    history.add(500, stream(500), new Map());
    expect(history.inPerSecond()).toBe(10);
  });
});

describe('the trend of a group', () => {
  it('compares the lowest lag of the older and the newer half', () => {
    const history = watched([1, 1, 40], [1, 1, 7], [1, 1, 9], [1, 2, 90], [1, 3, 30], [1, 3, 60]);
    expect(history.trend('g')).toEqual({
      windowMs: 5_000,
      lagBefore: 7,
      lagNow: 30,
      delivered: true,
    });
  });

  it('says whether anything was delivered', () => {
    expect(watched([1, 5, 3], [1, 5, 4], [1, 5, 5]).trend('g')?.delivered).toBe(false);
  });

  it('is told without lags where none was known', () => {
    const trend = watched([1, 1, null], [1, 1, null]).trend('g');
    expect(trend).toMatchObject({ lagBefore: null, lagNow: null });
  });

  it('looks back a minute, and not past it', () => {
    const samples = Array.from({ length: 200 }, (_, n): [number, number, number] => [
      n,
      1,
      200 - n,
    ]);
    expect(watched(...samples).trend('g')).toMatchObject({ windowMs: 60_000, lagNow: 1 });
    expect(watched(...samples).trend('g')?.lagBefore).toBeLessThan(61);
  });
});

describe('the recent past', () => {
  it('is at most sixty points, oldest first, up to the newest sample', () => {
    const samples = Array.from({ length: 1_000 }, (_, n): [number] => [n * 3]);
    const points = watched(...samples).recent();
    expect(points.length).toBeGreaterThan(50);
    expect(points.length).toBeLessThanOrEqual(60);
    expect(points.at(-1)).toEqual({ at: 999_000, in_per_second: 3, length: 10 });
    const times = points.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(300_000);
  });

  it('has no rate where Redis does not count', () => {
    expect(watched([null], [null]).recent()).toEqual([
      { at: 1_000, in_per_second: null, length: 10 },
    ]);
  });
});
