'use client';

import clsx from 'clsx';
import type { KeyboardEvent, PointerEvent } from 'react';
import { useTimes } from '@/lib/browser/times';
import { type ChartUnit, formatMoment } from '@/lib/model/chart-axis';
import {
  barAt,
  type ChartData,
  type ChartRow,
  newestRow,
  rowAt,
  rowFurther,
} from '@/lib/model/chart-data';
import { KEY_IDS, type KeyId, pressedKey } from '@/lib/model/keys';
import { type TimeDisplay, zoneLabel } from '@/lib/model/time-display';
import { visibleText } from '@/lib/model/visible-text';
import { cellWords } from './cell-words';
import { useCrosshair } from './crosshair';
import { PLOT_CLASSES, shareOf } from './plot-box';
import { TONE_COLOURS } from './series-mark';

interface Props {
  title: string;
  data: ChartData;
  unit: ChartUnit;
  isBars: boolean;
  /** The value at the top of the plot. */
  top: number;
}

/** How many rows a key goes. */
const STEPS = {
  'chart-earlier': -1,
  'chart-later': 1,
  'chart-far-earlier': -10,
  'chart-far-later': 10,
  'chart-first': Number.NEGATIVE_INFINITY,
  'chart-last': Number.POSITIVE_INFINITY,
} as const satisfies Partial<Record<KeyId, number>>;

const STEP_KEYS = KEY_IDS.filter((id) => id in STEPS) as (keyof typeof STEPS)[];

/** The row of a chart that a moment points at; the newest for none. */
export function pointedRow(data: ChartData, isBars: boolean, atMs: number | null): ChartRow | null {
  if (atMs === null) return newestRow(data);
  return isBars ? barAt(data, atMs) : rowAt(data, atMs);
}

/** The crosshair over a plot: moved by pointer or keys, shown wherever another chart moved it. */
export function PlotOverlay({ title, data, unit, isBars, top }: Props) {
  const [atMs, move] = useCrosshair();
  const times = useTimes();
  const row = pointedRow(data, isBars, atMs);
  const momentOf = ({ at }: ChartRow) => (isBars ? at + data.stepMs / 2 : at);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    const pointedMs = data.fromMs + share * (data.toMs - data.fromMs);
    const pointed = pointedRow(data, isBars, pointedMs);
    move(pointed && !pointed.isGap ? momentOf(pointed) : pointedMs);
  };
  const goBy = (event: KeyboardEvent) => {
    if (pressedKey(event, ['chart-leave'])) return move(null);
    const key = pressedKey(event, STEP_KEYS);
    if (key === null) return;
    event.preventDefault();
    const next = data.rows[rowFurther(data, row, STEPS[key])];
    if (next) move(momentOf(next));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={`Time in ${title}`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, data.rows.length - 1)}
      aria-valuenow={Math.max(0, row ? data.rows.indexOf(row) : 0)}
      aria-valuetext={rowWords(data, row, unit, times)}
      className={clsx('absolute cursor-crosshair touch-pan-y rounded-md', PLOT_CLASSES.inset)}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => move(null)}
      onKeyDown={goBy}
      onBlur={() => move(null)}
    >
      {atMs !== null && atMs >= data.fromMs && atMs <= data.toMs && (
        <>
          <span
            data-crosshair={atMs}
            className="pointer-events-none absolute inset-y-0 w-px bg-control"
            style={{ left: `${shareOf(atMs, data) * 100}%` }}
          />
          {!isBars && row && <RowDots data={data} row={row} top={top} />}
        </>
      )}
    </div>
  );
}

function RowDots({ data, row, top }: { data: ChartData; row: ChartRow; top: number }) {
  return data.series.map(({ tone }, place) => {
    const value = row.cells[place]?.value ?? null;
    if (value === null) return null;
    return (
      <span
        key={tone}
        className="pointer-events-none absolute size-[7px] -translate-1/2 rounded-full ring-1 ring-raised"
        style={{
          left: `${shareOf(row.at, data) * 100}%`,
          top: `${(1 - value / top) * 100}%`,
          background: TONE_COLOURS[tone],
        }}
      />
    );
  });
}

function rowWords(
  data: ChartData,
  row: ChartRow | null,
  unit: ChartUnit,
  times: TimeDisplay,
): string {
  if (!row) return 'nothing was seen';
  const { fromMs, toMs, stepMs } = data;
  const words = formatMoment(row.at, stepMs, toMs - fromMs, { times, toMs });
  const moment = `${words} ${zoneLabel(row.at, times)}`.trim();
  if (row.isGap) return `${moment}: nothing was seen`;
  const values = data.series.map(({ label }, place) => {
    const cell = row.cells[place];
    return `${visibleText(label)} ${cell ? cellWords(cell, unit) : 'none'}`;
  });
  return `${moment}: ${values.join(', ')}`;
}
