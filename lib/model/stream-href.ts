import { dateInputValue } from './date-input';
import { ENTRIES_PAGE_DEFAULT, type EntriesQuery } from './entries-page';
import type { EntryId } from './entry-id';
import { canonicalName, nameInPath } from './name';
import { withParams } from './tail-query';

/**
 * Where a stream and its entries are, as pages and in the API. A name may hold any character,
 * a slash too: it is always encoded whole.
 */
export function streamPageHref(
  stream: string,
  query: Partial<EntriesQuery> = {},
  entry: EntryId | null = null,
): string {
  const params = entriesParams(query, dateInputValue);
  if (entry !== null) params.set('entry', entry);
  return withParams(`/streams/${nameInPath(stream)}`, params);
}

export function entriesApiHref(stream: string, query: Partial<EntriesQuery>): string {
  return withParams(`${streamApiHref(stream)}/entries`, entriesParams(query, String));
}

export function entryApiHref(stream: string, id: EntryId, whole: boolean): string {
  return `${streamApiHref(stream)}/entries/${id}${whole ? '?whole=1' : ''}`;
}

/** Where one entry is revealed, whole. */
export function entryRevealHref(stream: string, id: EntryId): string {
  return `${streamApiHref(stream)}/entries/${id}/reveal?whole=1`;
}

/** Entries that match, as a file. */
export function downloadHref(
  stream: string,
  { filter, format, safe, fromMs, toMs }: DownloadQuery,
): string {
  const params = new URLSearchParams({ format });
  if (safe) params.set('safe', '1');
  if (filter) params.set('filter', filter);
  if (fromMs !== undefined) params.set('from', String(fromMs));
  if (toMs !== undefined) params.set('to', String(toMs));
  return withParams(`${streamApiHref(stream)}/download`, params);
}

interface DownloadQuery {
  filter?: string | undefined;
  format: 'ndjson' | 'csv';
  safe?: boolean;
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** A search back through the stream, from an id on. */
export function searchApiHref(
  stream: string,
  { filter, fromMs, toMs, before }: SearchQuery,
): string {
  const params = new URLSearchParams({ filter });
  if (fromMs !== undefined) params.set('from', String(fromMs));
  if (toMs !== undefined) params.set('to', String(toMs));
  if (before !== null) params.set('before', before);
  return withParams(`${streamApiHref(stream)}/search`, params);
}

interface SearchQuery {
  filter: string;
  fromMs?: number | undefined;
  toMs?: number | undefined;
  before: EntryId | null;
}

/** The stream's page, searching back through it. */
export function searchPageHref(stream: string, filter: string): string {
  return withParams(`/streams/${nameInPath(stream)}`, new URLSearchParams({ search: filter }));
}

export function streamApiHref(stream: string): string {
  return `/api/streams/${nameInPath(stream)}`;
}

function entriesParams(
  query: Partial<EntriesQuery>,
  writeTime: (ms: number) => string,
): URLSearchParams {
  const params = new URLSearchParams();
  if (query.before !== undefined) params.set('before', query.before);
  if (query.after !== undefined) params.set('after', query.after);
  if (query.fromMs !== undefined) params.set('from', writeTime(query.fromMs));
  if (query.toMs !== undefined) params.set('to', writeTime(query.toMs));
  if (query.order === 'asc') params.set('order', 'asc');
  if (query.limit !== undefined && query.limit !== ENTRIES_PAGE_DEFAULT) {
    params.set('limit', String(query.limit));
  }
  return params;
}

/**
 * A name from a route parameter, which may come still percent-encoded: decoded once,
 * and taken as it is where it is no encoding. Written as everywhere, however the path spells it.
 */
export function nameFromParam(param: string): string {
  try {
    return canonicalName(decodeURIComponent(param));
  } catch {
    return canonicalName(param);
  }
}
