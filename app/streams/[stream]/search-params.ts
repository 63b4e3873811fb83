import {
  firstOfEach,
  type ParsedSearch,
  parseOrDefault,
  type SearchParams,
} from '@/lib/http/page-search';
import { rewriteTimeRange } from '@/lib/model/date-input';
import { type EntriesQuery, parseEntriesQuery } from '@/lib/model/entries-page';
import type { EntryId } from '@/lib/model/entry-id';
import { parseEntryParam } from '@/lib/model/tail-query';

interface StreamSearch extends ParsedSearch<EntriesQuery> {
  /** The entry that is open; null for none. */
  entry: EntryId | null;
}

/** What the stream page's URL asks for; of a parameter given twice the first counts. */
export async function parseStreamSearch(searchParams: SearchParams): Promise<StreamSearch> {
  const params = await firstOfEach(searchParams);
  rewriteTimeRange(params);
  return { ...parseOrDefault(parseEntriesQuery, params), entry: parseEntryParam(params) };
}
