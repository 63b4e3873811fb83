import { type Entry, entryBytes } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { BatchSize } from '@/lib/redis/batch-size';
import type { RedisConnection } from '@/lib/redis/connect';
import {
  readPage,
  readPageBack,
  readRange,
  type SizedEntry,
  type StreamPage,
} from '@/lib/redis/stream-reads';
import { pause } from './pause';

/** Entries a page holds: at most, at first, and of what size together. */
const PAGE_ENTRIES_MAX = 200;
const PAGE_ENTRIES_FIRST = 10;
const PAGE_BYTES_MAX = 512 * 1024;
/** Larger entries stay in Redis and are fetched one at a time, bytes. */
const ENTRY_BYTES_MAX = 64 * 1024;

interface PaceOptions {
  signal: AbortSignal;
  readers?: () => number;
  /** Of an entry larger than this only an outline is read, bytes. */
  wholeBytesMax?: number;
}

/**
 * Reads through a stream in bounded pages for somebody who can wait: it rests after each as long as
 * that took, times those who read so, so that Redis has half of its time for others.
 */
export class PacedPages {
  readonly #requests: RedisConnection;
  readonly #stream: string;
  readonly #signal: AbortSignal;
  readonly #size = new BatchSize(PAGE_ENTRIES_MAX, PAGE_BYTES_MAX, PAGE_ENTRIES_FIRST);
  readonly #readers: () => number;
  readonly #wholeBytesMax: number;
  #tookMs = 0;

  constructor(
    requests: RedisConnection,
    stream: string,
    { signal, readers = () => 1, wholeBytesMax = ENTRY_BYTES_MAX }: PaceOptions,
  ) {
    this.#requests = requests;
    this.#stream = stream;
    this.#signal = signal;
    this.#readers = readers;
    this.#wholeBytesMax = wholeBytesMax;
  }

  /** What comes after an id, oldest first. */
  after(after: EntryId): Promise<StreamPage> {
    return this.#paced((count) =>
      readPage(this.#requests, this.#stream, { after, count, wholeBytesMax: this.#wholeBytesMax }),
    );
  }

  /** Entries from one id (or `+`) down to another (or `-`), newest first. */
  back(from: string, downTo: string): Promise<StreamPage> {
    const bounds = { from, downTo, wholeBytesMax: this.#wholeBytesMax };
    return this.#paced((count) => readPageBack(this.#requests, this.#stream, { ...bounds, count }));
  }

  /** The entry with all of its bytes; null where it was deleted since its page was read. */
  async whole({ entry, bytes }: SizedEntry): Promise<Entry | null> {
    if (bytes === entryBytes(entry)) return entry;
    this.#checkStopped();
    const range = { start: entry.id, end: entry.id, count: 1, order: 'asc' } as const;
    const startedMs = performance.now();
    const [whole] = await readRange(this.#requests, this.#stream, range);
    this.#tookMs += performance.now() - startedMs;
    return whole ?? null;
  }

  async #paced(read: (count: number) => Promise<StreamPage>): Promise<StreamPage> {
    if (this.#tookMs > 0) await pause(this.#tookMs * this.#readers(), this.#signal);
    for (;;) {
      this.#checkStopped();
      const startedMs = performance.now();
      try {
        const page = await read(this.#size.entries);
        this.#size.learn(page.entries.map(({ bytes }) => bytes));
        this.#tookMs = performance.now() - startedMs;
        return page;
      } catch (error) {
        // A page too large to come in time is asked for again in parts.
        if (!hasErrorCode(error, 'redis_timeout') || this.#size.entries === 1) throw error;
        this.#size.shrink();
      }
    }
  }

  /** Whoever reads on must not take a break for the end. */
  #checkStopped(): void {
    if (this.#signal.aborted) throw new DashboardError('stopping', 'This reading was broken off.');
  }
}
