'use client';

import clsx from 'clsx';
import { VisibleText } from '@/components/entry/visible-text';
import { useTimes } from '@/lib/browser/times';
import { type ChartUnit, formatMoment } from '@/lib/model/chart-axis';
import type { ChartData, ChartRow } from '@/lib/model/chart-data';
import type { LagQuality } from '@/lib/model/lag';
import { visibleText } from '@/lib/model/visible-text';
import { bandWords, cellWords } from './cell-words';
import { QUALITY_DASHES, SeriesSwatch } from './series-mark';

const COLUMNS = 'grid grid-cols-[repeat(auto-fill,minmax(min(13rem,100%),1fr))] gap-x-6 text-12';

interface Props {
  data: ChartData;
  /** The row whose values stand here; null where nothing was seen. */
  row: ChartRow | null;
  unit: ChartUnit;
  isBars: boolean;
}

/** Each series with its mark and its value, in columns that keep their places. */
export function ChartLegend({ data, row, unit, isBars }: Props) {
  return (
    <dl className={COLUMNS}>
      {data.series.map(({ label, tone }, place) => {
        const cell = row?.cells[place] ?? null;
        const band = cell && bandWords(cell, unit);
        return (
          <div key={tone} className="flex h-5 min-w-0 items-center gap-1.5">
            <SeriesSwatch
              tone={tone}
              kind={isBars ? 'bar' : data.series.length > 1 ? 'line' : 'alone'}
            />
            <dt className="min-w-0 truncate text-quiet" title={visibleText(label)}>
              <VisibleText text={label} />
            </dt>
            <dd
              className={clsx(
                'shrink-0 font-medium tabular-nums',
                data.series.length > 1 ? 'ml-auto' : 'ml-1.5',
              )}
            >
              {band && data.series.length > 1 && <Band words={band} className="mr-1.5" />}
              {cell ? cellWords(cell, unit) : <span className="text-faint">–</span>}
              {band && data.series.length === 1 && <Band words={band} className="ml-1.5" />}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Holds the place of a legend of so many series. */
export function LegendSkeleton({ count }: { count: number }) {
  return (
    <div className={COLUMNS}>
      {Array.from({ length: count }, (_, place) => place).map((place) => (
        <div key={place} className="h-5" />
      ))}
    </div>
  );
}

/** The least and the most within the step. */
function Band({ words, className }: { words: string; className: string }) {
  return <span className={clsx('font-normal text-faint', className)}>{words}</span>;
}

/** The moment the legend's values are of. */
export function LegendMoment({
  data,
  row,
  atMs,
}: {
  data: ChartData;
  row: ChartRow | null;
  atMs: number | null;
}) {
  const { fromMs, toMs, stepMs } = data;
  const times = useTimes();
  const words = (ms: number) => formatMoment(ms, stepMs, toMs - fromMs, { times, toMs });
  const isGap = atMs !== null && (row === null || row.isGap);
  return (
    <p className="ml-auto text-12 whitespace-nowrap text-quiet tabular-nums">
      {isGap && <span className="mr-1.5 text-warn-ink">nothing was seen</span>}
      {atMs === null ? 'newest' : words(row && !row.isGap ? row.at : atMs)}
    </p>
  );
}

const QUALITY_WORDS: Record<Exclude<LagQuality, 'exact'>, string> = {
  counted: '≈ counted',
  at_least: '≥ at least',
  unknown: 'gap: not known',
};

/** What dashes and gaps mean, where the chart has any. */
export function QualityKey({ data }: { data: ChartData }) {
  const found = new Set(
    data.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell?.quality ?? [])),
  );
  const shown = (['counted', 'at_least', 'unknown'] as const).filter((quality) =>
    found.has(quality),
  );
  return shown.map((quality) => (
    <span key={quality} className="flex items-center gap-1.5 text-12 text-faint">
      {quality !== 'unknown' && (
        <svg aria-hidden="true" width={22} height={8}>
          <path
            d="M1,4H21"
            stroke="var(--neutral-9)"
            strokeWidth={1.5}
            strokeLinecap="round"
            strokeDasharray={QUALITY_DASHES[quality]}
          />
        </svg>
      )}
      {QUALITY_WORDS[quality]}
    </span>
  ));
}
