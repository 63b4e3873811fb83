import { entryIdTimeMs } from './entry-id';
import { beginsWithQueued, type TimelineStep } from './job-timeline';
import { jobShare } from './jobs-page';

/** How much of a job was done at a moment, as an event told it. */
export interface CurvePoint {
  /** Epoch milliseconds. */
  atMs: number;
  done: number;
  total: number;
  /** 0 to 1. */
  share: number;
}

export interface JobCurve {
  points: CurvePoint[];
  /** From the first event shown to the last, or to now while it goes on, epoch milliseconds. */
  fromMs: number;
  toMs: number;
}

/**
 * A job's progress over time, oldest first; null where its events tell less than two moments of it.
 * A count holds until the next one: what came between is not known. `untilMs`: the job goes on, and
 * was looked at then; where nothing came for long the curve lies flat.
 */
export function jobCurveOf(
  steps: readonly TimelineStep[],
  untilMs: number | null = null,
): JobCurve | null {
  const first = steps[0];
  const last = steps.at(-1);
  if (!first || !last) return null;
  const totals = steps.map((step) => step.chunksTotal);
  const points: CurvePoint[] = [];
  let total = totals.find((count) => count !== null) ?? null;
  const add = (step: TimelineStep, done: number) => {
    const share = jobShare({ chunks_processed: done, chunks_total: total });
    if (share === null || total === null) return;
    points.push({ atMs: entryIdTimeMs(step.id), done, total, share });
  };
  if (beginsWithQueued(steps) && first.chunksProcessed === null) add(first, 0);
  for (const step of steps) {
    total = step.chunksTotal ?? total;
    if (step.chunksProcessed !== null) add(step, step.chunksProcessed);
  }
  const fromMs = entryIdTimeMs(first.id);
  const toMs = Math.max(entryIdTimeMs(last.id), untilMs ?? 0);
  return points.length < 2 || toMs <= fromMs ? null : { points, fromMs, toMs };
}

/**
 * The curve as SVG paths in a box of these sides, 0 at the bottom and all of it at the top; the
 * last count goes on to the end.
 */
export function jobCurvePaths(
  { points, fromMs, toMs }: JobCurve,
  { width, height }: { width: number; height: number },
): { line: string; area: string } {
  const x = (atMs: number) => tenths(((atMs - fromMs) / (toMs - fromMs)) * width);
  const y = (share: number) => tenths((1 - share) * height);
  const [first, ...others] = points;
  if (!first) return { line: '', area: '' };
  const steps = others.map(({ atMs, share }) => `H${x(atMs)}V${y(share)}`).join('');
  const line = `M${x(first.atMs)} ${y(first.share)}${steps}H${width}`;
  return { line, area: `${line}V${height}H${x(first.atMs)}Z` };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
