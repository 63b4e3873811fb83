import { useEffect } from 'react';
import useSWR from 'swr';
import type { EntriesPage } from '@/lib/model/entries-page';
import { fetchJson, type RequestError } from './fetcher';

const RETRY_MS = 2000;

/**
 * One page of entries, beginning with what the first HTML showed. It is not read again by
 * itself, so that nothing moves under the reader; trouble is asked again until it ends.
 */
export function useEntries(
  url: string,
  first: EntriesPage | null,
): { page: EntriesPage | null; error: RequestError | null; reload: () => void } {
  const { data, error, mutate } = useSWR<EntriesPage, RequestError>(url, fetchJson<EntriesPage>, {
    fallbackData: first ?? undefined,
    revalidateOnMount: first === null,
    revalidateIfStale: false,
    revalidateOnFocus: false,
    revalidateOnReconnect: false,
    onErrorRetry: (failure, _key, _config, revalidate, { retryCount }) => {
      const status = failure.problem?.status ?? 503;
      if (status >= 500 || status === 404) {
        setTimeout(() => void revalidate({ retryCount }), RETRY_MS);
      }
    },
  });
  // A page read by the server since is newer than what is remembered here.
  useEffect(() => {
    if (first) void mutate(first, { revalidate: false });
  }, [first, mutate]);
  return { page: data ?? null, error: error ?? null, reload: () => void mutate() };
}
