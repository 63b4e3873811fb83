'use client';

import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Timestamp } from '@/components/ui/timestamp';
import { formatRate } from '@/lib/model/count';
import { rateMinutes, rateSeries } from '@/lib/model/rate-series';
import type { RatePoint } from '@/lib/model/snapshot';

const RateChart = dynamic(() => import('./rate-chart').then((chart) => chart.RateChart), {
  ssr: false,
});

/** Entries in a second over the last minutes: as a line, and as a table for those who read it. */
export function StreamRate({ recent }: { recent: readonly RatePoint[] }) {
  const series = useMemo(() => rateSeries(recent), [recent]);
  return (
    <section aria-labelledby="rate" className="rounded-md border bg-raised p-3">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <h2 id="rate" className="text-13 font-semibold">
          Entries in, per second
        </h2>
        {series && (
          <p className="text-12 text-quiet">
            peak {formatRate(series.peak ?? 0)} · mean {formatRate(series.mean ?? 0)}
          </p>
        )}
      </div>
      <div aria-hidden className="h-36">
        {series ? (
          <RateChart series={series} />
        ) : (
          <p className="flex h-full items-center justify-center text-13 text-faint">
            Watching since a moment ago: the line begins with the second sample.
          </p>
        )}
      </div>
      {series && (
        <details className="mt-1 text-12">
          <summary className="w-fit rounded-md text-quiet hover:text-ink">As a table</summary>
          <RateTable recent={recent} />
        </details>
      )}
    </section>
  );
}

function RateTable({ recent }: { recent: readonly RatePoint[] }) {
  return (
    <div className="mt-2 max-w-sm">
      <Table>
        <TableHead>
          <TableRow>
            <HeaderCell>Minute, UTC</HeaderCell>
            <HeaderCell numeric>Mean in/s</HeaderCell>
            <HeaderCell numeric>Peak in/s</HeaderCell>
          </TableRow>
        </TableHead>
        <tbody>
          {rateMinutes(recent).map((minute) => (
            <TableRow key={minute.at}>
              <Cell>
                <Timestamp at={minute.at} />
              </Cell>
              <Cell numeric>{minute.mean === null ? '?' : formatRate(minute.mean)}</Cell>
              <Cell numeric>{minute.peak === null ? '?' : formatRate(minute.peak)}</Cell>
            </TableRow>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
