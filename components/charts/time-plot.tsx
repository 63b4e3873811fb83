'use client';

import { CartesianGrid, ComposedChart, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { useTimes } from '@/lib/browser/times';
import { type ChartUnit, formatTick, formatTimeTick, timeTicks } from '@/lib/model/chart-axis';
import type { ChartData } from '@/lib/model/chart-data';
import { PLOT_BOX } from './plot-box';
import { BarsLayer, LinesLayer } from './plot-layers';

const TICK = { fontSize: 12, fill: 'var(--neutral-10)' };

export interface TimePlotProps {
  data: ChartData;
  kind: 'lines' | 'bars';
  unit: ChartUnit;
  ticks: readonly number[];
}

/** What is drawn of a chart. Loaded apart: the library is larger than the page. */
export function TimePlot({ data, kind, unit, ticks }: TimePlotProps) {
  const { top, right, bottom, left } = PLOT_BOX;
  const times = useTimes();
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart
        data={[{ at: data.fromMs }, { at: data.toMs }]}
        accessibilityLayer={false}
        margin={{ top, right, bottom: 0, left: 0 }}
      >
        <CartesianGrid vertical={false} stroke="var(--neutral-6)" />
        <XAxis
          type="number"
          dataKey="at"
          height={bottom}
          domain={[data.fromMs, data.toMs]}
          allowDataOverflow
          ticks={timeTicks(data.fromMs, data.toMs, times)}
          tickFormatter={(atMs: number) => formatTimeTick(atMs, { times, toMs: data.toMs })}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: 'var(--neutral-7)' }}
          interval="equidistantPreserveStart"
          minTickGap={16}
        />
        <YAxis
          type="number"
          width={left}
          domain={[0, ticks.at(-1) ?? 1]}
          allowDataOverflow
          ticks={[...ticks]}
          interval={0}
          tickFormatter={(value: number) => formatTick(value, unit)}
          tick={TICK}
          tickLine={false}
          axisLine={false}
        />
        {kind === 'bars' ? <BarsLayer data={data} /> : <LinesLayer data={data} />}
      </ComposedChart>
    </ResponsiveContainer>
  );
}
