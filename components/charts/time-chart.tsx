'use client';

import clsx from 'clsx';
import dynamic from 'next/dynamic';
import { memo, useId, useMemo } from 'react';
import { Skeleton } from '@/components/ui/skeleton';
import { type ChartUnit, valueTicks } from '@/lib/model/chart-axis';
import {
  type ChartData,
  highest,
  highestSum,
  newestRow,
  sumUp,
  thinOut,
} from '@/lib/model/chart-data';
import { ChartLegend, LegendMoment, LegendSkeleton, QualityKey } from './chart-legend';
import { ChartTable } from './chart-table';
import { useCrosshair } from './crosshair';
import { PLOT_CLASSES } from './plot-box';
import { PlotOverlay, pointedRow } from './plot-overlay';
import type { TimePlotProps } from './time-plot';

const TimePlot = dynamic<TimePlotProps>(() => import('./time-plot').then((plot) => plot.TimePlot), {
  ssr: false,
  loading: () => <PlotSkeleton />,
});

/** Bars narrower than that cannot be told apart. */
const BARS_MAX = 100;
const UNIT_WORDS: Record<ChartUnit, string> = {
  entries: 'entries',
  per_second: 'per second',
  duration_ms: '',
};

interface Props {
  title: string;
  unit: ChartUnit;
  kind?: 'lines' | 'bars';
  /** Null while it is being read. */
  data: ChartData | null;
  /** So many series will come: what holds their place is as high. */
  expected?: number;
  /** Why there is nothing, where there is nothing. */
  empty: string;
  className?: string;
}

/** A chart over time: its legend tells the values of the moment pointed at, a table all of them. */
export function TimeChart({
  title,
  unit,
  kind = 'lines',
  data,
  expected = 1,
  empty,
  className,
}: Props) {
  const id = useId();
  const drawn = useMemo(() => {
    if (data === null) return null;
    return kind === 'bars' ? sumUp(data, BARS_MAX) : thinOut(data);
  }, [data, kind]);
  return (
    <section
      aria-labelledby={id}
      className={clsx('min-w-0 rounded-md border bg-raised px-3 pt-2 pb-2', className)}
    >
      {drawn ? (
        <DrawnChart id={id} title={title} unit={unit} kind={kind} data={drawn} empty={empty} />
      ) : (
        <>
          <h3 id={id} className="text-13 font-semibold">
            {title}
          </h3>
          <div className={PLOT_CLASSES.height}>
            <PlotSkeleton />
          </div>
          <LegendSkeleton count={expected} />
          <div className="mt-1 h-4" />
        </>
      )}
    </section>
  );
}

interface DrawnProps extends Required<Pick<Props, 'title' | 'unit' | 'kind' | 'empty'>> {
  id: string;
  data: ChartData;
}

function DrawnChart({ id, title, unit, kind, data, empty }: DrawnProps) {
  const isBars = kind === 'bars';
  const ticks = useMemo(
    () => valueTicks(isBars ? highestSum(data) : highest(data), unit),
    [data, isBars, unit],
  );
  const isEmpty = newestRow(data) === null;
  return (
    <>
      <div className="flex min-h-5 flex-wrap items-baseline gap-x-3">
        <h3 id={id} className="text-13 font-semibold">
          {title} <span className="ml-0.5 text-12 font-normal text-faint">{UNIT_WORDS[unit]}</span>
        </h3>
        {unit === 'entries' && <QualityKey data={data} />}
        <Moment data={data} isBars={isBars} />
      </div>
      <div className={clsx('relative', PLOT_CLASSES.height)}>
        <div aria-hidden className="h-full">
          <StillPlot data={data} kind={kind} unit={unit} ticks={ticks} />
        </div>
        {isEmpty ? (
          <p className="absolute inset-0 flex items-center justify-center pb-6 pl-12 text-13 text-faint">
            {empty}
          </p>
        ) : (
          <PlotOverlay
            title={title}
            data={data}
            unit={unit}
            isBars={isBars}
            top={ticks.at(-1) ?? 1}
          />
        )}
      </div>
      <Legend data={data} unit={unit} isBars={isBars} />
      <ChartTable title={title} data={data} unit={unit} />
    </>
  );
}

/** Drawn anew for new values only, not while the crosshair moves. */
const StillPlot = memo(TimePlot);

function Moment({ data, isBars }: { data: ChartData; isBars: boolean }) {
  const [atMs] = useCrosshair();
  return <LegendMoment data={data} row={pointedRow(data, isBars, atMs)} atMs={atMs} />;
}

function Legend({ data, unit, isBars }: { data: ChartData; unit: ChartUnit; isBars: boolean }) {
  const [atMs] = useCrosshair();
  const row = pointedRow(data, isBars, atMs);
  return <ChartLegend data={data} row={row} unit={unit} isBars={isBars} />;
}

function PlotSkeleton() {
  return (
    <div className={clsx('h-full', PLOT_CLASSES.padding)}>
      <Skeleton className="h-full opacity-50" />
    </div>
  );
}
