'use client';

import { useMemo } from 'react';
import { TimeChart } from '@/components/charts/time-chart';
import { recentChart } from '@/lib/model/history-charts';
import type { RecentRates } from '@/lib/model/recent-rates';

/** Entries in, over the last minutes, which are known where no history is kept. */
export function StreamRate({ recent }: { recent: RecentRates }) {
  const data = useMemo(() => recentChart(recent), [recent]);
  return (
    <TimeChart
      title="In, last minutes"
      unit="per_second"
      data={data}
      empty="The line begins with the second sample."
    />
  );
}
