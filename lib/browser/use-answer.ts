import { useEffect } from 'react';
import useSWR from 'swr';
import { fetchJson, type RequestError } from './fetcher';

const RETRY_MS = 2000;

/**
 * What one address of our API answers, beginning with what the first HTML showed; `url` null asks
 * for nothing. Read again every `refreshMs` while the tab is seen, never by itself with 0. Trouble
 * is asked again until it ends.
 */
export function useAnswer<T>(
  url: string | null,
  first: T | null,
  refreshMs: number,
): { answer: T | null; error: RequestError | null; reload: () => void } {
  const { data, error, mutate } = useSWR<T, RequestError>(url, fetchJson<T>, {
    fallbackData: first ?? undefined,
    refreshInterval: refreshMs,
    revalidateOnMount: first === null,
    revalidateIfStale: false,
    revalidateOnFocus: refreshMs > 0,
    revalidateOnReconnect: refreshMs > 0,
    onErrorRetry: (failure, _key, _config, revalidate, { retryCount }) => {
      const status = failure.problem?.status ?? 503;
      if (status >= 500 || status === 404) {
        setTimeout(() => void revalidate({ retryCount }), RETRY_MS);
      }
    },
  });
  // What the server read since is newer than what is remembered here.
  useEffect(() => {
    if (first) void mutate(first, { revalidate: false });
  }, [first, mutate]);
  return { answer: data ?? null, error: error ?? null, reload: () => void mutate() };
}
