import { hasErrorCode } from '@/lib/model/errors';
import { pointsInChunk } from '@/lib/model/history-codec';
import { HISTORY_GROUPS_MAX, type HistoryPoint } from '@/lib/model/history-point';
import {
  ALL_GROUPS,
  HISTORY_POINTS_MAX,
  HISTORY_RANGES,
  type HistoryAnswer,
  type HistoryQuery,
} from '@/lib/model/history-query';
import {
  groupsIn,
  type HistorySlot,
  joinSlots,
  LATE_STEPS,
  resolutionFor,
  seriesOf,
  slotsOf,
} from '@/lib/model/history-series';
import { chunkStarts, floorTo, type HistoryTier, tierFor } from '@/lib/model/history-tiers';
import { canonicalName } from '@/lib/model/name';
import type { RedisConnection } from '@/lib/redis/connect';
import { readChunk } from '@/lib/redis/history-commands';
import type { HistoryKeys } from '@/lib/redis/keys';
import { collectInSlices } from './in-slices';
import type { MemoryChunks } from './memory-chunks';
import { EVERY_UNWATCHED_MS } from './sampler';
import { SlotCache } from './slot-cache';

/** A chunk this long past its end is written no more: a takeover writes what is 15 s old. */
const CLOSED_AFTER_MS = 60_000;

export interface HistoryReaderOptions {
  /** Null where nothing is kept in Redis. */
  redis: RedisConnection | null;
  keys: HistoryKeys;
  memory: MemoryChunks;
  /** Told once of each kind of trouble. */
  warnOnce: (kind: string, facts: Record<string, unknown>, message: string) => void;
}

/**
 * Reads the past from the chunks in Redis and in memory. Decoding is done in slices, so that seven
 * days hold up nobody, and what no longer changes is remembered for a while.
 */
export class HistoryReader {
  readonly #options: HistoryReaderOptions;
  readonly #cache = new SlotCache();

  constructor(options: HistoryReaderOptions) {
    this.#options = options;
  }

  /**
   * The past up to `nowMs` (Redis's clock) in at most 300 points, from the finest tier that reaches
   * back to its beginning. Throws the codes of a Redis that does not answer.
   */
  async read(
    stream: string,
    { range, groups, sinceMs }: HistoryQuery,
    nowMs: number,
  ): Promise<Omit<HistoryAnswer, 'history'>> {
    const name = canonicalName(stream);
    const fromMs = nowMs - HISTORY_RANGES[range];
    const tier = tierFor(fromMs, nowMs);
    const time = { fromMs, toMs: nowMs, pointsMax: HISTORY_POINTS_MAX, tier };
    const slotMs = resolutionFor(time);
    // The rates of the first step are taken from the last point before it.
    const beforeMs = slotMs + LATE_STEPS * Math.max(EVERY_UNWATCHED_MS, tier.stepMs);
    const startMs = Math.max(
      Math.max(fromMs, floorTo(sinceMs ?? 0, slotMs)) - beforeMs,
      nowMs - tier.keptMs - tier.stepMs,
    );
    const stored: HistorySlot[] = [];
    // One after the other: megabytes that come at once are parsed at once.
    for (const chunkMs of chunkStarts(tier, startMs, nowMs)) {
      stored.push(...(await this.#slots(name, tier, chunkMs, slotMs, nowMs)));
    }
    const slots = joinSlots(stored);
    const names =
      groups === ALL_GROUPS ? groupsIn(slots).slice(0, HISTORY_GROUPS_MAX) : [...groups];
    const points = seriesOf(slots, { ...time, sinceMs, groups: names });
    return {
      stream: name,
      groups: names,
      from: fromMs,
      to: nowMs,
      tier: tier.name,
      resolution_ms: slotMs,
      points: await collectInSlices(points),
    };
  }

  async #slots(
    stream: string,
    tier: HistoryTier,
    chunkMs: number,
    slotMs: number,
    nowMs: number,
  ): Promise<readonly HistorySlot[]> {
    const { keys, memory } = this.#options;
    const key = keys.chunk(stream, tier.name, chunkMs);
    const known = this.#cache.get(key, slotMs);
    if (known) return known;
    const stored = [await this.#readRedis(key), memory.read(key)];
    const onFault = () => {
      this.#options.warnOnce('unreadable', { key }, 'history holds bytes of somebody else');
    };
    const points: HistoryPoint[] = [];
    for (const bytes of stored) {
      if (bytes.length === 0) continue;
      points.push(...(await collectInSlices(pointsInChunk(bytes, tier, chunkMs, onFault))));
    }
    const slots = await collectInSlices(slotsOf(inOrder(points, tier.stepMs), slotMs));
    if (nowMs - chunkMs - tier.chunkMs > CLOSED_AFTER_MS) this.#cache.set(key, slotMs, slots);
    return slots;
  }

  async #readRedis(key: string): Promise<Uint8Array> {
    const { redis, warnOnce } = this.#options;
    if (!redis) return new Uint8Array();
    try {
      return await readChunk(redis, key);
    } catch (error) {
      // A key of another type, or rights that are missing: the rest can be read.
      if (!hasErrorCode(error, 'wrong_type', 'redis_permission_denied')) throw error;
      warnOnce('not read', { key, error }, 'a key of the history cannot be read');
      return new Uint8Array();
    }
  }
}

/** Oldest first, one a step: of two that say the same time the first is kept. */
function inOrder(points: HistoryPoint[], stepMs: number): HistoryPoint[] {
  const steps = new Map<number, HistoryPoint>();
  for (const point of points) {
    const step = floorTo(point.atMs, stepMs);
    if (!steps.has(step)) steps.set(step, point);
  }
  return [...steps.values()].sort((a, b) => a.atMs - b.atMs);
}
