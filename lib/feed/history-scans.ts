import { type EntryId, entryIdTimeMs } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import type { HistoryRange, HistorySearch, SearchLine } from '@/lib/model/history-search';
import type { RedisConnection } from '@/lib/redis/connect';
import { readPosition, streamNotFound } from '@/lib/redis/stream-reads';
import { type DownloadItem, downloadEnd, downloadItems } from './history-download';
import { searchBack } from './history-search';
import { PacedPages } from './paced-pages';

/** Searches and downloads that read Redis at the same time, all together. */
const SCANS_MAX = 12;

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

  constructor(
    private readonly requests: RedisConnection,
    private readonly stopping: AbortSignal,
  ) {}

  /** Throws `stream_not_found`, `scan_limit` and the codes of a Redis in trouble. */
  async search(
    stream: string,
    search: HistorySearch,
    gone: AbortSignal,
  ): Promise<Scan<SearchLine>> {
    const { length } = await this.#position(stream);
    const { pages, close } = this.#admit(stream, gone);
    return { items: searchBack(pages, stream, search, length), close };
  }

  /** The end is fixed here, so that a download of a live stream has one. Throws the same. */
  async download(stream: string, range: HistoryRange, gone: AbortSignal): Promise<Download> {
    const position = await this.#position(stream);
    const end = downloadEnd(position, range);
    const { pages, close } = this.#admit(stream, gone);
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

  #admit(stream: string, gone: AbortSignal): { pages: PacedPages; close: () => void } {
    if (this.#running >= SCANS_MAX) {
      throw new DashboardError(
        'scan_limit',
        `${SCANS_MAX} searches and downloads run already; try again when one of them has ended.`,
      );
    }
    this.#running++;
    const closed = new AbortController();
    const signal = AbortSignal.any([closed.signal, this.stopping]);
    const close = () => {
      if (closed.signal.aborted) return;
      closed.abort();
      this.#running--;
    };
    gone.addEventListener('abort', close, { once: true, signal: closed.signal });
    if (gone.aborted) close();
    const pace = { signal, readers: () => this.#running };
    return { pages: new PacedPages(this.requests, stream, pace), close };
  }
}
