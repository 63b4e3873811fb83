import { LAG_MARKS } from '@/components/group/lag-figure';
import type { ChartUnit } from '@/lib/model/chart-axis';
import type { ChartCell } from '@/lib/model/chart-data';
import { formatCount, formatRate } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';

/** A value with the mark of how it is known: `12`, `≥20,000`, `?`. */
export function cellWords(cell: ChartCell, unit: ChartUnit): string {
  if (cell.value === null) return '?';
  return `${LAG_MARKS[cell.quality]}${valueWords(cell.value, unit)}`;
}

/** The extremes where they are others than the value: `3–40`. */
export function bandWords({ value, low, high }: ChartCell, unit: ChartUnit): string | null {
  if (low === null || high === null || (low === value && high === value)) return null;
  return `${valueWords(low, unit)}–${valueWords(high, unit)}`;
}

function valueWords(value: number, unit: ChartUnit): string {
  if (unit === 'per_second') return formatRate(value);
  return unit === 'entries' ? formatCount(value) : formatDuration(value);
}
