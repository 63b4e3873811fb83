import { parseEntryId } from './entry-id';

/** What a live tail shows: the state of its page that is worth sharing, as its URL has it. */
export interface TailQuery {
  /** Null: the event stream of the configuration. */
  stream: string | null;
  /** Type patterns, `ingestion.*,worker.task_failed`; empty for all. */
  type: string;
  jobId: string;
  /** Text that must stand somewhere in the entry. */
  text: string;
}

const TEXT_CHARS_MAX = 256;

export function parseTailQuery(params: URLSearchParams): TailQuery {
  const read = (name: string) => (params.get(name) ?? '').trim().slice(0, TEXT_CHARS_MAX);
  return {
    stream: params.get('stream') || null,
    type: read('type'),
    jobId: read('job_id'),
    text: read('q'),
  };
}

export function isFiltered(query: TailQuery): boolean {
  return query.type !== '' || query.jobId !== '' || query.text !== '';
}

/** Only what is set; the feed and the page take the same parameters. */
export function tailParams(query: TailQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.stream !== null) params.set('stream', query.stream);
  if (query.type !== '') params.set('type', query.type);
  if (query.jobId !== '') params.set('job_id', query.jobId);
  if (query.text !== '') params.set('q', query.text);
  return params;
}

/** The feed that sends what the query asks for, and the live numbers of the page beside it. */
export function feedHref(query: TailQuery): string {
  const params = tailParams(query);
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
