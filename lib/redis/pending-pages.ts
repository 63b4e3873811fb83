import { toWireEntry } from '@/lib/model/entry';
import type { PendingContent, PendingEntry, PendingPage, PendingQuery } from '@/lib/model/pending';
import type { RedisConnection } from './connect';
import { type EntryById, readEntriesById } from './entries-by-id';
import { onStream } from './group-pages';
import { readPending } from './group-reads';

/** Pending entries asked of Redis at a time while a filter is scanned for, and for one page. */
const SCAN_STEP = 500;
export const SCAN_MAX = 10_000;
/** Reads what is pending for people: filtered, in pages by id, with the entries. Changes nothing. */
export class PendingPages {
  constructor(private readonly redis: RedisConnection) {}

  /**
   * One page. Filters by idle time and deliveries look at a bounded number of entries; `next` goes
   * on where that ended. Throws `stream_not_found` and `group_not_found`.
   */
  async readPage(stream: string, group: string, query: PendingQuery): Promise<PendingPage> {
    const { pending, ...rest } = await onStream(this.redis, stream, () =>
      this.#find(stream, group, query),
    );
    if (!query.withEntries) return { stream, group, pending, ...rest };
    const contents = await readEntriesById(
      this.redis,
      stream,
      pending.map(({ id }) => id),
    );
    const withEntries = pending.map((entry, at) => ({ ...entry, entry: contentOf(contents[at]) }));
    return { stream, group, pending: withEntries, ...rest };
  }

  async #find(
    stream: string,
    group: string,
    { limit, consumer, minIdleMs = 0, minDeliveries = 0, after }: PendingQuery,
  ): Promise<Pick<PendingPage, 'pending' | 'next' | 'scanned'>> {
    const isFiltered = minIdleMs > 0 || minDeliveries > 1;
    const found: PendingEntry[] = [];
    let scanned = 0;
    let last = after;
    while (scanned < SCAN_MAX) {
      // Not with IDLE: Redis would step over all that is younger in one go, a million if it must.
      const step = isFiltered ? SCAN_STEP : limit + 1;
      const range = { limit: step, ...(last && { after: last }), ...(consumer && { consumer }) };
      const batch = await readPending(this.redis, stream, group, range);
      for (const entry of batch) {
        if (found.length === limit) return { pending: found, next: last ?? null, scanned };
        scanned++;
        last = entry.id;
        if (entry.idle_ms >= minIdleMs && entry.deliveries >= minDeliveries) found.push(entry);
      }
      if (batch.length < step) return { pending: found, next: null, scanned };
    }
    return { pending: found, next: last ?? null, scanned };
  }
}

function contentOf(found: EntryById | null | undefined): PendingContent {
  if (found === undefined) return { state: 'unread' };
  if (found === null) return { state: 'deleted' };
  return {
    state: 'here',
    fields: toWireEntry(found.entry).fields,
    omitted_bytes: found.isWhole ? null : found.bytes,
  };
}
