import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trimForecast, trimmingOf } from './forecast-trim';

interface TrimPoint {
  atMs: number;
  length: number;
  entriesAdded: number | null;
  firstId: string | null;
  maxDeletedId: string | null;
  lagEntries: number | null;
}

interface Watched {
  seconds: number;
  /** Entries a second. */
  added: number;
  read: number;
  /** The stream is cut to `max` whenever it is `step` longer. */
  max: number;
  step: number;
  /** Entries ever added before, and how many of them the group had read. */
  addedBefore: number;
  readBefore: number;
}

/** A stream as it would be sampled once a second: entry n has the id n-0. */
function watch({ seconds, added, read, max, step, ...before }: Watched): TrimPoint[] {
  const points: TrimPoint[] = [];
  let gone = Math.max(0, before.addedBefore - max);
  let cursor = before.readBefore;
  for (let second = 0; second <= seconds; second++) {
    const total = before.addedBefore + added * second;
    while (total - gone >= max + step) gone += step;
    if (second > 0) cursor = Math.min(total, Math.max(cursor, gone) + read);
    points.push({
      atMs: second * 1000,
      length: total - gone,
      entriesAdded: total,
      firstId: `${gone + 1}-0`,
      maxDeletedId: '0-0',
      lagEntries: total - Math.max(cursor, gone),
    });
  }
  return points;
}

const usual: Watched = {
  ...{ seconds: 120, added: 20, read: 5, max: 10_000, step: 100 },
  ...{ addedBefore: 10_000, readBefore: 6_000 },
};

function forecastOf(points: readonly TrimPoint[]) {
  const trimming = trimmingOf({
    timesMs: points.map(({ atMs }) => atMs),
    lengths: points.map(({ length }) => length),
    entriesAdded: points.map(({ entriesAdded }) => entriesAdded),
    firstIds: points.map(({ firstId }) => firstId),
    maxDeletedIds: points.map(({ maxDeletedId }) => maxDeletedId),
  });
  const lags = points.map(({ lagEntries }) => lagEntries);
  return trimming && trimForecast(trimming, lags);
}

describe('when trimming reaches a group', () => {
  it('is what lies between, at the rate trimming gains on it', () => {
    const forecast = forecastOf(watch(usual));
    // 2,400 were trimmed and 600 read since: 6,600 - 2,400 lie between, and it gains 15 a second.
    expect(forecast).toMatchObject({
      status: 'approaching',
      read_per_second: 5,
      window_ms: 120_000,
    });
    expect(forecast?.entries_between).toBe(4_200);
    expect(forecast?.trimmed_per_second).toBeCloseTo(20, 5);
    expect(forecast?.in_ms).toBeCloseTo(280_000, -3);
  });

  it('is now where the cursor lies before the first entry', () => {
    const forecast = forecastOf(watch({ ...usual, readBefore: 100, read: 0 }));
    expect(forecast).toMatchObject({ status: 'reached', in_ms: 0, entries_between: 0 });
    // What trimming carries its place along by is not what it reads.
    expect(forecast?.read_per_second).toBeNull();
    const caughtUp = watch({ ...usual, readBefore: 100, read: 0 }).concat(
      watch({ ...usual, addedBefore: 12_500, readBefore: 7_500, seconds: 60 }).map((point) => ({
        ...point,
        atMs: point.atMs + 121_000,
      })),
    );
    expect(forecastOf(caughtUp)).toMatchObject({ read_per_second: 5, window_ms: 60_000 });
  });

  it('is never where the group reads as fast, or has nothing to read', () => {
    expect(forecastOf(watch({ ...usual, read: 19 }))).toMatchObject({ status: 'never' });
    expect(forecastOf(watch({ ...usual, read: 40 }))).toMatchObject({ status: 'never' });
    const reader = watch({ ...usual, max: 100, step: 10, read: 25, readBefore: 10_000 });
    expect(forecastOf(reader)).toMatchObject({ status: 'never', in_ms: null });
  });

  it('is not known before trimming was seen twice, nor once it has ended', () => {
    expect(forecastOf([])).toBeNull();
    expect(forecastOf(watch({ ...usual, added: 0 }))).toBeNull();
    expect(forecastOf(watch({ ...usual, seconds: 8 }))).toBeNull();
    const points = watch({ ...usual, seconds: 20 });
    const last = points.at(-1);
    if (!last) throw new Error('It was not watched.');
    const later = (seconds: number) => ({ ...last, atMs: last.atMs + seconds * 1000 });
    expect(forecastOf([...points, later(10)])).not.toBeNull();
    expect(forecastOf([...points, later(60)])).toBeNull();
  });

  it('is not known where deletions cannot be told from trimming, until they lie behind', () => {
    const points = watch(usual);
    const deleting = points.map((point, at) => ({ ...point, maxDeletedId: `${at}-0` }));
    expect(forecastOf(deleting)).toBeNull();
    const within = points.map((point) => ({ ...point, maxDeletedId: '99999-0' }));
    expect(forecastOf(within)).toBeNull();
    const before = points.map((point, at) => ({ ...point, maxDeletedId: at < 30 ? '0-0' : '1-0' }));
    expect(forecastOf(before)).toMatchObject({ status: 'approaching', window_ms: 90_000 });
  });

  it('is not known where the server keeps no counters or the lag is only a bound', () => {
    const points = watch(usual);
    const without = (changes: Partial<TrimPoint>) =>
      forecastOf(points.map((point) => ({ ...point, ...changes })));
    expect(without({ entriesAdded: null })).toBeNull();
    expect(without({ maxDeletedId: null })).toBeNull();
    expect(without({ lagEntries: null })).toBeNull();
  });

  it('comes true for a stream that goes on as it went', () => {
    const rates = fc.record({
      added: fc.integer({ min: 10, max: 100 }),
      readShare: fc.double({ min: 0, max: 0.8, noNaN: true }),
      step: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(rates, ({ added, readShare, step }) => {
        const read = Math.floor(added * readShare);
        const setting = { ...usual, added, read, step, readBefore: 9_000, seconds: 60 };
        const forecast = forecastOf(watch(setting));
        if (forecast?.status !== 'approaching') return;
        const reachedAt = watch({ ...setting, seconds: 6_000 }).findIndex(
          ({ length, lagEntries }) => length - (lagEntries ?? 0) <= read,
        );
        const told = 60 + (forecast.in_ms ?? 0) / 1000;
        // One step of trimming early or late, and what that is of the rate it was learned at.
        const slack = (2 * step + added) / (added - read) + 0.15 * told;
        expect(Math.abs(told - reachedAt)).toBeLessThanOrEqual(slack);
      }),
    );
  });
});
