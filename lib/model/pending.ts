import type { WireEntry } from './entry';
import { type EntryId, parseEntryId } from './entry-id';
import { QueryReader } from './query-reader';

export const PENDING_PAGE_DEFAULT = 50;
export const PENDING_PAGE_MAX = 500;

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

/** Which pending entries to show. */
export interface PendingQuery extends PendingRange {
  minDeliveries?: number;
  /** Whether each comes with its entry. */
  withEntries?: boolean;
}

/**
 * What the stream holds of a pending entry: `here` with its fields, of which those of a large one
 * are left out (`omitted_bytes`: its whole size), `deleted`, or `unread` where the page had read
 * enough.
 */
export type PendingContent =
  | { state: 'here'; fields: WireEntry['fields']; omitted_bytes: number | null }
  | { state: 'deleted' }
  | { state: 'unread' };

/** Pending entries, lowest id first. */
export interface PendingPage {
  stream: string;
  group: string;
  /** `entry` is there where it was asked for. */
  pending: (PendingEntry & { entry?: PendingContent })[];
  /** Ask for `after=<next>` to go on; null at the end of the list. */
  next: EntryId | null;
  /** Pending entries looked at for this page: a filter may let few of them through. */
  scanned: number;
}

/**
 * Reads `?after=&limit=&consumer=&min_idle_ms=&min_deliveries=&entries=1`. Throws `invalid_request`.
 */
export function parsePendingQuery(params: URLSearchParams): PendingQuery {
  const reader = new QueryReader(params);
  const after = reader.read('after', parseEntryId, 'an entry id');
  const limit = reader.readLimit(PENDING_PAGE_DEFAULT, PENDING_PAGE_MAX);
  const minIdleMs = reader.read('min_idle_ms', parseWhole, 'milliseconds');
  const minDeliveries = reader.read('min_deliveries', parseWhole, 'a whole number');
  const consumer = params.get('consumer') || null;
  reader.check();
  return {
    limit,
    ...(after === undefined ? {} : { after }),
    ...(minIdleMs === undefined ? {} : { minIdleMs }),
    ...(minDeliveries === undefined ? {} : { minDeliveries }),
    ...(consumer === null ? {} : { consumer }),
    ...(params.get('entries') === '1' ? { withEntries: true } : {}),
  };
}

/** The parameters that `parsePendingQuery` reads back, `entries` left out. */
export function pendingParams(query: Partial<PendingQuery>): URLSearchParams {
  const params = new URLSearchParams();
  if (query.consumer !== undefined) params.set('consumer', query.consumer);
  if (query.minIdleMs) params.set('min_idle_ms', String(query.minIdleMs));
  if (query.minDeliveries) params.set('min_deliveries', String(query.minDeliveries));
  if (query.after !== undefined) params.set('after', query.after);
  if (query.limit !== undefined && query.limit !== PENDING_PAGE_DEFAULT) {
    params.set('limit', String(query.limit));
  }
  return params;
}

/** Whether it lets some entries through and others not. */
export function isPendingFiltered(query: Partial<PendingQuery>): boolean {
  return Boolean(query.consumer ?? (query.minIdleMs || query.minDeliveries));
}

function parseWhole(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
