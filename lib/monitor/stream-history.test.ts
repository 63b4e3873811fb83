import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lag } from '@/lib/model/lag';
import { fromRecentRates, NO_RATES } from '@/lib/model/recent-rates';
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
  radixTree: null,
  groups,
  redisUs: 0,
  commands: 1,
});
const lagOf = (value: number | null, lost: number | null = 0): Lag => ({
  ...{ value, quality: value === null ? 'unknown' : 'exact', reason: null, lost },
  behind_ms: null,
});
/** Samples a second apart: entries ever added, entries read, lag. */
function watched(...samples: [added: number | null, read?: number | null, lag?: number | null][]) {
  const history = new StreamHistory();
  for (const [at, [added, read = 0, lag = 0]] of samples.entries()) {
    const id = `${read}-0`;
    const info = stream(added, [group({ entriesRead: read, lastDeliveredId: id })]);
    history.add(at * 1_000, info, new Map([['g', lagOf(lag)]]));
  }
  return history;
}

describe('rates', () => {
  it('are not known before a second sample', () => {
    expect(new StreamHistory().inPerSecond()).toBeNull();
    const history = watched([100]);
    expect([history.inPerSecond(), history.outPerSecond('g')]).toEqual([null, null]);
    expect([history.trend('g'), history.recent()]).toEqual([null, NO_RATES]);
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
    expect(fromRecentRates(history.recent())).toHaveLength(1);
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

describe('groups that come and go', () => {
  /** Null: not there. */
  const sample = fc.record({
    waitMs: fc.constantFrom(1_000, 1_000, 5_000, 70_000),
    a: fc.option(fc.nat(50)),
    b: fc.option(fc.nat(50)),
  });

  it('have the trend of those samples of the last minute that they were in', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 330 }), (samples) => {
        const history = new StreamHistory();
        let atMs = 0;
        const past = samples.map(({ waitMs, ...lags }) => {
          atMs += waitMs;
          const there = Object.entries(lags).filter(([, lag]) => lag !== null);
          const groups = there.map(([name]) => group({ name }));
          history.add(
            atMs,
            stream(1_000, groups),
            new Map(there.map(([name, lag]) => [name, lagOf(lag)])),
          );
          return { atMs, ...lags };
        });
        for (const name of ['a', 'b'] as const) {
          const inside = past.filter((p) => p.atMs >= atMs - 60_000 && p[name] !== null);
          const [oldest, newest] = [inside[0], inside.at(-1)];
          const isWatched = oldest !== newest && newest?.atMs === atMs;
          const middleMs = ((oldest?.atMs ?? 0) + atMs) / 2;
          const lowest = (some: typeof inside) => {
            const lags = some.flatMap((p) => p[name] ?? []);
            return lags.length === 0 ? null : Math.min(...lags);
          };
          expect(history.trend(name)).toEqual(
            isWatched
              ? {
                  windowMs: atMs - (oldest?.atMs ?? 0),
                  lagBefore: lowest(inside.filter((p) => p.atMs <= middleMs)),
                  lagNow: lowest(inside.filter((p) => p.atMs > middleMs)),
                  delivered: false,
                }
              : null,
          );
        }
      }),
    );
  });
});

describe('the recent past', () => {
  it('is at most sixty points, oldest first, up to the newest sample', () => {
    const samples = Array.from({ length: 1_000 }, (_, n): [number] => [n * 3]);
    const points = fromRecentRates(watched(...samples).recent());
    expect(points.length).toBeGreaterThan(50);
    expect(points.length).toBeLessThanOrEqual(60);
    expect(points.at(-1)).toEqual({ at: 999_000, in_per_second: 3 });
    const times = points.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(300_000);
  });

  it('is told in thousandths of an entry a second', () => {
    const history = new StreamHistory();
    history.add(0, stream(0), new Map());
    history.add(3_001, stream(1), new Map());
    expect(fromRecentRates(history.recent())).toEqual([{ at: 3_001, in_per_second: 0.333 }]);
  });

  it('has no rate where Redis does not count', () => {
    expect(fromRecentRates(watched([null], [null]).recent())).toEqual([
      { at: 1_000, in_per_second: null },
    ]);
  });
});

describe('windows', () => {
  it('say how long they were, not how long they should have been', () => {
    expect(watched([1]).rateWindowMs()).toBe(0);
    expect(watched([1], [2], [3]).rateWindowMs()).toBe(2_000);
    expect(watched(...Array.from({ length: 30 }, (): [number] => [1])).rateWindowMs()).toBe(10_000);
    const outlook = watched([10, 0, 10], [10, 4, 6]).outlook('g', lagOf(6));
    expect(outlook).toMatchObject({ rate_window_ms: 1_000, trend: null });
  });
});

describe('the outlook of a group', () => {
  it('is when it drains, at the rate of up to a minute', () => {
    const samples = Array.from({ length: 61 }, (_, n): [number, number, number] => [
      ...([1_000, n * 2, 300 - n * 2] as const),
    ]);
    expect(watched(...samples).outlook('g', lagOf(180))).toMatchObject({
      rate_window_ms: 10_000,
      trend: { direction: 'shrinking', per_second: expect.closeTo(-2, 1), window_ms: 60_000 },
      drain: { status: 'draining', in_ms: expect.closeTo(90_000, -4), window_ms: 60_000 },
      trim: null,
    });
  });

  it('does not take a bound for a lag', () => {
    const history = new StreamHistory();
    for (let n = 0; n < 20; n++) {
      const bound: Lag = { ...lagOf(20_000), quality: 'at_least' };
      const info = stream(n * 50, [group({ entriesRead: n * 10 })]);
      history.add(n * 1_000, info, new Map([['g', bound]]));
    }
    const bound: Lag = { ...lagOf(20_000), quality: 'at_least' };
    expect(history.outlook('g', bound)).toMatchObject({
      trend: { direction: 'growing', per_second: 40, window_ms: 10_000 },
      drain: { status: 'never' },
    });
  });

  it('is when trimming reaches it', () => {
    const history = new StreamHistory();
    for (let n = 0; n <= 30; n++) {
      const info = { ...stream(1_000 + n * 10, [group({})]), length: 1_000, firstId: `${n + 1}-0` };
      history.add(n * 1_000, info, new Map([['g', lagOf(100 + n * 10)]]));
    }
    expect(history.outlook('g', lagOf(400)).trim).toMatchObject({
      status: 'approaching',
      in_ms: 60_000,
      entries_between: 600,
      trimmed_per_second: 10,
      read_per_second: 0,
      window_ms: 30_000,
    });
  });
});

describe('what a group lost', () => {
  it('is told as far as it became more within a minute', () => {
    const history = new StreamHistory();
    const lose = (seconds: number, lost: number | null) =>
      history.add(seconds * 1_000, stream(seconds, [group({})]), new Map([['g', lagOf(5, lost)]]));
    lose(0, 3);
    expect(history.lostMore('g')).toBeNull();
    lose(10, 3);
    expect(history.lostMore('g')).toBeNull();
    lose(20, null);
    lose(30, 9);
    expect(history.lostMore('g')).toEqual({ entries: 6, windowMs: 30_000 });
    lose(95, 9);
    expect(history.lostMore('g')).toBeNull();
    expect(history.lostMore('other')).toBeNull();
  });
});

describe('a stream made anew', () => {
  it('is known by its counter, or where the server keeps none by its newest id', () => {
    const history = watched([1_000], [1_010]);
    expect(history.recreatedAtMs).toBeNull();
    history.add(2_000, stream(3), new Map());
    expect(history.recreatedAtMs).toBe(2_000);
    const old = watched([null], [null]);
    expect(old.recreatedAtMs).toBeNull();
    old.add(2_000, { ...stream(null), lastGeneratedId: '3-0' }, new Map());
    expect(old.recreatedAtMs).toBe(2_000);
  });

  it('is known where it was gone for a while, whatever it counts', () => {
    const history = new StreamHistory();
    history.end();
    history.add(0, stream(5), new Map());
    expect(history.recreatedAtMs).toBeNull();
    history.end();
    history.end();
    history.add(9_000, stream(500), new Map());
    expect(history.recreatedAtMs).toBe(9_000);
    expect(history.recent()).toEqual(NO_RATES);
  });
});
