import { parseEntryId } from './entry-id';
import { plainClauses } from './feed-filter';
import type { Filter, FilterError } from './filter';
import { parseFilter } from './filter-parse';
import { printFilter } from './filter-print';

/** What a live tail shows: the state of its page that is worth sharing, as its URL has it. */
export interface TailQuery {
  /** Null: the event stream of the configuration. */
  stream: string | null;
  /** Text of the filter language as it was written; empty for everything. */
  filter: string;
}

/** Links from before the language have `type`, `job_id` and `q`: they become text of it. */
export function parseTailQuery(params: URLSearchParams): TailQuery {
  const plain = printFilter(plainClauses(params));
  const filter = (params.get('filter') ?? '').trim();
  return {
    stream: params.get('stream') || null,
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
  if (query.stream !== null) params.set('stream', query.stream);
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

/** The page that shows it; `entry` opens one entry beside it. */
export function tailHref(query: TailQuery, entry: string | null = null): string {
  const params = tailParams(query);
  if (entry !== null) params.set('entry', entry);
  return withParams('/events', params);
}

export function withParams(path: string, params: URLSearchParams): string {
  const search = params.toString();
  return search === '' ? path : `${path}?${search}`;
}

/** The entry a URL opens; null for none or for what is no id. */
export function parseEntryParam(params: { get(name: string): string | null }): string | null {
  return parseEntryId(params.get('entry') ?? '');
}
