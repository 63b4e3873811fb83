import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkEncoder, decodeChunk } from './history-codec';
import { type GroupPoint, type HistoryPoint, LAG_QUALITIES, mergePoints } from './history-point';
import { joinSlots, resolutionFor, type SeriesRequest, seriesOf, slotsOf } from './history-series';
import { chunkStarts, floorTo, HISTORY_TIERS, tierFor } from './history-tiers';

const count = fc.oneof(fc.nat(200), fc.nat(70_000), fc.nat());
const countOrNull = fc.option(count);

const groupPoint: fc.Arbitrary<GroupPoint> = fc
  .record({
    lag: countOrNull,
    quality: fc.constantFrom(...LAG_QUALITIES),
    pending: count,
    lost: countOrNull,
    entriesRead: countOrNull,
    behindMs: countOrNull,
  })
  .map((group) => ({
    ...group,
    quality: group.lag === null ? 'unknown' : group.quality,
    lagMin: group.lag,
    lagMax: group.lag,
    pendingMax: group.pending,
  }));

const pointAt = (atMs: number, everyMs: number): fc.Arbitrary<HistoryPoint> =>
  fc
    .record({
      length: count,
      entriesAdded: countOrNull,
      memoryBytes: countOrNull,
      groups: fc.dictionary(fc.constantFrom('a', 'b', 'grüppe', '__proto__'), groupPoint),
    })
    .map(({ length, entriesAdded, memoryBytes, groups }) => ({
      atMs,
      everyMs,
      stream: { length, lengthMin: length, lengthMax: length, entriesAdded, memoryBytes },
      groups: new Map(Object.entries(groups)),
    }));

/** Samples of a while, ever later, with gaps. */
const samples = fc
  .array(fc.record({ waitMs: fc.constantFrom(1_000, 1_040, 5_000, 90_000) }), {
    minLength: 1,
    maxLength: 60,
  })
  .chain((waits) => {
    let atMs = 1_700_000_000_000;
    return fc.tuple(
      ...waits.map(({ waitMs }) => {
        atMs += waitMs;
        return pointAt(atMs, 1_000);
      }),
    );
  });

const tiers = fc.constantFrom(...HISTORY_TIERS);

describe('merging points', () => {
  it('comes to the same whichever are merged first', () => {
    fc.assert(
      fc.property(samples, fc.nat(), (points, cut) => {
        const at = cut % points.length;
        const halves = [points.slice(0, at), points.slice(at)].filter((half) => half.length > 0);
        const merged = halves.map((half) => half.reduce(mergePoints)).reduce(mergePoints);
        expect(merged).toEqual(points.reduce(mergePoints));
      }),
    );
  });

  it('keeps the last level and counter, and the extremes of all', () => {
    fc.assert(
      fc.property(samples, (points) => {
        const merged = points.reduce(mergePoints);
        const last = points.at(-1);
        expect(merged.atMs).toBe(last?.atMs);
        expect(merged.stream.length).toBe(last?.stream.length);
        expect(merged.stream.entriesAdded).toBe(last?.stream.entriesAdded);
        expect(merged.stream.lengthMax).toBe(Math.max(...points.map((p) => p.stream.length)));
        expect(merged.stream.lengthMin).toBe(Math.min(...points.map((p) => p.stream.length)));
        const lags = points.flatMap((p) => p.groups.get('a')?.lag ?? []);
        expect(merged.groups.get('a')?.lagMax ?? null).toBe(
          lags.length === 0 ? null : Math.max(...lags),
        );
      }),
    );
  });
});

/** Writes points of one chunk as a writer does. */
function written(points: readonly HistoryPoint[], encoder: ChunkEncoder): Uint8Array {
  return Buffer.concat(points.flatMap((point) => encoder.encode(point)));
}
const inOneChunk = fc.tuple(samples, tiers).map(([points, tier]) => {
  const startMs = floorTo(points[0]?.atMs ?? 0, tier.chunkMs);
  const inIt = points
    .map((point) => ({ ...point, atMs: Math.floor(point.atMs / tier.unitMs) * tier.unitMs }))
    .filter(({ atMs }) => floorTo(atMs, tier.chunkMs) === startMs);
  return { tier, startMs, points: inIt };
});

describe('a chunk', () => {
  it('gives back every point exactly', () => {
    fc.assert(
      fc.property(inOneChunk, ({ tier, startMs, points }) => {
        const merged = points.map((_, at) => points.slice(Math.max(0, at - 2), at + 1));
        const all = merged.map((some) => some.reduce(mergePoints));
        const bytes = written(all, new ChunkEncoder(tier));
        expect(decodeChunk(bytes, tier, startMs)).toEqual({ points: all, faulty: false });
      }),
    );
  });

  it('goes on where another writer begins, whatever lies between', () => {
    fc.assert(
      fc.property(
        inOneChunk,
        fc.uint8Array({ minLength: 1 }),
        ({ tier, startMs, points }, junk) => {
          const first = written(points, new ChunkEncoder(tier));
          const bytes = Buffer.concat([junk, first, junk, written(points, new ChunkEncoder(tier))]);
          const read = decodeChunk(bytes, tier, startMs);
          expect(read.points.slice(-points.length)).toEqual(points);
          expect(read.faulty).toBe(true);
        },
      ),
    );
  });

  it('cut off anywhere loses only what comes after, and never throws', () => {
    fc.assert(
      fc.property(inOneChunk, fc.nat(), ({ tier, startMs, points }, cut) => {
        const bytes = written(points, new ChunkEncoder(tier));
        const read = decodeChunk(bytes.subarray(0, cut % (bytes.length + 1)), tier, startMs);
        expect(read.points).toEqual(points.slice(0, read.points.length));
      }),
    );
  });

  it('of any bytes is read without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), tiers, (junk, tier) => {
        const mark = new ChunkEncoder(tier).encode({
          ...{ atMs: 0, everyMs: 1_000, groups: new Map() },
          stream: { length: 0, lengthMin: 0, lengthMax: 0, entriesAdded: 0, memoryBytes: 0 },
        })[0] as Uint8Array;
        decodeChunk(junk, tier, 0);
        decodeChunk(Buffer.concat([mark, junk]), tier, 0);
      }),
    );
  });

  it('of a quiet stream takes four bytes a point', () => {
    const [tier] = HISTORY_TIERS;
    if (!tier) throw new Error('There is a tier.');
    const encoder = new ChunkEncoder(tier);
    const stream = { length: 9, lengthMin: 9, lengthMax: 9, entriesAdded: 9, memoryBytes: 9 };
    const points = Array.from({ length: 100 }, (_, at) => ({
      ...{ atMs: 200_000 + at * 1_000, everyMs: 1_000, stream, groups: new Map() },
    }));
    const [first, ...rest] = points;
    if (first) encoder.encode(first);
    expect(written(rest, encoder).length).toBe(rest.length * 4);
  });
});

describe('a tier', () => {
  it('is the finest that reaches back far enough', () => {
    const now = 1_700_000_000_000;
    const nameOf = (minutes: number) => tierFor(now - minutes * 60_000, now).name;
    expect([1, 15, 16, 60, 360, 361, 1_440, 10_080, 99_999].map(nameOf)).toEqual([
      ...['1s', '1s', '10s', '10s', '10s', '1m', '1m', '1m', '1m'],
    ]);
  });

  it('finds each moment of a time in one of its chunks', () => {
    fc.assert(
      fc.property(tiers, fc.nat(), fc.nat(1e9), fc.nat(), (tier, fromMs, lengthMs, some) => {
        const starts = chunkStarts(tier, fromMs, fromMs + lengthMs);
        const atMs = fromMs + (some % (lengthMs + 1));
        expect(starts).toContain(floorTo(atMs, tier.chunkMs));
        expect(new Set(starts).size).toBe(starts.length);
      }),
    );
  });
});

describe('a series', () => {
  const request = (fromMs: number, toMs: number, pointsMax = 300) => ({
    ...{ tier: tierFor(fromMs, toMs), fromMs, toMs, pointsMax, groups: ['a'] },
  });
  const historySeries = (points: readonly HistoryPoint[], asked: SeriesRequest) => [
    ...seriesOf([...slotsOf(points, resolutionFor(asked))], asked),
  ];

  it('has at most as many points as asked for, in order, each a step long', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 300 }), tiers, (points, pointsMax, tier) => {
        const fromMs = points[0]?.atMs ?? 0;
        const asked = { ...request(fromMs, points.at(-1)?.atMs ?? 0, pointsMax), tier };
        const series = historySeries(points, asked);
        const step = resolutionFor(asked);
        expect(series.length).toBeLessThanOrEqual(pointsMax);
        expect(step % tier.stepMs).toBe(0);
        for (const [at, point] of series.entries()) {
          expect(point.at % step).toBe(0);
          expect(point.at).toBeGreaterThan(series[at - 1]?.at ?? -1);
          expect(point.stream?.in_per_second ?? 0).toBeGreaterThanOrEqual(0);
          expect(point.groups[0]?.out_per_second ?? 0).toBeGreaterThanOrEqual(0);
          if (point.stream === null) expect(point.groups).toEqual([null]);
        }
      }),
    );
  });

  it('is the same whether its points come at once or in chunks cut anywhere', () => {
    fc.assert(
      fc.property(samples, fc.nat(), tiers, (points, cut, tier) => {
        const asked = { ...request(points[0]?.atMs ?? 0, points.at(-1)?.atMs ?? 0, 20), tier };
        const slotMs = resolutionFor(asked);
        const at = cut % points.length;
        const chunks = [points.slice(0, at), points.slice(at)];
        const slots = chunks.flatMap((chunk) => [...slotsOf(chunk, slotMs)]);
        expect([...seriesOf(joinSlots(slots), asked)]).toEqual(historySeries(points, asked));
      }),
    );
  });

  it('since a moment is the end of the whole', () => {
    fc.assert(
      fc.property(samples, fc.nat(), (points, some) => {
        const asked = request(points[0]?.atMs ?? 0, points.at(-1)?.atMs ?? 0, 20);
        const whole = historySeries(points, asked).filter(({ stream }) => stream !== null);
        const sinceMs = whole[some % whole.length]?.at ?? 0;
        const end = historySeries(points, { ...asked, sinceMs });
        expect(end).toEqual(historySeries(points, asked).filter(({ at }) => at >= sinceMs));
      }),
    );
  });

  const at = (seconds: number, entriesAdded: number, everyMs = 1_000): HistoryPoint => ({
    ...{ atMs: 1_700_000_100_000 + seconds * 1_000, everyMs, groups: new Map() },
    stream: { length: 1, lengthMin: 1, lengthMax: 1, entriesAdded, memoryBytes: null },
  });
  const ratesOf = (points: HistoryPoint[]) =>
    historySeries(points, request(1_700_000_100_000, 1_700_000_130_000)).map(
      ({ stream }) => stream?.in_per_second ?? null,
    );

  it('says a gap once, as null, and no rate across it', () => {
    expect(ratesOf([at(1, 0), at(2, 5), at(9, 500), at(10, 501)])).toEqual([
      null,
      5,
      null,
      null,
      1,
    ]);
  });

  it('has no gap where samples were meant to come five seconds apart', () => {
    expect(ratesOf([at(0, 0, 5_000), at(5, 5, 5_000), at(10, 20, 5_000)])).toEqual([1, 3]);
  });

  it('knows no rate where a counter fell: the stream was recreated', () => {
    expect(ratesOf([at(1, 100), at(2, 110), at(3, 2), at(4, 3)])).toEqual([null, 10, null, 1]);
  });
});
