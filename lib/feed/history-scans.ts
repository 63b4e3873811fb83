import { type EntryId, entryIdTimeMs } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import type { HistoryRange, HistorySearch, SearchLine } from '@/lib/model/history-search';
import type { RedisConnection } from '@/lib/redis/connect';
import { readPosition, streamNotFound } from '@/lib/redis/stream-reads';
import { type DownloadItem, downloadEnd, downloadItems } from './history-download';
import { searchBack } from './history-search';
import { PacedPages } from './paced-pages';

export interface ScanLimits {
  /** Most searches and downloads at once, all together and of one user. */
  max: number;
  perUserMax: number;
}

/** Who reads: `user` is null where nobody is asked who they are. */
export interface ScanClient {
  user: string | null;
  gone: AbortSignal;
}

/** Something read page by page; `close` must be called, however it ends. */
export interface Scan<T> {
  items: AsyncGenerator<T, void>;
  close: () => void;
}

export interface Download extends Scan<DownloadItem> {
  /** The time of the first and the last entry that it may hold, epoch milliseconds. */
  fromMs: number;
  toMs: number;
}

/** Searches and downloads: each reads Redis at its own pace until its client is gone or the process stops. */
export class HistoryScans {
  #running = 0;
  readonly #byUser = new Map<string, number>();

  constructor(
    private readonly requests: RedisConnection,
    private readonly stopping: AbortSignal,
    private readonly limits: ScanLimits,
  ) {}

  /** Throws `stream_not_found`, `scan_limit`, `user_limit` and the codes of a Redis in trouble. */
  async search(
    stream: string,
    search: HistorySearch,
    client: ScanClient,
  ): Promise<Scan<SearchLine>> {
    const { length } = await this.#position(stream);
    const { pages, close } = this.#admit(stream, client);
    return { items: searchBack(pages, stream, search, length), close };
  }

  /** The end is fixed here, so that a download of a live stream has one. Throws the same. */
  async download(stream: string, range: HistoryRange, client: ScanClient): Promise<Download> {
    const position = await this.#position(stream);
    const end = downloadEnd(position, range);
    const { pages, close } = this.#admit(stream, client);
    const timeOf = (id: EntryId | null) => (id === null ? 0 : entryIdTimeMs(id));
    return {
      items: downloadItems(pages, stream, { range, end }),
      close,
      fromMs: Math.max(range.fromMs ?? 0, timeOf(position.firstId)),
      toMs: timeOf(end),
    };
  }

  async #position(stream: string) {
    const position = await readPosition(this.requests, stream);
    if (position !== null) return position;
    throw streamNotFound(stream);
  }

  /**
   * A place for something else that reads Redis page by page; what it returns, called once or more,
   * gives it back. Throws `scan_limit` and `user_limit`.
   */
  take(user: string | null): () => void {
    const { max, perUserMax } = this.limits;
    if (this.#running >= max) {
      throw new DashboardError(
        'scan_limit',
        `${max} searches and downloads run already; try again when one of them has ended.`,
      );
    }
    const ofUser = user === null ? 0 : (this.#byUser.get(user) ?? 0);
    if (ofUser >= perUserMax) {
      throw new DashboardError(
        'user_limit',
        `You run as many searches and downloads as one may at once: ${perUserMax}.`,
      );
    }
    this.#running++;
    if (user !== null) this.#byUser.set(user, ofUser + 1);
    let isIn = true;
    return () => {
      if (isIn) this.#release(user);
      isIn = false;
    };
  }

  #admit(stream: string, { user, gone }: ScanClient): { pages: PacedPages; close: () => void } {
    const release = this.take(user);
    const closed = new AbortController();
    const signal = AbortSignal.any([closed.signal, this.stopping]);
    const close = () => {
      closed.abort();
      release();
    };
    gone.addEventListener('abort', close, { once: true, signal: closed.signal });
    if (gone.aborted) close();
    const pace = { signal, readers: () => this.#running };
    return { pages: new PacedPages(this.requests, stream, pace), close };
  }

  #release(user: string | null): void {
    this.#running--;
    if (user === null) return;
    const left = (this.#byUser.get(user) ?? 0) - 1;
    if (left > 0) this.#byUser.set(user, left);
    else this.#byUser.delete(user);
  }
}
