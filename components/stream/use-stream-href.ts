import { useRange } from '@/components/charts/use-range';
import type { EntriesQuery } from '@/lib/model/entries-page';
import type { EntryId } from '@/lib/model/entry-id';
import { withRange } from '@/lib/model/history-href';
import { streamPageHref } from '@/lib/model/stream-href';

/** Links within a stream's page, which keep the time its charts show. */
export function useStreamHref(
  stream: string,
): (query?: Partial<EntriesQuery>, entry?: EntryId | null) => string {
  const [range] = useRange();
  return (query = {}, entry = null) => withRange(streamPageHref(stream, query, entry), range);
}
