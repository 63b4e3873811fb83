import {
  COUNTS_KEPT_MS,
  HOUR_MS,
  HOUR_TYPES_MAX,
  MINUTE_MS,
  type MinuteCount,
} from '@/lib/model/event-counts';
import { floorTo } from '@/lib/model/history-tiers';
import type { CountsVisitor } from '@/lib/redis/event-count-commands';

const MINUTES = HOUR_MS / MINUTE_MS;

interface Hour {
  types: Map<string | null, Uint32Array>;
  watched: Uint8Array;
}

/** Counts by type and minute in this process: 168 hours of up to 64 types, some 3 MB at most. */
export class EventCountTable implements CountsVisitor {
  readonly #hours = new Map<number, Hour>();

  add({ atMs, type, count }: MinuteCount): void {
    const { types } = this.#hourOf(atMs);
    const isKnown = types.has(type) || types.size < HOUR_TYPES_MAX;
    const name = isKnown ? type : null;
    const counts = types.get(name) ?? new Uint32Array(MINUTES);
    types.set(name, counts);
    const minute = minuteOf(atMs);
    counts[minute] = (counts[minute] ?? 0) + count;
  }

  watch(atMs: number): void {
    this.#hourOf(atMs).watched[minuteOf(atMs)] = 1;
    for (const startMs of this.#hours.keys()) {
      if (startMs < atMs - COUNTS_KEPT_MS - HOUR_MS) this.#hours.delete(startMs);
    }
  }

  /** Hands every minute to `visitor`. */
  visit(visitor: CountsVisitor): void {
    for (const [startMs, { types, watched }] of this.#hours) {
      for (let minute = 0; minute < MINUTES; minute++) {
        const atMs = startMs + minute * MINUTE_MS;
        if (watched[minute]) visitor.watch(atMs);
        for (const [type, counts] of types) {
          const count = counts[minute] ?? 0;
          if (count > 0) visitor.add({ atMs, type, count });
        }
      }
    }
  }

  #hourOf(atMs: number): Hour {
    const startMs = floorTo(atMs, HOUR_MS);
    const hour = this.#hours.get(startMs) ?? { types: new Map(), watched: new Uint8Array(MINUTES) };
    this.#hours.set(startMs, hour);
    return hour;
  }
}

function minuteOf(atMs: number): number {
  return Math.floor((atMs % HOUR_MS) / MINUTE_MS);
}
