'use client';

import { useState } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { Cell, HeaderCell, TableHead, TableRow } from '@/components/ui/table';
import { useTimes } from '@/lib/browser/times';
import { type ChartUnit, formatMoment } from '@/lib/model/chart-axis';
import type { ChartData, ChartRow } from '@/lib/model/chart-data';
import { formatDuration } from '@/lib/model/duration';
import { timeHeading, timesWords } from '@/lib/model/time-display';
import { bandWords, cellWords } from './cell-words';

interface Props {
  title: string;
  data: ChartData;
  unit: ChartUnit;
}

/** The same values for those who read them, newest first. Its rows are made when it is opened. */
export function ChartTable({ title, data, unit }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const times = useTimes();
  return (
    <details className="mt-1 text-12" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded-md text-quiet hover:text-ink">As a table</summary>
      {isOpen && (
        <section
          aria-label={`${title}, as a table`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
          tabIndex={0}
          className="mt-2 max-h-72 overflow-auto rounded-md border"
        >
          <table className="w-full border-collapse text-12">
            <caption className="px-3 py-1.5 text-left text-quiet">
              {title}, a row for each {formatDuration(data.stepMs)}, {timesWords(times)}, newest
              first
            </caption>
            <TableHead className="sticky top-0 bg-raised">
              <TableRow>
                <HeaderCell>{timeHeading(times)}</HeaderCell>
                {data.series.map(({ label, tone }) => (
                  <HeaderCell key={tone} numeric>
                    <VisibleText text={label} />
                  </HeaderCell>
                ))}
              </TableRow>
            </TableHead>
            <tbody>
              {data.rows.toReversed().map((row) => (
                <ChartTableRow key={row.at} row={row} data={data} unit={unit} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

function ChartTableRow({ row, data, unit }: { row: ChartRow } & Omit<Props, 'title'>) {
  const times = useTimes();
  return (
    <TableRow className="h-6!">
      <th
        scope="row"
        className="px-3 text-left font-normal whitespace-nowrap text-quiet tabular-nums"
      >
        <time dateTime={new Date(row.at).toISOString()} title={new Date(row.at).toISOString()}>
          {formatMoment(row.at, data.stepMs, data.toMs - data.fromMs, { times, toMs: data.toMs })}
        </time>
      </th>
      {row.isGap ? (
        <Cell colSpan={data.series.length} className="text-right text-faint">
          nothing was seen
        </Cell>
      ) : (
        data.series.map(({ tone }, place) => {
          const cell = row.cells[place];
          const band = cell && bandWords(cell, unit);
          return (
            <Cell key={tone} numeric>
              {cell ? cellWords(cell, unit) : <span className="text-faint">none</span>}
              {band && <span className="text-faint"> ({band})</span>}
            </Cell>
          );
        })
      )}
    </TableRow>
  );
}
