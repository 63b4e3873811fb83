import type { RatePoint } from '@/lib/model/recent-rates';

interface Box {
  width: number;
  height: number;
}

/** Two SVG paths; both empty where there is nothing to draw. */
interface Sparkline {
  line: string;
  /** What lies under the line. */
  area: string;
}

/**
 * A rate over the time its points span, from 0 at the bottom to the highest at the top. A
 * missing sample breaks the line.
 */
export function sparkline(points: readonly RatePoint[], { width, height }: Box): Sparkline {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at <= first.at) return { line: '', area: '' };
  const highest = highestRate(points) ?? 0;
  const x = (at: number) => round(((at - first.at) / (last.at - first.at)) * width);
  const y = (rate: number) => round(highest === 0 ? height : height - (rate / highest) * height);
  const runs = unbroken(points).map((run) => ({
    start: x(run[0]?.at ?? 0),
    line: run.map(({ at, rate }) => `${x(at)} ${y(rate)}`).join('L'),
  }));
  return {
    line: runs.map((run) => `M${run.line}`).join(''),
    area: runs.map((run) => `M${run.start} ${height}L${run.line}V${height}Z`).join(''),
  };
}

/** The highest rate; null where none is known. */
export function highestRate(points: readonly RatePoint[]): number | null {
  let highest: number | null = null;
  for (const { in_per_second: rate } of points) {
    if (rate !== null && (highest === null || rate > highest)) highest = rate;
  }
  return highest;
}

interface KnownRate {
  at: number;
  rate: number;
}

function unbroken(points: readonly RatePoint[]): KnownRate[][] {
  const runs: KnownRate[][] = [];
  let run: KnownRate[] = [];
  for (const { at, in_per_second: rate } of points) {
    if (rate === null) {
      run = [];
      continue;
    }
    if (run.length === 0) runs.push(run);
    run.push({ at, rate });
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
