import type { ChartCell, ChartData, ChartRow, ChartSeries, SeriesTone } from './chart-data';
import { exactly } from './chart-data';
import type { CountedType, EventCountsAnswer } from './event-counts';
import type { HistoryAnswer } from './history-query';
import type { HistoryGroupValues, HistorySeriesPoint, HistoryStreamValues } from './history-series';
import { fromRecentRates, type RecentRates } from './recent-rates';

/** Groups that are drawn in one chart; the others are told by name. */
export const DRAWN_GROUPS_MAX = 5;

const GROUP_TONES: readonly SeriesTone[] = [2, 3, 4, 5, 6];
const TYPE_TONES: readonly SeriesTone[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** The figures of a group that a chart can show. */
export type GroupFigure = 'lag' | 'out' | 'pending' | 'behind' | 'lost';

/** Length of the stream, with the extremes within each step. */
export function lengthChart(answer: HistoryAnswer): ChartData {
  return chartOf(answer, [{ label: 'length', tone: 1 }], ({ stream }) => [
    stream && {
      ...exactly(stream.length),
      low: stream.length_min,
      high: stream.length_max,
    },
  ]);
}

/** Entries in, and out to each of the groups, a second. */
export function flowChart(answer: HistoryAnswer, groups: readonly string[]): ChartData {
  const ins = (stream: HistoryStreamValues | null) => stream && exactly(stream.in_per_second);
  const outs = groupChart(answer, groups, 'out');
  const series: ChartSeries[] = [
    { label: 'in', tone: 1 },
    ...outs.series.map(({ label, tone }) => ({ label: `out: ${label}`, tone })),
  ];
  return chartOf(answer, series, (point, at) => [
    ins(point.stream),
    ...(outs.rows[at]?.cells ?? []),
  ]);
}

/** One figure of each of the groups. */
export function groupChart(
  answer: HistoryAnswer,
  groups: readonly string[],
  figure: GroupFigure,
): ChartData {
  const series = groups.map((label, at) => ({ label, tone: GROUP_TONES[at] ?? 'rest' }));
  const places = groups.map((name) => answer.groups.indexOf(name));
  return chartOf(answer, series, (point) =>
    places.map((place) => {
      const values = point.groups[place];
      return values ? cellOf(values, figure) : null;
    }),
  );
}

function cellOf(values: HistoryGroupValues, figure: GroupFigure): ChartCell {
  switch (figure) {
    case 'lag': {
      const { lag, lag_min, lag_max, lag_quality } = values;
      return { value: lag, low: lag_min, high: lag_max, quality: lag_quality };
    }
    case 'pending':
      return { ...exactly(values.pending), high: values.pending_max };
    case 'out':
      return exactly(values.out_per_second);
    case 'lost':
      return exactly(values.lost);
    case 'behind':
      // Nothing undelivered is nothing behind; a lag that is not known says nothing of it.
      return exactly(values.lag === 0 ? (values.behind_ms ?? 0) : values.behind_ms);
  }
}

/** Entries by type on top of each other, the most frequent at the bottom. */
export function eventsChart(answer: EventCountsAnswer): ChartData {
  const tones = tonesOfTypes(answer.types);
  return {
    ...{ fromMs: answer.from, toMs: answer.to, stepMs: answer.resolution_ms },
    series: answer.types.map(({ type }) => ({
      label: type ?? 'other types',
      tone: type === null ? 'rest' : (tones.get(type) ?? 'rest'),
    })),
    rows: answer.points.map(({ at, counts }) => ({
      at,
      isGap: counts === null,
      cells: answer.types.map((_, place) => (counts ? exactly(counts[place] ?? 0) : null)),
    })),
  };
}

/** By name, so that a type keeps its colour while counts overtake each other. */
function tonesOfTypes(types: readonly CountedType[]): Map<string, SeriesTone> {
  const names = types.flatMap(({ type }) => type ?? []).sort();
  return new Map(names.map((name, at) => [name, TYPE_TONES[at] ?? 'rest']));
}

/** Entries in a second, of the last minutes that the snapshot itself holds. */
export function recentChart(recent: RecentRates): ChartData | null {
  const points = fromRecentRates(recent);
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return null;
  const stepMs = Math.max(1, (last.at - first.at) / (points.length - 1));
  return {
    ...{ fromMs: first.at, toMs: last.at, stepMs },
    series: [{ label: 'in', tone: 1 }],
    rows: points.map(({ at, in_per_second }) => ({
      at,
      isGap: false,
      cells: [exactly(in_per_second)],
    })),
  };
}

function chartOf(
  answer: HistoryAnswer,
  series: ChartSeries[],
  cells: (point: HistorySeriesPoint, at: number) => (ChartCell | null)[],
): ChartData {
  const rows = answer.points.map((point, at): ChartRow => {
    const isGap = point.stream === null;
    return { at: point.at, isGap, cells: isGap ? series.map(() => null) : cells(point, at) };
  });
  return { fromMs: answer.from, toMs: answer.to, stepMs: answer.resolution_ms, series, rows };
}
