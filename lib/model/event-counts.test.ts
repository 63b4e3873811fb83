import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COUNTED_TYPES_MAX,
  countsWindow,
  EventCountsSeries,
  MINUTE_MS,
  type MinuteCount,
} from './event-counts';
import { HISTORY_POINTS_MAX, HISTORY_RANGES } from './history-query';

const NOW = Date.UTC(2026, 10, 23, 12, 34, 56);
const MINUTE = Math.floor(NOW / MINUTE_MS) * MINUTE_MS;
const hour = () => countsWindow(HISTORY_RANGES['1h'], NOW);
const at = (minutesAgo: number) => MINUTE - minutesAgo * MINUTE_MS;

describe('countsWindow', () => {
  it.each([
    ['15m', 1],
    ['1h', 1],
    ['6h', 2],
    ['24h', 5],
    ['7d', 60],
  ] as const)('gives %s points of %d minutes that begin on the clock', (range, minutes) => {
    const { fromMs, toMs, resolutionMs } = countsWindow(HISTORY_RANGES[range], NOW);
    expect(resolutionMs).toBe(minutes * MINUTE_MS);
    expect(toMs).toBe(NOW);
    expect(fromMs % resolutionMs).toBe(0);
    expect(fromMs).toBeLessThanOrEqual(NOW - HISTORY_RANGES[range]);
    const points = new EventCountsSeries({ fromMs, toMs, resolutionMs }).result().points;
    expect(points.length).toBeLessThanOrEqual(HISTORY_POINTS_MAX);
    expect(points[0]?.at).toBe(fromMs);
    expect((points.at(-1)?.at ?? 0) + resolutionMs).toBeGreaterThan(NOW);
  });
});

describe('EventCountsSeries', () => {
  it('gives the counts of each point in the order of the types, most first', () => {
    const series = new EventCountsSeries(hour());
    series.add({ atMs: at(3), type: 'b', count: 1 });
    series.add({ atMs: at(3), type: 'a', count: 2 });
    series.add({ atMs: at(1), type: 'c', count: 1 });
    series.add({ atMs: at(1), type: 'a', count: 4 });
    const { types, points } = series.result();
    expect(types).toEqual([
      { type: 'a', total: 6 },
      { type: 'b', total: 1 },
      { type: 'c', total: 1 },
    ]);
    expect(points.slice(-4)).toEqual([
      { at: at(3), counts: [2, 1, 0] },
      { at: at(2), counts: null },
      { at: at(1), counts: [4, 0, 1] },
      { at: at(0), counts: null },
    ]);
  });

  it('tells a minute without events from one in which nobody counted', () => {
    const series = new EventCountsSeries(hour());
    series.watch(at(5));
    series.add({ atMs: at(3), type: 'a', count: 1 });
    const { points } = series.result();
    expect(points.slice(-6).map(({ counts }) => counts)).toEqual([
      [0],
      null,
      [1],
      null,
      null,
      null,
    ]);
  });

  it('takes the minute that has just begun for watched where the one before it was', () => {
    const series = new EventCountsSeries(hour());
    series.watch(at(1));
    expect(
      series
        .result()
        .points.slice(-2)
        .map(({ counts }) => counts),
    ).toEqual([[], []]);
    const late = new EventCountsSeries(hour());
    late.watch(at(2));
    expect(late.result().points.at(-1)?.counts).toBeNull();
  });

  it('puts types past the named ones together, with those that were never told apart', () => {
    const series = new EventCountsSeries(hour());
    for (let n = 0; n < 20; n++) series.add({ atMs: at(n), type: `t${n}`, count: 100 - n });
    series.add({ atMs: at(19), type: null, count: 7 });
    const { types, points } = series.result();
    expect(types.slice(0, -1).map(({ type }) => type)).toEqual(
      Array.from({ length: COUNTED_TYPES_MAX }, (_, n) => `t${n}`),
    );
    const rest = Array.from({ length: 12 }, (_, n) => 92 - n).reduce((a, b) => a + b, 7);
    expect(types.at(-1)).toEqual({ type: null, total: rest });
    expect(points.find((point) => point.at === at(19))?.counts).toEqual([...Array(8).fill(0), 88]);
  });

  it('names a type that is called like anything in a language', () => {
    const series = new EventCountsSeries(hour());
    for (const type of ['__proto__', 'constructor', 'other', 'null']) {
      series.add({ atMs: at(0), type, count: 1 });
    }
    const { types } = JSON.parse(JSON.stringify(series.result()));
    expect(types).toHaveLength(4);
  });

  it('loses and doubles nothing within the window', () => {
    const minute = fc.record({
      atMs: fc.integer({ min: -5, max: 70 }).map(at),
      type: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')),
      count: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(minute), (minutes: MinuteCount[]) => {
        const window = hour();
        const series = new EventCountsSeries(window);
        for (const one of minutes) series.add(one);
        const { types, points } = series.result();
        const inside = minutes.filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs);
        const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
        const all = sum(inside.map(({ count }) => count));
        expect(sum(types.map(({ total }) => total))).toBe(all);
        types.forEach(({ total }, t) => {
          expect(sum(points.map(({ counts }) => counts?.[t] ?? 0))).toBe(total);
        });
        for (const { counts } of points) expect(counts?.length ?? types.length).toBe(types.length);
      }),
    );
  });
});
