import type { RatePoint } from '@/lib/model/snapshot';

interface Box {
  width: number;
  height: number;
}

/**
 * The SVG path of a rate over time: from 0 at the bottom to the highest at the top, in the
 * time the points span. A missing sample breaks the line. Empty with fewer than two points.
 */
export function sparklinePath(points: readonly RatePoint[], { width, height }: Box): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at <= first.at) return '';
  const highest = highestRate(points) ?? 0;
  const x = (at: number) => ((at - first.at) / (last.at - first.at)) * width;
  const y = (rate: number) => (highest === 0 ? height : height - (rate / highest) * height);
  let path = '';
  let drawing = false;
  for (const point of points) {
    if (point.in_per_second === null) {
      drawing = false;
      continue;
    }
    path += `${drawing ? 'L' : 'M'}${round(x(point.at))} ${round(y(point.in_per_second))}`;
    drawing = true;
  }
  return path;
}

/** The highest rate; null where none is known. */
export function highestRate(points: readonly RatePoint[]): number | null {
  let highest: number | null = null;
  for (const { in_per_second: rate } of points) {
    if (rate !== null && (highest === null || rate > highest)) highest = rate;
  }
  return highest;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
