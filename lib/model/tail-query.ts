import { type EntryId, parseEntryId } from './entry-id';
import { distinctStreams } from './feed-cursor';
import { plainClauses } from './feed-filter';
import type { Filter, FilterError } from './filter';
import { parseFilter } from './filter-parse';
import { printFilter } from './filter-print';

/** What a live tail shows: the state of its page that is worth sharing, as its URL has it. */
export interface TailQuery {
  /** Each once; none: the event stream of the configuration. */
  streams: readonly string[];
  /** Text of the filter language as it was written; empty for everything. */
  filter: string;
}

/** Links from before the language have `type`, `job_id` and `q`: they become text of it. */
export function parseTailQuery(params: URLSearchParams): TailQuery {
  const plain = printFilter(plainClauses(params));
  const filter = (params.get('filter') ?? '').trim();
  return {
    streams: distinctStreams(params.getAll('stream')),
    filter: [plain, filter].filter(Boolean).join(' '),
  };
}

/** The filter that is applied: everything where its text is malformed. */
export function readFilter({ filter: text }: Pick<TailQuery, 'filter'>): {
  filter: Filter;
  error: FilterError | null;
} {
  const { filter, error } = parseFilter(text);
  return { filter: filter ?? [], error };
}

export function isFiltered(query: TailQuery): boolean {
  return readFilter(query).filter.length > 0;
}

/** Only what is set; the feed and the page take the same parameters. */
export function tailParams(query: TailQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const stream of query.streams) params.append('stream', stream);
  if (query.filter !== '') params.set('filter', query.filter);
  return params;
}

/**
 * The feed that sends what the query asks for, how much the filter leaves out, and the live numbers
 * of the page beside it.
 */
export function feedHref(query: TailQuery): string {
  // A malformed filter is refused by the feed; the page says what is wrong and shows everything.
  const filtered = isFiltered(query);
  const params = tailParams(filtered ? query : { ...query, filter: '' });
  if (filtered) params.set('counts', '1');
  params.set('stats', '1');
  return withParams('/events/stream', params);
}

/** The page that shows it; `entry` (`entryKey`) opens one entry beside it. */
export function tailHref(query: TailQuery, entry: string | null = null): string {
  const params = tailParams(query);
  if (entry !== null) params.set('entry', entry);
  return withParams('/events', params);
}

/**
 * The query with other streams: the one that stands where none is named is not written, where it
 * stands alone.
 */
export function withStreams(
  query: TailQuery,
  streams: readonly string[],
  defaultStream: string,
): TailQuery {
  const distinct = distinctStreams(streams);
  const isDefault = distinct.length === 1 && distinct[0] === defaultStream;
  return { ...query, streams: isDefault ? [] : distinct };
}

export function withParams(path: string, params: URLSearchParams): string {
  const search = params.toString();
  return search === '' ? path : `${path}?${search}`;
}

/** The entry a URL opens; null for none or for what is no id. */
export function parseEntryParam(params: { get(name: string): string | null }): string | null {
  return parseEntryId(params.get('entry') ?? '');
}

/** An entry in a list of several streams: ids alone are not enough, for streams may share them. */
export interface EntryRef {
  /** Null: the list's only stream. */
  stream: string | null;
  id: EntryId;
}

/** How a list tells one of its entries from the others, in its links too. */
export function entryKey({ stream, id }: EntryRef): string {
  return stream === null ? id : `${id}@${stream}`;
}

/** Null for what is no key. */
export function parseEntryKey(key: string | null): EntryRef | null {
  if (key === null) return null;
  const at = key.indexOf('@');
  const id = parseEntryId(at < 0 ? key : key.slice(0, at));
  return id === null ? null : { stream: at < 0 ? null : key.slice(at + 1), id };
}
