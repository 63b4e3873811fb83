'use client';

import {
  Area,
  AreaChart,
  CartesianGrid,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatRate } from '@/lib/model/count';
import type { RateSeries } from '@/lib/model/rate-series';

const TICK = { fontSize: 12, fill: 'var(--neutral-10)' };

/** The line itself. Loaded apart: the library is larger than the page. */
export function RateChart({ series }: { series: RateSeries }) {
  const { points, rateTicks, timeTicks } = series;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <AreaChart
        data={points}
        accessibilityLayer={false}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
      >
        <CartesianGrid vertical={false} stroke="var(--neutral-6)" />
        <XAxis
          dataKey="at"
          type="number"
          domain={['dataMin', 'dataMax']}
          ticks={timeTicks}
          tickFormatter={(at: number) => clock(at).slice(0, 5)}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: 'var(--neutral-7)' }}
          minTickGap={24}
        />
        <YAxis
          width="auto"
          interval={0}
          ticks={rateTicks}
          domain={[0, rateTicks.at(-1) ?? 1]}
          tickFormatter={(rate: number) => formatRate(rate)}
          tick={TICK}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip
          content={<PointLabel />}
          isAnimationActive={false}
          cursor={{ stroke: 'var(--neutral-8)' }}
        />
        <Area
          dataKey="rate"
          stroke="var(--neutral-9)"
          strokeWidth={1.5}
          fill="var(--neutral-5)"
          fillOpacity={0.6}
          isAnimationActive={false}
          activeDot={{ r: 3, fill: 'var(--neutral-12)', stroke: 'none' }}
        />
      </AreaChart>
    </ResponsiveContainer>
  );
}

interface LabelProps {
  active?: boolean;
  payload?: readonly { payload?: { at: number; rate: number | null } }[];
}

function PointLabel({ active, payload }: LabelProps) {
  const point = payload?.[0]?.payload;
  if (!active || !point) return null;
  return (
    <p className="rounded-md border border-line-strong bg-raised px-2 py-1 text-12 shadow-float">
      <span className="text-quiet">{clock(point.at)}</span>{' '}
      <b className="font-semibold">{point.rate === null ? '?' : formatRate(point.rate)}</b> in/s
    </p>
  );
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
