import { readAuditEntry } from '@/lib/model/audit';
import {
  type AuditAct,
  type AuditQuery,
  type AuditRecord,
  matchesAudit,
} from '@/lib/model/audit-page';
import {
  type EntryId,
  entryIdTimeMs,
  entryIdTimestamp,
  previousEntryId,
  UINT64_MAX,
} from '@/lib/model/entry-id';
import type { RedisConnection } from '@/lib/redis/connect';
import { readUnmasked } from '@/lib/redis/stream-reads';

/** Records asked of Redis at a time; they are small. */
const BATCH = 500;
/** A page looks at no more records than these, however few of them match. */
const LOOKED_AT_MAX = 5_000;
/** The result of an act stands at most so many records behind its intent, or it is not looked for. */
const RESULT_WITHIN = 2_000;

/** A part of the past, newest first. */
export interface AuditPart {
  acts: AuditAct[];
  next: EntryId | null;
  lookedAt: number;
  unreadable: number;
}

export interface AuditDownload {
  acts: AsyncGenerator<AuditAct, void>;
  fromMs: number;
  toMs: number;
}

/** Reads acts from the stream: an intent and its result are one. Changes nothing. */
export class AuditReader {
  constructor(
    private readonly redis: RedisConnection,
    private readonly stream: string,
  ) {}

  /** Throws the codes of a Redis in trouble, `wrong_type` and `redis_permission_denied` among them. */
  async page(query: AuditQuery): Promise<AuditPart> {
    const part: AuditPart = { acts: [], next: null, lookedAt: 0, unreadable: 0 };
    const ended = new EndedActs(this.redis, this.stream, top(query));
    const start = query.fromMs === undefined ? '-' : `${query.fromMs}-0`;
    // Two records an act, and a few over: most pages are one read.
    let count = Math.min(BATCH, 2 * query.limit + 10);
    let end: EntryId | null = top(query);
    while (end !== null && part.lookedAt < LOOKED_AT_MAX) {
      const range = { start, end, count, order: 'desc' } as const;
      const entries = await readUnmasked(this.redis, this.stream, range);
      for (const entry of entries) {
        const { id } = entry;
        part.lookedAt += 1;
        const record = readAuditEntry(entry);
        if (record === null) part.unreadable += 1;
        else if (await ended.isNew(record)) {
          if (matchesAudit(record, query)) part.acts.push(toAct(id, record));
        }
        // One beyond the page says that there is another page, and begins it.
        if (part.acts.length <= query.limit) continue;
        part.acts.pop();
        return { ...part, next: part.acts.at(-1)?.id ?? null };
      }
      const last = entries.at(-1)?.id;
      if (last === undefined || entries.length < count) return { ...part, next: null };
      part.next = last;
      end = previousEntryId(last);
      count = BATCH;
    }
    return end === null ? { ...part, next: null } : part;
  }

  /** The act that stands in an entry; null where there is none (any more). Throws what `page` does. */
  async one(id: EntryId): Promise<AuditAct | null> {
    const range = { start: id, end: id, count: 1, order: 'asc' } as const;
    const [entry] = await readUnmasked(this.redis, this.stream, range);
    const record = entry ? readAuditEntry(entry) : null;
    return record && toAct(id, record);
  }

  /**
   * All that match, newest first, and the time they cover, epoch milliseconds. Throws what `page`
   * does; the acts do as well, where Redis fails on the way.
   */
  async download(query: AuditQuery): Promise<AuditDownload> {
    const first = await this.page({ ...query, limit: BATCH });
    const range = { start: '-', end: '+', count: 1, order: 'asc' } as const;
    const [oldest] = await readUnmasked(this.redis, this.stream, range);
    const oldestMs = oldest ? entryIdTimeMs(oldest.id) : 0;
    const newest = first.acts[0];
    const toMs = newest ? entryIdTimeMs(newest.id) : oldestMs;
    const fromMs = Math.min(Math.max(query.fromMs ?? 0, oldestMs), toMs);
    return { acts: this.#from(first, query), fromMs, toMs };
  }

  async *#from(first: AuditPart, query: AuditQuery): AsyncGenerator<AuditAct, void> {
    for (let part = first; ; ) {
      yield* part.acts;
      if (part.next === null) return;
      part = await this.page({ ...query, before: part.next, limit: BATCH });
    }
  }
}

/** The acts whose result was met. Going back in time it comes before its intent. */
class EndedActs {
  readonly #met = new Set<string>();
  #above: Promise<ReadonlySet<string>> | null = null;

  constructor(
    private readonly redis: RedisConnection,
    private readonly stream: string,
    /** Where the reading began; what is above was not met. */
    private readonly top: string,
  ) {}

  /** Whether the record stands for its act: an intent does only where there is no result. */
  async isNew({ phase, act }: AuditRecord): Promise<boolean> {
    if (phase !== 'intent') {
      this.#met.add(act);
      return true;
    }
    if (this.#met.has(act)) return false;
    this.#above ??= this.#readAbove();
    return !(await this.#above).has(act);
  }

  async #readAbove(): Promise<ReadonlySet<string>> {
    const acts = new Set<string>();
    let start = this.top === '+' ? null : `(${this.top}`;
    for (let read = 0; start !== null && read < RESULT_WITHIN; read += BATCH) {
      const range = { start, end: '+', count: BATCH, order: 'asc' } as const;
      const entries = await readUnmasked(this.redis, this.stream, range);
      for (const entry of entries) {
        const record = readAuditEntry(entry);
        if (record?.phase === 'result') acts.add(record.act);
      }
      const last = entries.at(-1)?.id;
      start = last === undefined || entries.length < BATCH ? null : `(${last}`;
    }
    return acts;
  }
}

/** The newest entry that is asked for, or `+`. */
function top({ before, toMs }: AuditQuery): string {
  const newest = toMs === undefined ? null : `${toMs}-${UINT64_MAX}`;
  const older = before === undefined ? null : (previousEntryId(before) ?? '0-0');
  if (newest === null || older === null) return newest ?? older ?? '+';
  return entryIdTimeMs(older) <= entryIdTimeMs(newest) ? older : newest;
}

function toAct(id: EntryId, record: AuditRecord): AuditAct {
  const began = record.phase === 'intent' ? id : record.intent;
  return {
    ...record,
    id,
    at: entryIdTimestamp(id) ?? id,
    began_at: began === null ? null : entryIdTimestamp(began),
  };
}
