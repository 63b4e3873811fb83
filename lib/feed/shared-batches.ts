import type { EntryId } from '@/lib/model/entry-id';
import type { FeedMessage } from '@/lib/model/feed-message';
import type { Filter } from '@/lib/model/filter';
import { filterMatcher, type MessageMatcher } from '@/lib/model/filter-match';
import { canonicalFilter } from '@/lib/model/filter-print';
import type { EntryLog } from './entry-log';

/** Most entries and characters handed over at once; one entry always is. */
const BATCH_ENTRIES_MAX = 1_000;
const BATCH_CHARS_MAX = 256 * 1024;
/** Batches kept for others who want the same: more places than this share nothing. */
const SHARED_MAX = 1_000;

/** What a subscriber wants, with a key that is the same for all who want the same. */
export interface SharedFilter {
  key: string;
  matches: MessageMatcher | null;
}

export function sharedFilter(filter: Filter): SharedFilter {
  return { key: canonicalFilter(filter), matches: filterMatcher(filter) };
}

/** Entries in order, up to `lastId`; those that a filter leaves out are not among the messages. */
export interface LogBatch {
  /** One array for all who stand at the same place: whoever encodes it does so once. */
  messages: readonly FeedMessage[];
  lastId: EntryId;
  /** Entries that the filter left out. */
  filtered: number;
  /** Entries ever added up to `lastId`; null where that is not known. */
  sequence: number | null;
}

/** Cuts a log into batches, each made once for all who stand at its beginning and want the same. */
export class SharedBatches {
  readonly #log: EntryLog;
  /** By filter, then by the id they come after. */
  readonly #made = new Map<string, Map<EntryId, LogBatch>>();

  constructor(log: EntryLog) {
    this.#log = log;
    // The first who is told of a change: whoever is woken by it must find no batch from before.
    log.onChange(() => this.#made.clear());
  }

  /** What comes after `id`: null where that is nothing yet, `behind` where the log lacks it. */
  after(id: EntryId, filter: SharedFilter): LogBatch | null | 'behind' {
    const places = this.#made.get(filter.key);
    const known = places?.get(id);
    if (known) return known;
    if (id === this.#log.headId && this.#log.ready) return null;
    if (!this.#log.covers(id)) return 'behind';
    const made = this.#make(id, filter);
    if (made === null) return null;
    if (!places) this.#made.set(filter.key, new Map([[id, made]]));
    else if (places.size < SHARED_MAX) places.set(id, made);
    return made;
  }

  #make(id: EntryId, { matches }: SharedFilter): LogBatch | null {
    const entries = this.#log.after(id, BATCH_ENTRIES_MAX);
    let chars = 0;
    let looked = 0;
    for (const { data } of entries) {
      chars += data.length;
      if (looked > 0 && chars > BATCH_CHARS_MAX) break;
      looked++;
    }
    const last = entries[looked - 1];
    if (!last) return null;
    const batch = looked === entries.length ? entries : entries.slice(0, looked);
    const messages = matches === null ? batch : batch.filter(matches);
    return {
      messages,
      lastId: last.id,
      filtered: looked - messages.length,
      sequence: this.#log.sequenceOf(last.id),
    };
  }
}
