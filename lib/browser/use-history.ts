import { useRef } from 'react';
import useSWR from 'swr';
import { grown, knownUntil } from '@/lib/model/history-growth';
import { historyApiHref } from '@/lib/model/history-href';
import type { HistoryAnswer, HistoryRange } from '@/lib/model/history-query';
import { fetchJson, type RequestError } from './fetcher';

const REFRESH_MS_MIN = 2_000;
/** The step that is under way grows, however long it is. */
const REFRESH_MS_MAX = 60_000;
const RETRY_MS = 2_000;

export interface Past<T> {
  /** Null until something came; of the range before while another is being read. */
  answer: T | null;
  error: RequestError | null;
  /** What is shown is not yet what was asked for. */
  isStale: boolean;
}

/**
 * The past of a stream and of one of its groups, or, with null, of all that are kept. Only what is
 * new is asked for, as often as there is a new step, and not at all while the tab is hidden.
 */
export function useHistory(
  stream: string,
  range: HistoryRange,
  group: string | null,
): Past<HistoryAnswer> {
  const url = historyApiHref(stream, range, group);
  const known = useRef<{ url: string; answer: HistoryAnswer } | null>(null);
  const read = async () => {
    const before = known.current?.url === url ? known.current.answer : null;
    const answer = await readOn(url, before);
    known.current = { url, answer };
    return answer;
  };
  return usePast(url, read);
}

async function readOn(url: string, before: HistoryAnswer | null): Promise<HistoryAnswer> {
  const sinceMs = before && knownUntil(before);
  if (before === null || sinceMs === null) return fetchJson<HistoryAnswer>(url);
  const news = await fetchJson<HistoryAnswer>(`${url}&since=${sinceMs}`);
  return grown(before, news) ?? fetchJson<HistoryAnswer>(url);
}

/** Reads a resource again and again, as often as its steps are long; null for none. */
export function usePast<T extends { resolution_ms: number }>(
  url: string | null,
  read: (url: string) => Promise<T>,
): Past<T> {
  const { data, error, isValidating, isLoading } = useSWR<T, RequestError>(url, read, {
    keepPreviousData: true,
    // Each answer is another: nothing is gained by comparing hundreds of points.
    compare: (before, after) => before === after,
    refreshInterval: (newest) =>
      Math.min(Math.max(newest?.resolution_ms ?? 0, REFRESH_MS_MIN), REFRESH_MS_MAX),
    onErrorRetry: (_failure, _key, _config, revalidate, { retryCount }) => {
      setTimeout(() => void revalidate({ retryCount }), RETRY_MS);
    },
  });
  return { answer: data ?? null, error: error ?? null, isStale: isLoading && isValidating };
}
