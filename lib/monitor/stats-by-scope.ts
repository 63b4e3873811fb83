import type { Actor } from '@/lib/model/actor';
import type { Sees } from '@/lib/model/stream-scope';
import type { Sampler } from './sampler';
import { StatsFeed } from './stats-feed';

/** Statistics kept for those who may see the same streams; there are as many as users have scopes. */
const SCOPES_MAX = 64;

/** The statistics of the live feed: made once a sample for all who may see the same streams. */
export class StatsByScope {
  readonly #whole: StatsFeed;
  readonly #seen = new Map<string, StatsFeed>();

  constructor(
    private readonly sampler: Sampler,
    private readonly configured: string[],
  ) {
    this.#whole = new StatsFeed(sampler, configured);
  }

  /** `sees`: what the actor may see; null for all. */
  of({ role, streams }: Pick<Actor, 'role' | 'streams'>, sees: Sees | null): StatsFeed {
    if (sees === null) return this.#whole;
    const key = `${role} ${streams?.join(';') ?? '*'}`;
    let stats = this.#seen.get(key);
    if (!stats) {
      if (this.#seen.size >= SCOPES_MAX) this.#seen.clear();
      stats = new StatsFeed(this.sampler, this.configured, sees);
      this.#seen.set(key, stats);
    }
    return stats;
  }
}
