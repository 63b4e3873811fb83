import type { EntriesPage } from '@/lib/model/entries-page';
import type { RequestError } from './fetcher';
import { useAnswer } from './use-answer';

/**
 * One page of entries, beginning with what the first HTML showed. It is not read again by
 * itself, so that nothing moves under the reader; trouble is asked again until it ends.
 */
export function useEntries(
  url: string,
  first: EntriesPage | null,
): { page: EntriesPage | null; error: RequestError | null; reload: () => void } {
  const { answer, ...rest } = useAnswer(url, first, 0);
  return { page: answer, ...rest };
}
