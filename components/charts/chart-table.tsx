'use client';

import { VisibleText } from '@/components/entry/visible-text';
import { Cell, HeaderCell, TableHead, TableRow } from '@/components/ui/table';
import { useTimes } from '@/lib/browser/times';
import { type ChartUnit, formatMoment } from '@/lib/model/chart-axis';
import type { ChartData, ChartRow } from '@/lib/model/chart-data';
import { formatDuration } from '@/lib/model/duration';
import { timeHeading, timesWords } from '@/lib/model/time-display';
import { AsTable } from './as-table';
import { bandWords, cellWords } from './cell-words';

interface Props {
  title: string;
  data: ChartData;
  unit: ChartUnit;
}

/** The same values for those who read them, newest first. Its rows are made when it is opened. */
export function ChartTable({ title, data, unit }: Props) {
  const times = useTimes();
  return (
    <AsTable
      title={title}
      caption={`a row for each ${formatDuration(data.stepMs)}, ${timesWords(times)}, newest first`}
      head={
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
      }
      rows={() =>
        data.rows
          .toReversed()
          .map((row) => <ChartTableRow key={row.at} row={row} data={data} unit={unit} />)
      }
    />
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
