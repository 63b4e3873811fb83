import { type EntryId, parseEntryId } from './entry-id';
import { DashboardError } from './errors';
import { distinctStreams, FEED_STREAMS_MAX, isFeedCursor, parseFeedCursor } from './feed-cursor';
import { parseFeedFilter } from './feed-filter';
import type { Filter } from './filter';

/** A stream of the feed, and where it begins. */
export interface FeedBeginning {
  /** Null: the event stream of the configuration. */
  stream: string | null;
  /** Send what came after this id; null: only what is new. */
  lastId: EntryId | null;
}

/** What a subscriber of the live feed asks for. */
export interface FeedQuery {
  /** One, or several in the order of their cursor, merged. */
  from: readonly FeedBeginning[];
  filter: Filter;
  /** `with`: statistics beside the entries; `only`: statistics and no entries. */
  stats: 'none' | 'with' | 'only';
  /** Tell how many entries the filter leaves out. */
  counts: boolean;
}

const STATS: Record<string, FeedQuery['stats']> = {
  '': 'none',
  '0': 'none',
  '1': 'with',
  only: 'only',
};

/**
 * Reads `?stream=&last_id=&type=&job_id=&q=&filter=&stats=&counts=`, `stream` once or more. The
 * `Last-Event-ID` header wins over `last_id`, for a browser sends it when it reconnects. Throws
 * `invalid_entry_id`, `invalid_filter`, `too_many_streams`, and `invalid_request` for another value
 * of `stats` or `counts`.
 */
export function parseFeedQuery(params: URLSearchParams, lastEventId: string | null): FeedQuery {
  return {
    from: parseFrom(params.getAll('stream'), lastEventId || params.get('last_id')),
    filter: parseFeedFilter(params),
    stats: parseStats(params.get('stats') ?? ''),
    counts: parseCounts(params.get('counts') ?? ''),
  };
}

function parseStats(text: string): FeedQuery['stats'] {
  const stats = Object.hasOwn(STATS, text) ? STATS[text] : undefined;
  if (stats) return stats;
  throw new DashboardError('invalid_request', 'stats must be 1 (beside the entries) or only.');
}

function parseCounts(text: string): boolean {
  if (text === '1') return true;
  if (text === '' || text === '0') return false;
  throw new DashboardError('invalid_request', 'counts must be 1 or 0.');
}

function parseFrom(named: readonly string[], lastId: string | null): FeedBeginning[] {
  const streams = distinctStreams(named);
  if (streams.length > FEED_STREAMS_MAX) {
    throw new DashboardError(
      'too_many_streams',
      `One live feed has ${FEED_STREAMS_MAX} streams at most; ${streams.length} were asked for.`,
    );
  }
  if (streams.length > 1) return parsePlaces(streams, lastId);
  return [{ stream: named.find(Boolean) ?? null, lastId: parseLastId(lastId) }];
}

/** An entry id, which is a time as well, is one place in all of them. */
function parsePlaces(streams: string[], text: string | null): FeedBeginning[] {
  const places = parseFeedCursor(text ?? '', streams);
  if (places !== null) {
    return streams.map((stream, at) => ({ stream, lastId: places[at] ?? null }));
  }
  if (isFeedCursor(text ?? '')) {
    throw new DashboardError('invalid_entry_id', 'last_id is no cursor of these streams.');
  }
  const lastId = parseLastId(text);
  return streams.map((stream) => ({ stream, lastId }));
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
