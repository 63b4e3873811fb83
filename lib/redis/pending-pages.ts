import {
  type Entry,
  entryBytes,
  OUTLINE_FIELDS_MAX,
  OUTLINE_VALUE_BYTES_MAX,
  outlineOf,
  toWireEntry,
} from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { PendingContent, PendingEntry, PendingPage, PendingQuery } from '@/lib/model/pending';
import type { RedisConnection } from './connect';
import { onStream } from './group-pages';
import { readPending } from './group-reads';
import { asArray, asEntries, asInteger, nullable } from './replies';
import { runScript } from './script-runner';
import { READ_ENTRIES_BY_ID } from './scripts';
import { readRange } from './stream-reads';

/** Pending entries asked of Redis at a time while a filter is scanned for, and for one page. */
const SCAN_STEP = 500;
export const SCAN_MAX = 10_000;
/** An entry larger than this is told in outline. */
const WHOLE_BYTES_MAX = 16 * 1024;
/** Entries' bytes that one call may read inside Redis, and that one page may. */
const STEP_BYTES_MAX = 1024 * 1024;
const PAGE_BYTES_MAX = 16 * 1024 * 1024;

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
    const contents = await this.#readEntries(
      stream,
      pending.map(({ id }) => id),
    );
    const withEntries = pending.map((entry, at) => ({
      ...entry,
      entry: contents[at] ?? { state: 'unread' as const },
    }));
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

  /** What the stream holds of each, in the order of the ids; fewer where enough was read. */
  async #readEntries(stream: string, ids: readonly EntryId[]): Promise<PendingContent[]> {
    const contents: PendingContent[] = [];
    let bytes = 0;
    while (contents.length < ids.length && bytes < PAGE_BYTES_MAX) {
      const found = await this.#readSome(stream, ids.slice(contents.length));
      for (const entry of found) {
        bytes += entry?.bytes ?? 0;
        contents.push(entry === null ? { state: 'deleted' } : contentOf(entry));
      }
      if (found.length === 0) break;
    }
    return contents;
  }

  /** The first of them, at least one. */
  async #readSome(stream: string, ids: readonly EntryId[]): Promise<(SizedContent | null)[]> {
    const limits = [STEP_BYTES_MAX, WHOLE_BYTES_MAX, OUTLINE_FIELDS_MAX, OUTLINE_VALUE_BYTES_MAX];
    try {
      const key = nameToBytes(stream);
      const reply = await runScript(this.redis, READ_ENTRIES_BY_ID, [key], [...limits, ...ids]);
      return asArray(reply).map((answer) => nullable(answer, asSizedContent));
    } catch (error) {
      if (!hasErrorCode(error, 'redis_permission_denied')) throw error;
    }
    const [id] = ids;
    if (id === undefined) return [];
    const range = { start: id, end: id, count: 1, order: 'asc' } as const;
    const [entry] = await readRange(this.redis, stream, range);
    if (!entry) return [null];
    const bytes = entryBytes(entry);
    const isWhole = bytes <= WHOLE_BYTES_MAX;
    return [{ entry: isWhole ? entry : outlineOf(entry), bytes, isWhole }];
  }
}

interface SizedContent {
  entry: Entry;
  /** Its whole size. */
  bytes: number;
  isWhole: boolean;
}

function asSizedContent(reply: unknown): SizedContent | null {
  const [entry, left] = asArray(reply);
  const [found] = asEntries([entry]);
  const leftBytes = asInteger(left);
  if (!found) return null;
  return { entry: found, bytes: leftBytes || entryBytes(found), isWhole: leftBytes === 0 };
}

function contentOf({ entry, bytes, isWhole }: SizedContent): PendingContent {
  return {
    state: 'here',
    fields: toWireEntry(entry).fields,
    omitted_bytes: isWhole ? null : bytes,
  };
}
