import { type Entry, entryBytes } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import type { StreamPositionNow } from '@/lib/redis/stream-reads';

/** A position that takes Redis longer than this, milliseconds, is dear. */
const DEAR_MS = 2;
/** A dear position is asked for again after this many times what it took. */
const REST_FACTOR = 50;
const REST_MS_MAX = 60_000;
/** An entry of up to this size is looked up at next to no cost, bytes. */
const ANCHOR_BYTES_MAX = 16 * 1024;

/**
 * What it costs Redis to say where a stream stands, and how to ask for less of it. Redis copies the
 * first and the last entry each time: 70 ms with 5 MB each, a second with 50. While that is dear, an
 * entry that was there and still is shows that nothing was trimmed past it.
 */
export class PositionPrice {
  #lastMs = 0;
  #dueMs = Number.NEGATIVE_INFINITY;
  #anchorId: EntryId | null = null;

  /** By what to ask now: null for the whole position, or an entry's id; 'later' where there is none. */
  askBy(nowMs: number): EntryId | null | 'later' {
    return nowMs >= this.#dueMs ? null : (this.#anchorId ?? 'later');
  }

  /**
   * Notes an answer. Returns what it took, milliseconds, where that was dear and the answer came
   * before it was due, for the entry asked by is gone; else 0.
   */
  note(position: StreamPositionNow, nowMs: number): number {
    if (typeof position !== 'object' || position === null) return 0;
    const tookMs = position.costUs / 1_000;
    // The lower of two in a row: a Redis that was held up once is none with large entries.
    const costMs = Math.min(tookMs, this.#lastMs);
    this.#lastMs = tookMs;
    if (costMs <= DEAR_MS) return 0;
    const isEarly = nowMs < this.#dueMs;
    this.#dueMs = nowMs + Math.min(costMs * REST_FACTOR, REST_MS_MAX);
    return isEarly ? costMs : 0;
  }

  /** Entries that were just read: the newest small one is what the next question goes by. */
  saw(entries: readonly Entry[]): void {
    const small = entries.findLast((entry) => entryBytes(entry) <= ANCHOR_BYTES_MAX);
    this.#anchorId = small?.id ?? this.#anchorId;
  }
}
