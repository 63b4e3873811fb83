import {
  type EntriesPage,
  type EntriesQuery,
  PAGE_VALUE_BYTES_MAX,
} from '@/lib/model/entries-page';
import { type Entry, entryBytes, toWireEntry, type WireEntry } from '@/lib/model/entry';
import {
  compareEntryIds,
  type EntryId,
  nextEntryId,
  previousEntryId,
  UINT64_MAX,
} from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { BatchSize } from './batch-size';
import type { RedisConnection } from './connect';
import { assertStream, readRange, readUnmasked } from './stream-reads';

/** One entry alone is cut at this size too, unless it is asked for whole. */
const ENTRY_VALUE_BYTES_MAX = 1024 * 1024;
/** Entries asked of Redis at a time, at first and at most. */
const BATCH_FIRST = 5;
const BATCH_MAX = 25;
/** A page ends early once it has read this much: entries may be megabytes each. */
const PAGE_BYTES_MAX = 16 * 1024 * 1024;

/** Reads entries for people: in pages, and one whole. Changes nothing. */
export class EntryPages {
  constructor(private readonly redis: RedisConnection) {}

  /** One page. Throws `stream_not_found`, `wrong_type` and the codes of a Redis in trouble. */
  async readPage(stream: string, query: EntriesQuery): Promise<EntriesPage> {
    const { entries, more } = await this.#read(stream, query);
    if (entries.length === 0) await assertStream(this.redis, stream);
    const desc = query.order === 'desc';
    const newestId = (desc ? entries.at(0) : entries.at(-1))?.id ?? null;
    const oldestId = (desc ? entries.at(-1) : entries.at(0))?.id ?? null;
    return {
      stream,
      entries: entries.map((entry) => toWireEntry(entry, PAGE_VALUE_BYTES_MAX)),
      older: desc ? (more ? oldestId : null) : query.after === undefined ? null : oldestId,
      newer: desc ? (query.before === undefined ? null : newestId) : more ? newestId : null,
    };
  }

  /** One entry. Throws `entry_not_found` for one that was deleted, trimmed or never was. */
  readEntry(stream: string, id: EntryId, options: { whole: boolean }): Promise<WireEntry> {
    return this.#readOne(stream, id, { ...options, read: readRange });
  }

  /** The same with what is masked: for `revealEntry`, which records it. */
  readUnmasked(stream: string, id: EntryId, options: { whole: boolean }): Promise<WireEntry> {
    return this.#readOne(stream, id, { ...options, read: readUnmasked });
  }

  async #readOne(
    stream: string,
    id: EntryId,
    { whole, read }: { whole: boolean; read: typeof readRange },
  ): Promise<WireEntry> {
    const range = { start: id, end: id, count: 1, order: 'asc' } as const;
    const [entry] = await read(this.redis, stream, range);
    if (entry) return toWireEntry(entry, whole ? undefined : ENTRY_VALUE_BYTES_MAX);
    await assertStream(this.redis, stream);
    throw new DashboardError('entry_not_found', `${stream} holds no entry ${id} (any more).`);
  }

  async #read(stream: string, query: EntriesQuery): Promise<{ entries: Entry[]; more: boolean }> {
    const entries: Entry[] = [];
    const batchSize = new BatchSize(BATCH_MAX, PAGE_BYTES_MAX, BATCH_FIRST);
    let { start, end } = bounds(query);
    let bytes = 0;
    while (entries.length <= query.limit && bytes < PAGE_BYTES_MAX) {
      if (start === null || end === null) return { entries, more: false };
      const count = Math.min(batchSize.entries, query.limit + 1 - entries.length);
      const batch = await readRange(this.redis, stream, { start, end, count, order: query.order });
      entries.push(...batch);
      batchSize.learn(batch.map(entryBytes));
      for (const entry of batch) bytes += entryBytes(entry);
      const last = batch.at(-1);
      if (last === undefined || batch.length < count) return { entries, more: false };
      if (query.order === 'desc') end = previousEntryId(last.id);
      else start = nextEntryId(last.id);
    }
    return entries.length > query.limit
      ? { entries: entries.slice(0, query.limit), more: true }
      : { entries, more: true };
  }
}

/** The narrower of the id and the time on each side, as XRANGE takes it; null: nothing can be there. */
function bounds({ before, after, fromMs, toMs }: EntriesQuery): {
  start: EntryId | '-' | null;
  end: EntryId | '+' | null;
} {
  const first = fromMs === undefined ? '-' : `${fromMs}-0`;
  const last = toMs === undefined ? '+' : `${toMs}-${UINT64_MAX}`;
  const start = after !== undefined && (first === '-' || compareEntryIds(after, first) >= 0);
  const end = before !== undefined && (last === '+' || compareEntryIds(before, last) <= 0);
  return { start: start ? nextEntryId(after) : first, end: end ? previousEntryId(before) : last };
}
