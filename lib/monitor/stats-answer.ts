import type { Snapshot } from '@/lib/model/snapshot';
import { type Sees, seenSnapshot } from '@/lib/model/stream-scope';
import { toStreamStats } from '@/lib/model/stream-stats';
import type { Sampler } from './sampler';

/**
 * The answer of `/events/stats` as the bytes that are sent: made once a sample, for all who ask in
 * the meantime.
 */
export class StatsAnswer {
  #made: { of: Snapshot; bytes: Uint8Array } | null = null;

  constructor(
    private readonly sampler: Pick<Sampler, 'snapshot' | 'isNewest'>,
    private readonly configured: string[],
  ) {}

  /** The bytes of `bytes`, without waiting; null where they must be made first. */
  get atHand(): Uint8Array | null {
    return this.#made && this.sampler.isNewest(this.#made.of) ? this.#made.bytes : null;
  }

  /** At most a second old while Redis answers. Never rejects. */
  async bytes(): Promise<Uint8Array> {
    const snapshot = await this.sampler.snapshot();
    // While the sampler may not sample, the newest is an old one: no reason to make it again.
    if (this.#made && isSame(this.#made.of, snapshot)) return this.#made.bytes;
    const stats = toStreamStats(snapshot, this.configured, new Date());
    const bytes = new TextEncoder().encode(JSON.stringify(stats));
    // Before the first sample the time of the answer stands in it.
    this.#made = snapshot.sampled_at === null ? null : { of: snapshot, bytes };
    return bytes;
  }
}

/** The same for somebody who may see some streams only: made for each request. */
export async function seenStatsBytes(
  sampler: Pick<Sampler, 'snapshot'>,
  configured: readonly string[],
  sees: Sees,
): Promise<Uint8Array> {
  const snapshot = seenSnapshot(await sampler.snapshot(), sees);
  const stats = toStreamStats(snapshot, configured.filter(sees), new Date());
  return new TextEncoder().encode(JSON.stringify(stats));
}

/** By identity: each sample, and each change of Redis's state, makes new ones. */
function isSame(a: Snapshot, b: Snapshot): boolean {
  return a.streams === b.streams && a.redis === b.redis;
}
