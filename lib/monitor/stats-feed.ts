import { FEED_STATS, type FeedBatch } from '@/lib/model/feed-message';
import { type Sees, seenSnapshot } from '@/lib/model/stream-scope';
import { toStreamStats } from '@/lib/model/stream-stats';
import type { Sampler } from './sampler';

/** The statistics as a message of the live feed: made once a sample, for all who are sent it. */
export class StatsFeed {
  readonly #sampler: Sampler;
  readonly #configured: string[];
  readonly #sees: Sees | null;
  #current: FeedBatch | null = null;
  #isStale = true;
  readonly #listeners = new Set<() => void>();
  #unlisten: (() => void) | null = null;

  /** `sees`: for those who may see some streams only; null for all. */
  constructor(sampler: Sampler, configured: string[], sees: Sees | null = null) {
    this.#sampler = sampler;
    this.#configured = sees === null ? configured : configured.filter(sees);
    this.#sees = sees;
  }

  /** The same array until there is a newer sample. */
  get current(): FeedBatch {
    if (this.#current === null || this.#isStale) {
      const stats = toStreamStats(
        seenSnapshot(this.#sampler.latest, this.#sees),
        this.#configured,
        new Date(),
      );
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
