import { parseTime } from './entries-page';
import type { WireEntry } from './entry';
import { type EntryId, parseEntryId } from './entry-id';
import type { ErrorCode } from './errors';
import { parseFeedFilter } from './feed-filter';
import type { Filter } from './filter';
import { QueryReader } from './query-reader';

export const SEARCH_LIMIT_DEFAULT = 100;
export const SEARCH_LIMIT_MAX = 1_000;

/** Which entries of a stream are meant, by time and by what they hold. */
export interface HistoryRange {
  filter: Filter;
  /** Entries at or after this time, epoch milliseconds. */
  fromMs: number | undefined;
  /** Entries at or before this time, epoch milliseconds. */
  toMs: number | undefined;
}

export interface HistorySearch extends HistoryRange {
  /** Entries older than this id: where an earlier search stopped. */
  before: EntryId | undefined;
  /** It ends once so many were found. */
  limit: number;
}

/** One line of a search's answer. */
export type SearchLine =
  /** First. `total` is how many entries there are to look through, null where that is not known. */
  | { kind: 'begin'; stream: string; total: number | null }
  /** An entry that matches; long values are cut. */
  | { kind: 'entry'; entry: WireEntry }
  /** After each page: entries looked through and found so far, and the entry reached. */
  | ({ kind: 'progress' } & SearchCount)
  /** Last. With `next` there may be more: ask on with `before=<next>`. */
  | ({ kind: 'end'; next: EntryId | null } & SearchCount)
  /** Last, where Redis failed: what was found holds, and it goes on from `next`. */
  | ({ kind: 'error'; code: ErrorCode; detail: string; next: EntryId | null } & SearchCount);

export interface SearchCount {
  scanned: number;
  found: number;
  /** The entry reached and its time; null before the first. */
  at: EntryId | null;
  time: string | null;
}

/** Reads `?filter=&type=&job_id=&q=&from=&to=`. Throws `invalid_filter` and `invalid_request`. */
export function parseHistoryRange(params: URLSearchParams): HistoryRange {
  const reader = new QueryReader(params);
  const range = readRange(reader, params);
  reader.check();
  return range;
}

/** Reads `&before=&limit=` as well. */
export function parseHistorySearch(params: URLSearchParams): HistorySearch {
  const reader = new QueryReader(params);
  const search = {
    ...readRange(reader, params),
    before: reader.read('before', parseEntryId, 'an entry id such as 1700000000000-0'),
    limit: reader.readLimit(SEARCH_LIMIT_DEFAULT, SEARCH_LIMIT_MAX),
  };
  reader.check();
  return search;
}

function readRange(reader: QueryReader, params: URLSearchParams): HistoryRange {
  const time = 'an ISO 8601 time or epoch milliseconds';
  return {
    filter: parseFeedFilter(params),
    fromMs: reader.read('from', parseTime, time),
    toMs: reader.read('to', parseTime, time),
  };
}
