import { FEED_STATS, type FeedBatch } from '@/lib/model/feed-message';
import { toStreamStats } from '@/lib/model/stream-stats';
import type { Sampler } from './sampler';

/** The statistics as a message of the live feed: made once a sample, for all who are sent it. */
export class StatsFeed {
  readonly #sampler: Sampler;
  readonly #configured: string[];
  #current: FeedBatch | null = null;
  #isStale = true;
  readonly #listeners = new Set<() => void>();
  #unlisten: (() => void) | null = null;

  constructor(sampler: Sampler, configured: string[]) {
    this.#sampler = sampler;
    this.#configured = configured;
  }

  /** The same array until there is a newer sample. */
  get current(): FeedBatch {
    if (this.#current === null || this.#isStale) {
      const stats = toStreamStats(this.#sampler.latest, this.#configured, new Date());
      this.#current = [{ event: FEED_STATS, data: JSON.stringify(stats) }];
      this.#isStale = false;
    }
    return this.#current;
  }

  /** The sampler is listened to, and kept at its pace, only while somebody listens here. */
  onChange(listener: () => void): () => void {
    this.#unlisten ??= this.#sampler.onChange(() => {
      this.#isStale = true;
      for (const tell of this.#listeners) tell();
    });
    this.#isStale ||= this.#listeners.size === 0;
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#unlisten?.();
      this.#unlisten = null;
    };
  }
}
