import type { Snapshot } from '@/lib/model/snapshot';
import { fromStreamStats, parseStats, type Stats } from '@/lib/model/stream-stats';
import type { LiveConnectionState } from './live-connection';
import type { PageFeed } from './page-feed';

/** How the numbers come. */
export type Delivery =
  | { by: 'nothing_yet' }
  | { by: 'push' }
  /** Asked for by and by, while the live connection brings none; `reason` where that is known. */
  | { by: 'polling'; reason: string | null }
  /** Neither way brings any. ISO 8601: when it was first asked in vain. */
  | { by: 'none'; since: string };

export interface SnapshotNews {
  snapshot: Snapshot | null;
  delivery: Delivery;
}

/** A connection that brought no numbers for this long is helped out by polling. */
export const FIRST_PUSH_MS_MAX = 1_500;
/** While Redis answers there is a sample a second; while it is away there may be none. */
export const NEXT_PUSH_MS_MAX = 10_000;
export const POLL_MS = 2_000;

interface Options {
  feed: Pick<PageFeed, 'listen'>;
  ask: (signal: AbortSignal) => Promise<Stats>;
  tell: (news: SnapshotNews) => void;
}

/** The newest snapshot: pushed on the live connection, polled while that brings none. */
export class SnapshotSource {
  readonly #options: Options;
  readonly #end: () => void;
  #snapshot: Snapshot | null = null;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #polling: AbortController | null = null;
  #reason: string | null = null;

  /** Begins at once, and goes on until `end`. */
  constructor(options: Options) {
    this.#options = options;
    this.#end = options.feed.listen({
      onStats: (json) => this.#receive(json),
      onState: (state) => this.#follow(state),
    });
  }

  end(): void {
    this.#end();
    this.#rest();
  }

  #receive(json: string): void {
    const stats = parseStats(json);
    if (!stats) return;
    this.#rest();
    this.#reason = null;
    this.#tell({ by: 'push' }, stats);
    if (stats.redis.status === 'up') this.#expectWithin(NEXT_PUSH_MS_MAX);
  }

  #follow(state: LiveConnectionState): void {
    if ('reason' in state) {
      this.#reason = state.reason;
      this.#poll();
    } else if (state.status === 'asleep') this.#rest();
    else this.#expectWithin(FIRST_PUSH_MS_MAX);
  }

  #rest(): void {
    clearTimeout(this.#patience);
    this.#polling?.abort();
    this.#polling = null;
  }

  #expectWithin(ms: number): void {
    clearTimeout(this.#patience);
    if (!this.#polling) this.#patience = setTimeout(() => this.#poll(), ms);
  }

  #poll(): void {
    clearTimeout(this.#patience);
    if (this.#polling) return;
    this.#polling = new AbortController();
    void this.#pollUntil(this.#polling.signal);
  }

  async #pollUntil(signal: AbortSignal): Promise<void> {
    let silentSince: string | null = null;
    while (!signal.aborted) {
      const askedAt = new Date().toISOString();
      const stats = await this.#options.ask(signal).catch(() => null);
      if (signal.aborted) return;
      silentSince = stats ? null : (silentSince ?? askedAt);
      if (silentSince === null) this.#tell({ by: 'polling', reason: this.#reason }, stats);
      else this.#tell({ by: 'none', since: silentSince });
      await pause(POLL_MS, signal);
    }
  }

  #tell(delivery: Delivery, stats: Stats | null = null): void {
    if (stats) this.#snapshot = fromStreamStats(stats);
    this.#options.tell({ snapshot: this.#snapshot, delivery });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
