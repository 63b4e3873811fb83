import { type HistoryPoint, mergePoints, pointOfSample } from '@/lib/model/history-point';
import { floorTo, HISTORY_TIERS, type HistoryTier } from '@/lib/model/history-tiers';
import type { Snapshot, StreamSnapshot } from '@/lib/model/snapshot';
import { EVERY_UNWATCHED_MS, EVERY_WATCHED_MS } from './sampler';

/** The points of all streams in one step of a tier. */
export interface HistoryStep {
  tier: HistoryTier;
  startMs: number;
  points: Map<string, HistoryPoint>;
}

/** Steps wait this long for a writer: longer than a lease takes to pass over. */
const WAIT_MAX_MS = 15_000;

/**
 * Turns samples into steps of each tier that are ready to be written. Every replica does, whether
 * it writes or not: one that takes over then has what its predecessor did not live to write.
 */
export class HistoryRecorder {
  readonly #open = new Map<HistoryTier, HistoryStep>();
  #ready: HistoryStep[] = [];
  /** The samples recorded last, by identity: one that stays the same was not taken anew. */
  #recorded = new Map<string, StreamSnapshot>();
  #lastAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly streamsMax: number) {}

  /** `atMs` by Redis's clock. Samples that are not newer than the last are left out. */
  add(snapshot: Snapshot, atMs: number): void {
    if (atMs <= this.#lastAtMs && atMs > this.#lastAtMs - WAIT_MAX_MS) return;
    const everyMs =
      atMs - this.#lastAtMs < 2.5 * EVERY_WATCHED_MS ? EVERY_WATCHED_MS : EVERY_UNWATCHED_MS;
    this.#lastAtMs = atMs;
    const streams = snapshot.streams.filter(({ status }) => status === 'ok');
    const kept = streams.slice(0, this.streamsMax);
    const fresh = kept.filter((stream) => this.#recorded.get(stream.name) !== stream);
    this.#recorded = new Map(kept.map((stream) => [stream.name, stream]));
    for (const tier of HISTORY_TIERS) {
      const step = this.#stepAt(tier, atMs);
      for (const stream of fresh) {
        const point = pointOfSample(stream, { atMs, everyMs: Math.max(everyMs, tier.stepMs) });
        const before = step.points.get(stream.name);
        step.points.set(stream.name, before ? mergePoints(before, point) : point);
      }
    }
    // The finest step is written at once: nothing waits for the second to end.
    const [finest] = HISTORY_TIERS;
    if (finest) this.#close(finest);
    this.#ready = this.#ready.filter(
      ({ tier, startMs }) => atMs - startMs - tier.stepMs <= WAIT_MAX_MS,
    );
  }

  /** Steps that ended, oldest first. */
  get ready(): readonly HistoryStep[] {
    return this.#ready;
  }

  /** Takes away what was written, or need not be. */
  done(steps: readonly HistoryStep[]): void {
    this.#ready = this.#ready.filter((step) => !steps.includes(step));
  }

  /** Ends every step, as short as it is: the process stops. */
  closeAll(): void {
    for (const tier of HISTORY_TIERS) this.#close(tier);
  }

  #stepAt(tier: HistoryTier, atMs: number): HistoryStep {
    const startMs = floorTo(atMs, tier.stepMs);
    const open = this.#open.get(tier);
    if (open?.startMs === startMs) return open;
    this.#close(tier);
    const step = { tier, startMs, points: new Map<string, HistoryPoint>() };
    this.#open.set(tier, step);
    return step;
  }

  #close(tier: HistoryTier): void {
    const open = this.#open.get(tier);
    this.#open.delete(tier);
    if (!open || open.points.size === 0) return;
    const isThere = this.#ready.some((r) => r.tier === tier && r.startMs === open.startMs);
    if (!isThere) this.#ready.push(open);
  }
}
