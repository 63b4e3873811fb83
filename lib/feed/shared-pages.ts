import type { EntryId } from '@/lib/model/entry-id';
import type { FeedBatch } from '@/lib/model/feed-message';
import { BatchSize } from '@/lib/redis/batch-size';
import type { RedisConnection } from '@/lib/redis/connect';
import { readPage, type StreamPosition, type UNCHANGED } from '@/lib/redis/stream-reads';
import { encodeEntry, FEED_ENTRY_BYTES_MAX } from './encode';
import type { EntryLog, LoggedMessage } from './entry-log';
import type { SharedFilter } from './shared-batches';

/**
 * Entries a page holds: at most, at first, and of what size together. A page is one write, and what
 * a slow reader holds.
 */
const PAGE_ENTRIES_MAX = 200;
const PAGE_ENTRIES_FIRST = 5;
const PAGE_BYTES_MAX = 512 * 1024;
/** A page is kept this long for others who come from the same place, milliseconds. */
const KEPT_MS = 1_000;
/** Most pages kept, and most characters of each: beyond that everybody reads for themselves. */
const KEPT_PAGES_MAX = 16;
const KEPT_CHARS_MAX = 1024 * 1024;

/** Entries behind an id, and where the stream stood when they were read. */
export interface Page {
  position: StreamPosition | typeof UNCHANGED | null;
  messages: readonly LoggedMessage[];
  /** The messages a filter lets through: one array for all who share the page and the filter. */
  matching(filter: SharedFilter): FeedBatch;
}

/**
 * Reads a stream further back than its log goes. After a restart a thousand browsers resume from
 * the same id: they are served from one reading.
 */
export class SharedPages {
  readonly #requests: RedisConnection;
  readonly #stream: string;
  readonly #log: EntryLog;
  readonly #size = new BatchSize(PAGE_ENTRIES_MAX, PAGE_BYTES_MAX, PAGE_ENTRIES_FIRST);
  readonly #kept = new Map<string, Promise<Page>>();

  constructor(requests: RedisConnection, stream: string, log: EntryLog) {
    this.#requests = requests;
    this.#stream = stream;
    this.#log = log;
  }

  /** What comes after `id`: read now, or by somebody else within the last second. */
  after(id: EntryId): Promise<Page> {
    // A stream that was recreated is another: nothing of the old one is handed out.
    const place = `${this.#log.epoch} ${id}`;
    const kept = this.#kept.get(place);
    if (kept) return kept;
    const reading = this.#read(id);
    if (this.#kept.size < KEPT_PAGES_MAX) this.#keep(place, reading);
    return reading;
  }

  async #read(after: EntryId): Promise<Page> {
    try {
      const { position, entries } = await readPage(this.#requests, this.#stream, {
        after,
        count: this.#size.entries,
        wholeBytesMax: FEED_ENTRY_BYTES_MAX,
      });
      this.#size.learn(entries.map(({ bytes }) => bytes));
      const messages = entries.map(({ entry, bytes }) => encodeEntry(this.#stream, entry, bytes));
      return { position, messages, matching: matchingOnce(messages) };
    } catch (error) {
      this.#size.shrink();
      throw error;
    }
  }

  #keep(place: string, reading: Promise<Page>): void {
    this.#kept.set(place, reading);
    const letGo = () => this.#kept.delete(place);
    reading.then(({ messages }) => {
      const chars = messages.reduce((sum, { data }) => sum + data.length, 0);
      // An empty page is news of this moment: more may have come for the next who asks.
      if (messages.length === 0 || chars > KEPT_CHARS_MAX) letGo();
      else setTimeout(letGo, KEPT_MS).unref();
    }, letGo);
  }
}

function matchingOnce(messages: readonly LoggedMessage[]): Page['matching'] {
  const made = new Map<string, FeedBatch>();
  return ({ key, matches }) => {
    if (matches === null) return messages;
    let batch = made.get(key);
    if (!batch) {
      batch = messages.filter(matches);
      made.set(key, batch);
    }
    return batch;
  };
}
