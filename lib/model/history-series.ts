import { type GroupPoint, type HistoryPoint, mergePoints } from './history-point';
import { floorTo, type HistoryTier } from './history-tiers';
import type { LagQuality } from './lag';
import { ratePerSecond } from './rates';

/** A stream's past as `/api/streams/{stream}/history` answers it. */
export interface HistoryStreamValues {
  length: number;
  length_min: number;
  length_max: number;
  /** Null where the counters do not tell: unknown, fallen, or nothing before to compare with. */
  in_per_second: number | null;
  memory_bytes: number | null;
}

export interface HistoryGroupValues {
  lag: number | null;
  lag_min: number | null;
  lag_max: number | null;
  lag_quality: LagQuality;
  pending: number;
  pending_max: number;
  lost: number | null;
  out_per_second: number | null;
  behind_ms: number | null;
}

/** One step. `stream` null: nothing was sampled, a gap. A group's null: it was not there. */
export interface HistorySeriesPoint {
  /** Start of the step, epoch milliseconds. */
  at: number;
  stream: HistoryStreamValues | null;
  /** In the order of the groups asked for. */
  groups: (HistoryGroupValues | null)[];
}

export interface SeriesRequest {
  tier: HistoryTier;
  /** The whole time; steps are as long as it needs. */
  fromMs: number;
  toMs: number;
  pointsMax: number;
  /** Steps that ended before are left out. */
  sinceMs?: number | null;
  groups: readonly string[];
}

/** The points of one step: the first for what came before it, all of them merged for its values. */
export interface HistorySlot {
  startMs: number;
  first: HistoryPoint;
  merged: HistoryPoint;
}

/** Samples are taken a little late: a gap is more than this many steps. */
export const LATE_STEPS = 2.5;

/** A whole number of the tier's steps, so that no more than `pointsMax` fill the time. */
export function resolutionFor(
  request: Pick<SeriesRequest, 'tier' | 'fromMs' | 'toMs' | 'pointsMax'>,
): number {
  const { tier, fromMs, toMs, pointsMax } = request;
  const steps = Math.max(1, Math.ceil((toMs - fromMs) / tier.stepMs / pointsMax));
  return steps * tier.stepMs;
}

/** Start of the first of the steps that fill a time up to its end. */
export function firstSlotMs(time: { fromMs: number; toMs: number; slotMs: number }): number {
  const { fromMs, toMs, slotMs } = time;
  const slots = Math.max(1, Math.ceil((toMs - fromMs) / slotMs));
  return floorTo(toMs, slotMs) - (slots - 1) * slotMs;
}

/** Points, oldest first, by steps of `slotMs`. */
export function* slotsOf(
  points: Iterable<HistoryPoint>,
  slotMs: number,
): Generator<HistorySlot, void, void> {
  let slot: HistorySlot | undefined;
  for (const point of points) {
    const startMs = floorTo(point.atMs, slotMs);
    if (slot?.startMs === startMs) slot.merged = mergePoints(slot.merged, point);
    else {
      if (slot) yield slot;
      slot = { startMs, first: point, merged: point };
    }
  }
  if (slot) yield slot;
}

/** Slots of chunks that follow each other: one that lies in two of them becomes one. */
export function joinSlots(slots: readonly HistorySlot[]): HistorySlot[] {
  const joined: HistorySlot[] = [];
  for (const slot of slots) {
    const before = joined.at(-1);
    if (before?.startMs === slot.startMs) {
      joined[joined.length - 1] = { ...before, merged: mergePoints(before.merged, slot.merged) };
    } else joined.push(slot);
  }
  return joined;
}

/** Every group in the slots, those of the newest first. */
export function groupsIn(slots: readonly HistorySlot[]): string[] {
  const names = new Set<string>();
  for (const { merged } of slots.toReversed()) {
    for (const name of merged.groups.keys()) names.add(name);
  }
  return [...names];
}

/**
 * Slots, oldest first, as at most `pointsMax` steps of equal length. Steps without samples are
 * left out while samples come no farther apart than they were meant to; else one null says the gap.
 */
export function* seriesOf(
  slots: readonly HistorySlot[],
  request: SeriesRequest,
): Generator<HistorySeriesPoint, void, void> {
  const { tier, toMs, groups } = request;
  const slotMs = resolutionFor(request);
  const lastSlot = floorTo(toMs, slotMs);
  const sinceMs = floorTo(request.sinceMs ?? Number.NEGATIVE_INFINITY, slotMs);
  const firstSlot = Math.max(firstSlotMs({ fromMs: request.fromMs, toMs, slotMs }), sinceMs);
  let before: HistoryPoint | null = null;
  let previousMs: number | null = null;
  for (const { startMs, first, merged } of slots) {
    if (startMs > lastSlot) return;
    const isGap: boolean = before !== null && isApart(before, first, tier);
    if (startMs >= firstSlot) {
      if (isGap && previousMs !== null && startMs - previousMs > slotMs) {
        yield { at: previousMs + slotMs, stream: null, groups: groups.map(() => null) };
      }
      yield valuesOf(startMs, merged, before && !isGap ? before : first, groups);
      previousMs = startMs;
    }
    before = merged;
  }
}

function isApart(before: HistoryPoint, after: HistoryPoint, tier: HistoryTier): boolean {
  const everyMs = Math.max(before.everyMs, after.everyMs, tier.stepMs);
  return after.atMs - before.atMs >= LATE_STEPS * everyMs;
}

function valuesOf(
  at: number,
  point: HistoryPoint,
  base: HistoryPoint,
  groups: readonly string[],
): HistorySeriesPoint {
  const { length, lengthMin, lengthMax, memoryBytes } = point.stream;
  return {
    at,
    stream: {
      length,
      length_min: lengthMin,
      length_max: lengthMax,
      in_per_second: rate(base, point, (p) => p.stream.entriesAdded),
      memory_bytes: memoryBytes,
    },
    groups: groups.map((name) => {
      const group = point.groups.get(name);
      return group ? groupValues(group, outPerSecond(base, point, name)) : null;
    }),
  };
}

function groupValues(group: GroupPoint, outPerSecond: number | null): HistoryGroupValues {
  return {
    lag: group.lag,
    lag_min: group.lagMin,
    lag_max: group.lagMax,
    lag_quality: group.lag === null ? 'unknown' : group.quality,
    pending: group.pending,
    pending_max: group.pendingMax,
    lost: group.lost,
    out_per_second: outPerSecond,
    behind_ms: group.behindMs,
  };
}

/** Redis's counter may leap (7.0): no more was delivered than came in and left the lag. */
function outPerSecond(from: HistoryPoint, to: HistoryPoint, group: string): number | null {
  const read = rate(from, to, (point) => point.groups.get(group)?.entriesRead ?? null);
  const passed = rate(from, to, ({ stream, groups }) => {
    const lag = groups.get(group)?.lag ?? null;
    return stream.entriesAdded === null || lag === null ? null : stream.entriesAdded - lag;
  });
  return read === null || passed === null ? read : Math.min(read, passed);
}

function rate(
  from: HistoryPoint,
  to: HistoryPoint,
  count: (point: HistoryPoint) => number | null,
): number | null {
  return ratePerSecond(
    { atMs: from.atMs, count: count(from) },
    { atMs: to.atMs, count: count(to) },
  );
}
