import { dateInputMs } from '@/lib/model/date-input';
import { type EntriesQuery, parseEntriesQuery } from '@/lib/model/entries-page';
import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { parseEntryParam } from '@/lib/model/tail-query';

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

interface StreamSearch {
  query: EntriesQuery;
  /** The entry that is open; null for none. */
  entry: EntryId | null;
  /** What of the URL could not be read, in words; the query is then the default one. */
  mistakes: string[];
}

/** A `to` of 14:03:07 means to the end of that second. */
const REST_OF_SECOND_MS = 999;

/** What the stream page's URL asks for; of a parameter given twice the first counts. */
export async function parseStreamSearch(searchParams: SearchParams): Promise<StreamSearch> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) params.set(name, first);
  }
  // The form writes times without a zone: they mean the one beside them, or UTC.
  rewriteTime(params, 'from', 0);
  rewriteTime(params, 'to', REST_OF_SECOND_MS);
  const entry = parseEntryParam(params);
  try {
    return { query: parseEntriesQuery(params), entry, mistakes: [] };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    const mistakes = (error.details.errors ?? []).map(
      ({ field, message }) => `${field}: ${message}.`,
    );
    return { query: parseEntriesQuery(new URLSearchParams()), entry, mistakes };
  }
}

function rewriteTime(params: URLSearchParams, name: string, restMs: number): void {
  const text = params.get(name) ?? '';
  const ms = dateInputMs(text, params.get('zone') ?? 'UTC');
  if (ms !== null) params.set(name, String(text.includes('.') ? ms : ms + restMs));
}
