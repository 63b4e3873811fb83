import type { ChartCell, ChartData, ChartRow } from '@/lib/model/chart-data';
import { worseOf } from '@/lib/model/history-point';
import type { LagQuality } from '@/lib/model/lag';

/** Turns a moment or a value into pixels. */
export type Scale = (value: number) => number;

/** Where one series of a chart is drawn. */
export interface PlotScales {
  x: Scale;
  y: Scale;
}

interface Known {
  x: number;
  y: number;
  quality: LagQuality;
}

/**
 * A line as one path for each way its values are known. It is broken where nothing was seen or
 * known; between two values it is drawn as the less good of both is known.
 */
export function linePaths(
  rows: readonly ChartRow[],
  place: number,
  { x, y }: PlotScales,
): { quality: LagQuality; d: string }[] {
  const paths = new Map<LagQuality, { d: string; end: Known }>();
  const draw = (quality: LagQuality, from: Known, to: Known) => {
    const path = paths.get(quality);
    const start = path?.end === from ? '' : `M${at(from)}`;
    paths.set(quality, { d: `${path?.d ?? ''}${start}L${at(to)}`, end: to });
  };
  for (const run of runsOf(rows, place)) {
    const points = run.map(({ row, cell, value }) => ({
      ...{ x: x(row.at), y: y(value), quality: cell.quality },
    }));
    const [first, ...others] = points;
    if (!first) continue;
    // A value alone is a dot: round ends make one of a line without length.
    if (others.length === 0) draw(first.quality, first, first);
    let before = first;
    for (const point of others) {
      draw(worseOf(before.quality, point.quality), before, point);
      before = point;
    }
  }
  return Array.from(paths, ([quality, { d }]) => ({ quality, d }));
}

/** The ground between the extremes of each step; empty where none differs from its value. */
export function bandPath(rows: readonly ChartRow[], place: number, { x, y }: PlotScales): string {
  return runsOf(rows, place)
    .filter((run) => run.some(({ cell }) => cell.low !== cell.high))
    .map((run) => {
      const top = run.map(({ row, cell, value }) => at({ x: x(row.at), y: y(cell.high ?? value) }));
      const bottom = run.map(({ row, cell, value }) =>
        at({ x: x(row.at), y: y(cell.low ?? value) }),
      );
      return `M${[...top, ...bottom.toReversed()].join('L')}Z`;
    })
    .join('');
}

/** A bar's part of one series, in pixels. */
export interface BarPart {
  place: number;
  at: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Bars of one step each, the series on top of each other; a hairline of ground between bars. */
export function barParts(
  { rows, stepMs, fromMs, toMs }: ChartData,
  { x, y }: PlotScales,
): BarPart[] {
  return rows.flatMap((row) => {
    const left = x(Math.max(row.at, fromMs));
    const width = x(Math.min(row.at + stepMs, toMs)) - left;
    if (width <= 0) return [];
    let sum = 0;
    return row.cells.flatMap((cell, place): BarPart[] => {
      const value = cell?.value ?? 0;
      if (value <= 0) return [];
      const bottom = y(sum);
      sum += value;
      const thin = width > 3 ? 1 : 0;
      return [
        { place, at: row.at, x: left, y: y(sum), width: width - thin, height: bottom - y(sum) },
      ];
    });
  });
}

/** Places along a line for its mark, shifted by its place so that lines that coincide are all seen. */
export function markPoints(
  rows: readonly ChartRow[],
  place: number,
  { x, y }: PlotScales,
  spacing: number,
): { x: number; y: number }[] {
  const marks: { x: number; y: number }[] = [];
  let nextX = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const value = row.cells[place]?.value ?? null;
    const itsX = x(row.at);
    if (nextX === Number.NEGATIVE_INFINITY) nextX = itsX + spacing * shiftOf(place);
    if (itsX < nextX) continue;
    nextX = itsX + spacing;
    if (value !== null) marks.push({ x: itsX, y: y(value) });
  }
  return marks;
}

/** Spread over the spacing: 1/12, 3/12, … of it. */
function shiftOf(place: number): number {
  return ((place * 2 + 1) % 12) / 12;
}

interface KnownCell {
  row: ChartRow;
  cell: ChartCell;
  value: number;
}

/** Values of a series that follow each other without a gap. */
function runsOf(rows: readonly ChartRow[], place: number): KnownCell[][] {
  const runs: KnownCell[][] = [];
  let run: KnownCell[] = [];
  for (const row of rows) {
    const cell = row.cells[place];
    if (cell && cell.value !== null) run.push({ row, cell, value: cell.value });
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function at({ x, y }: { x: number; y: number }): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
