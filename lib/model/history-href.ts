import { ALL_GROUPS, HISTORY_RANGES, type HistoryRange, parseHistoryRange } from './history-query';
import { nameInPath } from './name';

/** The range a page shows where its address names none. */
export const RANGE_DEFAULT: HistoryRange = '15m';

export const RANGES = Object.keys(HISTORY_RANGES).flatMap((name) => parseHistoryRange(name) ?? []);

export const RANGE_WORDS: Record<HistoryRange, string> = {
  '15m': '15 min',
  '1h': '1 h',
  '6h': '6 h',
  '24h': '24 h',
  '7d': '7 days',
};

/** The range an address asks for; the default one for none or for what is none. */
export function rangeFromParams(params: { get(name: string): string | null }): HistoryRange {
  return parseHistoryRange(params.get('range') ?? '') ?? RANGE_DEFAULT;
}

/** An address of a page with the range it is to show. */
export function withRange(href: string, range: HistoryRange): string {
  const [path = '', search = ''] = href.split('?');
  const params = new URLSearchParams(search);
  params.delete('range');
  if (range !== RANGE_DEFAULT) params.set('range', range);
  const query = params.toString();
  return query === '' ? path : `${path}?${query}`;
}

/** Where the past of a stream is read; `group` null for all that are kept. */
export function historyApiHref(stream: string, range: HistoryRange, group: string | null): string {
  const params = new URLSearchParams({ range, group: group ?? ALL_GROUPS });
  return `/api/streams/${nameInPath(stream)}/history?${params}`;
}

export function eventCountsApiHref(stream: string, range: HistoryRange): string {
  return `/api/streams/${nameInPath(stream)}/event-counts?range=${range}`;
}
