import { type EntryId, parseEntryId } from './entry-id';
import { DashboardError } from './errors';

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
  const after = params.get('after') || null;
  const afterId = after === null ? null : parseEntryId(after);
  const limit = Number(params.get('limit') || PENDING_PAGE_DEFAULT);
  const idle = params.get('min_idle_ms') || null;
  const errors = [
    ...(after !== null && afterId === null
      ? [{ field: 'after', message: 'expected an entry id' }]
      : []),
    ...(Number.isInteger(limit) && limit >= 1 && limit <= PENDING_PAGE_MAX
      ? []
      : [{ field: 'limit', message: `expected a number from 1 to ${PENDING_PAGE_MAX}` }]),
    ...(idle === null || /^\d{1,15}$/.test(idle)
      ? []
      : [{ field: 'min_idle_ms', message: 'expected milliseconds' }]),
  ];
  if (errors.length > 0) {
    throw new DashboardError('invalid_request', 'The query has wrong parameters.', { errors });
  }
  const consumer = params.get('consumer') || null;
  return {
    limit,
    ...(afterId === null ? {} : { after: afterId }),
    ...(idle === null ? {} : { minIdleMs: Number(idle) }),
    ...(consumer === null ? {} : { consumer }),
  };
}
