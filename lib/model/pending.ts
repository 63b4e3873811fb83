import { type EntryId, parseEntryId } from './entry-id';
import { QueryReader } from './query-reader';

const PENDING_PAGE_DEFAULT = 50;
const PENDING_PAGE_MAX = 500;

/** An entry delivered to a consumer and not yet acknowledged. */
export interface PendingEntry {
  id: EntryId;
  consumer: string;
  /** Milliseconds since it was last delivered. */
  idle_ms: number;
  /** Times it was delivered. */
  deliveries: number;
}

/** Which pending entries to read. */
export interface PendingRange {
  /** Exclusive id to go on after. */
  after?: EntryId;
  limit: number;
  consumer?: string;
  minIdleMs?: number;
}

/** Reads `?after=&limit=&consumer=&min_idle_ms=`. Throws `invalid_request`. */
export function parsePendingRange(params: URLSearchParams): PendingRange {
  const reader = new QueryReader(params);
  const after = reader.read('after', parseEntryId, 'an entry id');
  const limit = reader.readLimit(PENDING_PAGE_DEFAULT, PENDING_PAGE_MAX);
  const minIdleMs = reader.read('min_idle_ms', parseMilliseconds, 'milliseconds');
  const consumer = params.get('consumer') || null;
  reader.check();
  return {
    limit,
    ...(after === undefined ? {} : { after }),
    ...(minIdleMs === undefined ? {} : { minIdleMs }),
    ...(consumer === null ? {} : { consumer }),
  };
}

function parseMilliseconds(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
