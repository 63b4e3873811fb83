import { useXAxisScale, useYAxisScale } from 'recharts';
import type { ChartData } from '@/lib/model/chart-data';
import { bandPath, barParts, linePaths, markPoints, type PlotScales } from './plot-path';
import { QUALITY_DASHES, SeriesMark, TONE_COLOURS } from './series-mark';

const MARK_SPACING = 120;

/** The lines of a chart, each over its band. Inside a Recharts chart, whose axes it goes by. */
export function LinesLayer({ data }: { data: ChartData }) {
  const scales = usePlotScales();
  if (!scales) return null;
  const { rows, series } = data;
  return (
    <g>
      {series.map(({ label, tone }, place) => (
        <path
          key={tone}
          data-band={label}
          d={bandPath(rows, place, scales)}
          fill={TONE_COLOURS[tone]}
          fillOpacity={0.16}
        />
      ))}
      {series.map(({ label, tone }, place) => (
        <g key={tone} data-line={label}>
          {linePaths(rows, place, scales).map(({ quality, d }) => (
            <path
              key={quality}
              data-quality={quality}
              d={d}
              fill="none"
              stroke={TONE_COLOURS[tone]}
              strokeWidth={1.5}
              strokeLinecap="round"
              strokeLinejoin="round"
              strokeDasharray={QUALITY_DASHES[quality]}
            />
          ))}
        </g>
      ))}
      {series.length > 1 &&
        series.map(({ tone }, place) =>
          markPoints(rows, place, scales, MARK_SPACING).map(({ x, y }) => (
            <SeriesMark key={`${tone} ${x}`} tone={tone} x={x} y={y} />
          )),
        )}
    </g>
  );
}

/** Counts of a chart as bars. */
export function BarsLayer({ data }: { data: ChartData }) {
  const scales = usePlotScales();
  if (!scales) return null;
  return (
    <g>
      {barParts(data, scales).map(({ place, at, x, y, width, height }) => (
        <rect
          key={`${at} ${place}`}
          data-bar={data.series[place]?.label}
          x={x}
          y={y}
          width={width}
          height={height}
          fill={TONE_COLOURS[data.series[place]?.tone ?? 'rest']}
          stroke="var(--neutral-2)"
          strokeWidth={height > 3 && width > 4 ? 0.5 : 0}
        />
      ))}
    </g>
  );
}

function usePlotScales(): PlotScales | null {
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  if (!xScale || !yScale) return null;
  return { x: (value) => xScale(value) ?? 0, y: (value) => yScale(value) ?? 0 };
}
