import { type EntryId, parseEntryId } from './entry-id';
import { DashboardError } from './errors';
import { type FeedFilter, parseFeedFilter } from './feed-filter';

/** What a subscriber of the live feed asks for. */
export interface FeedQuery {
  /** Null: the event stream of the configuration. */
  stream: string | null;
  /** Send what came after this id; null: only what is new. */
  lastId: EntryId | null;
  filter: FeedFilter;
}

/**
 * Reads `?stream=&last_id=&type=&job_id=&q=`. The `Last-Event-ID` header wins over `last_id`, for
 * a browser sends it when it reconnects. Throws `invalid_entry_id`.
 */
export function parseFeedQuery(params: URLSearchParams, lastEventId: string | null): FeedQuery {
  return {
    stream: params.get('stream') || null,
    lastId: parseLastId(lastEventId || params.get('last_id')),
    filter: parseFeedFilter(params),
  };
}

function parseLastId(text: string | null): EntryId | null {
  if (text === null || text === '' || text === '$') return null;
  const id = parseEntryId(text);
  if (id !== null) return id;
  throw new DashboardError(
    'invalid_entry_id',
    'last_id must be an entry id such as 1700000000000-0, or 0 for everything.',
  );
}
