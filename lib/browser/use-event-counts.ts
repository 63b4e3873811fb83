import type { EventCountsAnswer } from '@/lib/model/event-counts';
import { eventCountsApiHref } from '@/lib/model/history-href';
import type { HistoryRange } from '@/lib/model/history-query';
import { fetchJson } from './fetcher';
import { type Past, usePast } from './use-history';

/** How many entries of each type came, by and by; null for a stream whose types are not counted. */
export function useEventCounts(
  stream: string | null,
  range: HistoryRange,
): Past<EventCountsAnswer> {
  const url = stream === null ? null : eventCountsApiHref(stream, range);
  return usePast(url, fetchJson<EventCountsAnswer>);
}
