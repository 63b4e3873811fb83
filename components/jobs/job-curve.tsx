'use client';

import { AsTable } from '@/components/charts/as-table';
import { Cell, HeaderCell, TableHead, TableRow } from '@/components/ui/table';
import { Timestamp } from '@/components/ui/timestamp';
import { useTimes } from '@/lib/browser/times';
import { countOf, formatCount } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import { type CurvePoint, jobCurveOf, jobCurvePaths } from '@/lib/model/job-curve';
import type { TimelineStep } from '@/lib/model/job-timeline';
import { timeHeading } from '@/lib/model/time-display';

/** In its own units: it is stretched to the width there is. */
const BOX = { width: 1000, height: 100 };
const GRID = [0, 50, 100];

interface Props {
  steps: readonly TimelineStep[];
  /** When it was looked at, where it goes on, epoch milliseconds. */
  untilMs: number | null;
}

/** How much of a job was done when, by its events: steady, in bursts, or standing still. */
export function JobCurve({ steps, untilMs }: Props) {
  const times = useTimes();
  const curve = jobCurveOf(steps, untilMs);
  if (curve === null) return null;
  const { points, fromMs, toMs } = curve;
  const { line, area } = jobCurvePaths(curve, BOX);
  const last = points.at(-1);
  const words = last
    ? `${formatCount(last.done)} of ${countOf(last.total, 'chunk')} in ${formatDuration(toMs - fromMs)}`
    : '';
  return (
    <section aria-labelledby="progress" className="mb-2 rounded-md border bg-raised px-3 py-2">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h3 id="progress" className="text-13 font-semibold">
          Progress over time
        </h3>
        <p className="text-12 text-quiet tabular-nums">{words}</p>
      </div>
      <div className="mt-2 grid grid-cols-[auto_1fr] gap-x-2 text-12 text-faint tabular-nums">
        <div aria-hidden className="flex flex-col justify-between text-right leading-none">
          <span>100 %</span>
          <span>0 %</span>
        </div>
        <svg
          role="img"
          aria-label={`Progress over time: ${words}`}
          viewBox={`0 0 ${BOX.width} ${BOX.height}`}
          preserveAspectRatio="none"
          className="h-16 w-full overflow-visible"
        >
          {GRID.map((y) => (
            <path
              key={y}
              d={`M0 ${y}H${BOX.width}`}
              vectorEffect="non-scaling-stroke"
              className="stroke-line"
            />
          ))}
          <path d={area} className="fill-pressed" />
          <path
            d={line}
            fill="none"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
            className="stroke-mark"
          />
        </svg>
        <span />
        <div className="mt-1 flex justify-between">
          <Timestamp at={fromMs} show="time" />
          <Timestamp at={toMs} show="time" />
        </div>
      </div>
      <AsTable
        title="Progress over time"
        caption="a row for each event that tells it, oldest first"
        head={
          <TableHead className="sticky top-0 bg-raised">
            <TableRow>
              <HeaderCell>{timeHeading(times)}</HeaderCell>
              <HeaderCell numeric>After</HeaderCell>
              <HeaderCell numeric>Chunks</HeaderCell>
              <HeaderCell numeric>Of all</HeaderCell>
            </TableRow>
          </TableHead>
        }
        rows={() =>
          points.map((point, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may be told in one millisecond
            <CurveRow key={at} point={point} fromMs={fromMs} />
          ))
        }
      />
    </section>
  );
}

function CurveRow({ point, fromMs }: { point: CurvePoint; fromMs: number }) {
  const { atMs, done, total, share } = point;
  return (
    <TableRow className="h-6!">
      <Cell className="text-quiet">
        <Timestamp at={atMs} show="time-ms" />
      </Cell>
      <Cell numeric>{formatDuration(atMs - fromMs)}</Cell>
      <Cell numeric>
        {formatCount(done)} of {formatCount(total)}
      </Cell>
      <Cell numeric>{Math.floor(share * 100)} %</Cell>
    </TableRow>
  );
}
