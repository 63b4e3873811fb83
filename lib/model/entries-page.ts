import type { WireEntry } from './entry';
import { type EntryId, parseEntryId } from './entry-id';
import { QueryReader } from './query-reader';

export const ENTRIES_PAGE_DEFAULT = 50;
export const ENTRIES_PAGE_MAX = 500;
/** Values longer than this are cut in a page of entries; one entry alone comes whole. */
export const PAGE_VALUE_BYTES_MAX = 16 * 1024;

/** Which entries to read. Bounds are exclusive ids or inclusive times, whichever are given. */
export interface EntriesQuery {
  /** Entries older than this id. */
  before?: EntryId;
  /** Entries newer than this id. */
  after?: EntryId;
  /** Entries at or after this time, epoch milliseconds. */
  fromMs?: number;
  /** Entries at or before this time, epoch milliseconds. */
  toMs?: number;
  /** `desc`: newest first. */
  order: 'asc' | 'desc';
  limit: number;
}

/** One page, in the order that was asked for. */
export interface EntriesPage {
  stream: string;
  entries: WireEntry[];
  /** Ask for `before=<older>` to go on towards the first entry; null at the first. */
  older: EntryId | null;
  /** Ask for `after=<newer>&order=asc` to go on towards the last entry; null at the last. */
  newer: EntryId | null;
}

/**
 * Reads `?before=&after=&from=&to=&order=&limit=`. Times are ISO 8601 or epoch milliseconds.
 * Throws `invalid_request` naming every wrong parameter.
 */
export function parseEntriesQuery(params: URLSearchParams): EntriesQuery {
  const reader = new QueryReader(params);
  const id = 'an entry id such as 1700000000000-0';
  const time = 'an ISO 8601 time or epoch milliseconds';
  const query: EntriesQuery = {
    before: reader.read('before', parseEntryId, id),
    after: reader.read('after', parseEntryId, id),
    fromMs: reader.read('from', parseTime, time),
    toMs: reader.read('to', parseTime, time),
    order: reader.read('order', parseOrder, 'asc or desc') ?? 'desc',
    limit: reader.readLimit(ENTRIES_PAGE_DEFAULT, ENTRIES_PAGE_MAX),
  };
  reader.check();
  return query;
}

const ISO_TIME = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** Without a zone it is UTC, as in everything the orchestrator writes. */
export function parseTime(text: string): number | null {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const [, date, time = '00:00', zone = 'Z'] = ISO_TIME.exec(text) ?? [];
  const ms = Date.parse(`${date}T${time}${zone}`);
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}

function parseOrder(text: string): 'asc' | 'desc' | null {
  return text === 'asc' || text === 'desc' ? text : null;
}
