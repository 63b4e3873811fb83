import {
  firstOfEach,
  type ParsedSearch,
  parseOrDefault,
  type SearchParams,
} from '@/lib/http/page-search';
import { dateInputMs } from '@/lib/model/date-input';
import { type EntriesQuery, parseEntriesQuery } from '@/lib/model/entries-page';
import type { EntryId } from '@/lib/model/entry-id';
import { parseEntryParam } from '@/lib/model/tail-query';

interface StreamSearch extends ParsedSearch<EntriesQuery> {
  /** The entry that is open; null for none. */
  entry: EntryId | null;
}

/** A `to` of 14:03:07 means to the end of that second. */
const REST_OF_SECOND_MS = 999;

/** What the stream page's URL asks for; of a parameter given twice the first counts. */
export async function parseStreamSearch(searchParams: SearchParams): Promise<StreamSearch> {
  const params = await firstOfEach(searchParams);
  // The form writes times without a zone: they mean the one beside them, or UTC.
  rewriteTime(params, 'from', 0);
  rewriteTime(params, 'to', REST_OF_SECOND_MS);
  return { ...parseOrDefault(parseEntriesQuery, params), entry: parseEntryParam(params) };
}

function rewriteTime(params: URLSearchParams, name: string, restMs: number): void {
  const text = params.get(name) ?? '';
  const ms = dateInputMs(text, params.get('zone') ?? 'UTC');
  if (ms !== null) params.set(name, String(text.includes('.') ? ms : ms + restMs));
}
