import { compareEntryIds, ENTRY_ID_ZERO, type EntryId } from '@/lib/model/entry-id';
import type { FeedMessage } from '@/lib/model/feed-message';
import { SequenceLedger } from './sequence-ledger';

/** Most entries one stream's log holds. */
export const LOG_ENTRIES_MAX = 10_000;
/** Most characters of encoded messages one stream's log holds. */
export const LOG_CHARS_MAX = 16 * 1024 * 1024;
/** Most characters the logs of all followed streams hold together. */
const LOGS_CHARS_MAX = 64 * 1024 * 1024;
/** Most ids the logs of all followed streams remember past their entries. */
const LEDGERS_IDS_MAX = 262_144;

/** An entry in the log: encoded once for all who watch. */
export type LoggedMessage = FeedMessage & { id: EntryId };

/**
 * The newest entries of one stream, in order and without a hole: every entry after `floorId` up to
 * `headId`. Whoever stands at or after the floor is served from here, whoever is further back reads
 * Redis until it gets here.
 */
export class EntryLog {
  #messages: LoggedMessage[] = [];
  /** Messages before this index were let go; the array is cut when half of it is. */
  #start = 0;
  #chars = 0;
  #floorId: EntryId = ENTRY_ID_ZERO;
  #headId: EntryId = ENTRY_ID_ZERO;
  #headSequence: number | null = null;
  #ready = false;
  #epoch = 0;
  readonly #ledger = new SequenceLedger();
  readonly #wakes = new Set<() => void>();

  constructor(
    private readonly entriesMax = LOG_ENTRIES_MAX,
    private charsMax = LOG_CHARS_MAX,
  ) {}

  /** Holds no more from now on than its share of what so many logs may hold together. */
  shareMemory(logs: number): void {
    this.charsMax = Math.min(LOG_CHARS_MAX, Math.floor(LOGS_CHARS_MAX / logs));
    this.#ledger.limit(Math.floor(LEDGERS_IDS_MAX / logs));
    this.#trim();
  }

  /** False until the reader knows where the stream stands. */
  get ready(): boolean {
    return this.#ready;
  }

  get floorId(): EntryId {
    return this.#floorId;
  }

  get headId(): EntryId {
    return this.#headId;
  }

  /** Grows by one each time the stream turned out to be deleted or recreated. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Entries ever added to the stream up to the head; null where Redis does not count them. */
  get headSequence(): number | null {
    return this.#headSequence;
  }

  /**
   * Begins anew behind `id`: nothing at or before it is held. Whoever stands before finds what is
   * between by reading Redis, and how much that is by `sequenceOf`.
   */
  startAfter(id: EntryId, sequence: number | null): void {
    this.#messages = [];
    this.#start = 0;
    this.#chars = 0;
    this.#floorId = id;
    this.#headId = id;
    this.#headSequence = sequence;
    this.#ready = true;
    this.#note();
    this.announce();
  }

  /** The stream was deleted or recreated: everybody starts over at its first entry. */
  reset(): void {
    this.#epoch++;
    this.#ledger.clear();
    this.startAfter(ENTRY_ID_ZERO, 0);
  }

  /** Adds entries in ascending order, all after the head. */
  append(messages: LoggedMessage[]): void {
    for (const message of messages) {
      this.#messages.push(message);
      this.#chars += message.data.length;
      this.#headId = message.id;
      if (this.#headSequence !== null) this.#headSequence++;
      this.#note();
    }
    this.#trim();
    this.announce();
  }

  /** What Redis says of the count at the head, when it is known afresh. */
  correctSequence(sequence: number | null): void {
    this.#headSequence = sequence;
    this.#note();
  }

  /** Wakes everybody: something beside the entries has changed. */
  announce(): void {
    for (const wake of this.#wakes) wake();
  }

  /** True where every entry after `id` is held here; of an id ahead of the head nothing is known. */
  covers(id: EntryId): boolean {
    if (!this.#ready || compareEntryIds(id, this.#floorId) < 0) return false;
    return compareEntryIds(id, this.#headId) <= 0;
  }

  /** Up to `max` messages after `id`, oldest first. Only for an id that is covered. */
  after(id: EntryId, max: number): LoggedMessage[] {
    const from = this.#indexAfter(id);
    return this.#messages.slice(from, from + max);
  }

  /** How many entries were ever added up to `id`; null where that cannot be told. */
  sequenceOf(id: EntryId): number | null {
    if (!this.covers(id)) return this.#ledger.sequenceOf(id);
    if (this.#headSequence === null) return null;
    return this.#headSequence - (this.#messages.length - this.#indexAfter(id));
  }

  onChange(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }

  #note(): void {
    if (this.#headSequence !== null) this.#ledger.note(this.#headId, this.#headSequence);
  }

  /** Index of the first message after `id`, by halving. */
  #indexAfter(id: EntryId): number {
    let low = this.#start;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const message = this.#messages[middle];
      if (message && compareEntryIds(message.id, id) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #trim(): void {
    while (
      this.#messages.length - this.#start > this.entriesMax ||
      (this.#chars > this.charsMax && this.#messages.length - this.#start > 1)
    ) {
      const dropped = this.#messages[this.#start++];
      if (!dropped) break;
      this.#chars -= dropped.data.length;
      this.#floorId = dropped.id;
    }
    if (this.#start > this.#messages.length / 2) {
      this.#messages = this.#messages.slice(this.#start);
      this.#start = 0;
    }
  }
}
