import { describe, expect, it } from 'vitest';
import { type ChartCell, type ChartRow, exactly } from '@/lib/model/chart-data';
import { bandPath, barParts, linePaths, markPoints } from './plot-path';

const scales = { x: (at: number) => at, y: (value: number) => 100 - value };
const row = (at: number, cell: ChartCell | null): ChartRow => ({ at, isGap: false, cells: [cell] });
const gap = (at: number): ChartRow => ({ at, isGap: true, cells: [null] });
const known = (value: number, quality: ChartCell['quality']): ChartCell => ({
  ...exactly(value),
  quality,
});
const paths = (rows: ChartRow[]) =>
  Object.fromEntries(linePaths(rows, 0, scales).map(({ quality, d }) => [quality, d]));

describe('a line', () => {
  it('is broken at a gap, at what is not known, and where the series was not there', () => {
    for (const nothing of [gap(2), row(2, exactly(null)), row(2, null)]) {
      const rows = [
        row(0, exactly(1)),
        row(1, exactly(2)),
        nothing,
        row(3, exactly(4)),
        row(4, exactly(5)),
      ];
      expect(paths(rows)).toEqual({ exact: 'M0,99L1,98M3,96L4,95' });
    }
  });

  it('of one value between gaps is a dot', () => {
    expect(paths([gap(0), row(1, exactly(7)), gap(2)])).toEqual({ exact: 'M1,93L1,93' });
  });

  it('is drawn as the less good of two values is known', () => {
    const rows = [
      row(0, exactly(1)),
      row(1, exactly(2)),
      row(2, known(3, 'at_least')),
      row(3, known(4, 'counted')),
      row(4, exactly(5)),
      row(5, exactly(6)),
    ];
    expect(paths(rows)).toEqual({
      exact: 'M0,99L1,98M4,95L5,94',
      at_least: 'M1,98L2,97L3,96',
      counted: 'M3,96L4,95',
    });
  });

  it('has nothing to draw without values', () => {
    expect(linePaths([], 0, scales)).toEqual([]);
    expect(linePaths([gap(0), row(1, exactly(null))], 0, scales)).toEqual([]);
  });
});

describe('the band', () => {
  const wide = (value: number, low: number, high: number): ChartCell => ({
    ...exactly(value),
    low,
    high,
  });

  it('goes around the extremes of each run', () => {
    const rows = [row(0, wide(5, 1, 9)), row(1, wide(6, 6, 8)), gap(2), row(3, wide(4, 2, 4))];
    expect(bandPath(rows, 0, scales)).toBe('M0,91L1,92L1,94L0,99ZM3,96L3,98Z');
  });

  it('is not there where values have no extremes', () => {
    expect(bandPath([row(0, exactly(5)), row(1, exactly(6))], 0, scales)).toBe('');
  });
});

describe('bars', () => {
  it('stand on top of each other, within the time shown', () => {
    const data = {
      ...{ fromMs: 5, toMs: 25, stepMs: 10 },
      series: [],
      rows: [
        { at: 0, isGap: false, cells: [exactly(2), exactly(0), exactly(3)] },
        gap(10),
        { at: 20, isGap: false, cells: [exactly(4), null, null] },
        { at: 30, isGap: false, cells: [exactly(9)] },
      ],
    };
    expect(barParts(data, scales)).toEqual([
      { place: 0, at: 0, x: 5, y: 98, width: 4, height: 2 },
      { place: 2, at: 0, x: 5, y: 95, width: 4, height: 3 },
      { place: 0, at: 20, x: 20, y: 96, width: 4, height: 4 },
    ]);
  });
});

describe('marks along a line', () => {
  it('stand apart, on values only, and elsewhere for another series', () => {
    const rows = Array.from({ length: 100 }, (_, at) =>
      at % 7 === 0 ? gap(at) : { at, isGap: false, cells: [exactly(at), exactly(at)] },
    );
    const [first, second] = [0, 1].map((place) => markPoints(rows, place, scales, 24));
    expect(first?.length).toBeGreaterThan(2);
    for (const [at, { x, y }] of (first ?? []).entries()) {
      expect(y).toBe(100 - x);
      if (at > 0) expect(x - (first?.[at - 1]?.x ?? 0)).toBeGreaterThanOrEqual(24);
    }
    expect(first?.some(({ x }) => second?.some((other) => other.x === x))).toBe(false);
  });
});
