import useSWRImmutable from 'swr/immutable';
import type { WireEntry } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { entryApiHref } from '@/lib/model/stream-href';
import { fetchJson, type RequestError } from './fetcher';

const RETRY_MS = 2000;

/** Entries of two streams may have the same id. */
interface EntryOf {
  stream: string;
  entry: WireEntry;
}

/**
 * One entry. It never changes once written, so it is asked for once; trouble is asked again
 * until it ends, a missing entry is not; null asks for nothing. `whole` asks for values of any length;
 * `first` is what the first HTML carried.
 */
export function useEntry(
  stream: string,
  id: EntryId | null,
  whole: boolean,
  first: WireEntry | null = null,
): { entry: WireEntry | null; error: RequestError | null; isLoading: boolean } {
  const { data, error, isLoading } = useSWRImmutable<EntryOf, RequestError>(
    id === null ? null : entryApiHref(stream, id, whole),
    async (href: string) => ({ stream, entry: await fetchJson<WireEntry>(href) }),
    {
      keepPreviousData: true,
      fallbackData: !whole && first?.id === id ? { stream, entry: first } : undefined,
      onErrorRetry: (failure, _key, _config, revalidate, { retryCount }) => {
        const status = failure.problem?.status ?? 503;
        if (status >= 500) setTimeout(() => void revalidate({ retryCount }), RETRY_MS);
      },
    },
  );
  // Previous data may be another entry's: only its own is shown.
  const isOwn = data !== undefined && data.entry.id === id && data.stream === stream;
  const entry = isOwn ? data.entry : null;
  return { entry, error: error ?? null, isLoading };
}
