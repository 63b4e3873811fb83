import { worseOf } from './history-point';
import type { LagQuality } from './lag';

/** More points than this are never drawn. */
export const DRAWN_POINTS_MAX = 300;

/** One value of one series. */
export interface ChartCell {
  /** Null: it was not known. */
  value: number | null;
  /** The extremes within the step; as the value where there are no others. */
  low: number | null;
  high: number | null;
  quality: LagQuality;
}

/** One step: a cell a series; null where the series was not there. */
export interface ChartRow {
  /** Start of the step, epoch milliseconds. */
  at: number;
  /** Nothing was seen from here to the next row. */
  isGap: boolean;
  cells: (ChartCell | null)[];
}

/** One of the colours that tell series apart; `rest` for all that are not told apart. */
export type SeriesTone = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 'rest';

export interface ChartSeries {
  label: string;
  tone: SeriesTone;
}

/** What a chart draws, oldest first, and its time. */
export interface ChartData {
  fromMs: number;
  toMs: number;
  /** Length of a step, milliseconds. */
  stepMs: number;
  series: ChartSeries[];
  rows: ChartRow[];
}

/** Behind the newest row nothing is known after so many steps. */
const LATE_STEPS = 2.5;
/** Of rows that become one: a gap before it, itself, a gap behind it. */
const ROWS_OF_SOME_MAX = 3;

/** A cell whose value says all there is to it. */
export function exactly(value: number | null): ChartCell {
  return { value, low: value, high: value, quality: value === null ? 'unknown' : 'exact' };
}

/** The row a moment lies in or next to; null where nothing was seen then. Rows are oldest first. */
export function rowAt({ rows, stepMs }: ChartData, atMs: number): ChartRow | null {
  const next = rows.findIndex(({ at }) => at > atMs);
  const after = next < 0 ? undefined : rows[next];
  const before = rows.at(next < 0 ? -1 : next - 1);
  if (!before || before.at > atMs) {
    return after && after.at - atMs <= stepMs / 2 ? after : null;
  }
  if (!after) return atMs - before.at <= LATE_STEPS * stepMs ? before : null;
  if (before.isGap) return after.at - atMs <= stepMs / 2 ? after : before;
  return atMs - before.at <= after.at - atMs ? before : after;
}

/** The row of counts whose step a moment lies in; null where nobody counted. */
export function barAt({ rows, stepMs }: ChartData, atMs: number): ChartRow | null {
  return rows.find(({ at }) => at <= atMs && atMs < at + stepMs) ?? null;
}

/** The place of the row so many rows further on, or the last one in that direction; -1 with none. */
export function rowFurther({ rows }: ChartData, from: ChartRow | null, by: number): number {
  const place = from ? rows.indexOf(from) : -1;
  const start = place < 0 ? rows.length - (by < 0 ? 0 : 1) : place;
  return Math.min(Math.max(start + by, 0), rows.length - 1);
}

/** The newest row that is no gap; null with none. */
export function newestRow({ rows }: ChartData): ChartRow | null {
  return rows.findLast(({ isGap }) => !isGap) ?? null;
}

/** The largest of all values and extremes; 0 with none. */
export function highest({ rows }: ChartData): number {
  const all = rows.flatMap(({ cells }) => cells.flatMap((cell) => [cell?.value, cell?.high]));
  return all.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

/** The largest sum of a row, for what is drawn on top of each other. */
export function highestSum({ rows }: ChartData): number {
  const sums = rows.map(({ cells }) => cells.reduce((sum, cell) => sum + (cell?.value ?? 0), 0));
  return sums.reduce((most, sum) => Math.max(most, sum), 0);
}

/**
 * At most `max` rows of which none loses an extreme: where there are more, some that follow each
 * other become one with the least and the most of them, and a gap stays a gap.
 */
export function thinOut(data: ChartData, max = DRAWN_POINTS_MAX): ChartData {
  if (data.rows.length <= max) return data;
  const size = Math.ceil(data.rows.length / Math.max(1, Math.floor(max / ROWS_OF_SOME_MAX)));
  const rows: ChartRow[] = [];
  for (let start = 0; start < data.rows.length; start += size) {
    const some = data.rows.slice(start, start + size);
    const [first, ...others] = some.filter(({ isGap }) => !isGap);
    const gaps = some.filter(({ isGap }) => isGap);
    const before = gaps.find(({ at }) => !first || at < first.at);
    if (before) rows.push(before);
    if (!first) continue;
    rows.push(others.reduce((row, other) => merged(row, other, mergedCell), first));
    const after = some.at(-1)?.isGap ? some.at(-1) : undefined;
    if (after) rows.push(after);
  }
  return { ...data, rows, stepMs: data.stepMs * size };
}

/** At most `max` rows of counts, each the sum of those it stands for; a gap where all are gaps. */
export function sumUp(data: ChartData, max: number): ChartData {
  const size = Math.ceil(data.rows.length / max);
  if (size <= 1) return data;
  const stepMs = data.stepMs * size;
  const rows = new Map<number, ChartRow>();
  for (const row of data.rows) {
    const at = Math.floor(row.at / stepMs) * stepMs;
    const before = rows.get(at);
    if (!before || before.isGap) rows.set(at, { ...row, at });
    else if (!row.isGap) rows.set(at, { ...merged(before, row, summedCell), at });
  }
  return { ...data, stepMs, rows: [...rows.values()] };
}

type Merge = (a: ChartCell, b: ChartCell) => ChartCell;

function merged(a: ChartRow, b: ChartRow, merge: Merge): ChartRow {
  const cells = a.cells.map((cell, at) => {
    const other = b.cells[at] ?? null;
    return cell && other ? merge(cell, other) : (other ?? cell);
  });
  return { at: a.at, isGap: false, cells };
}

function mergedCell(a: ChartCell, b: ChartCell): ChartCell {
  return {
    value: b.value ?? a.value,
    low: pick(Math.min, a.low, b.low),
    high: pick(Math.max, a.high, b.high),
    quality: worseOf(a.quality, b.quality),
  };
}

function summedCell(a: ChartCell, b: ChartCell): ChartCell {
  return exactly(pick((x, y) => x + y, a.value, b.value));
}

function pick(of: (a: number, b: number) => number, a: number | null, b: number | null) {
  return a === null || b === null ? (a ?? b) : of(a, b);
}
