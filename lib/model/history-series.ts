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

/** One step. Both null: nothing was sampled, a gap. `group` alone null: it was not there. */
export interface HistorySeriesPoint {
  /** Start of the step, epoch milliseconds. */
  at: number;
  stream: HistoryStreamValues | null;
  group: HistoryGroupValues | null;
}

export interface SeriesRequest {
  tier: HistoryTier;
  fromMs: number;
  toMs: number;
  pointsMax: number;
  group: string | null;
}

/** Samples are taken a little late: a gap is more than this many steps. */
const LATE_STEPS = 2.5;

/** A whole number of the tier's steps, so that no more than `pointsMax` fill the time. */
export function resolutionFor(request: Omit<SeriesRequest, 'group'>): number {
  const { tier, fromMs, toMs, pointsMax } = request;
  const steps = Math.max(1, Math.ceil((toMs - fromMs) / tier.stepMs / pointsMax));
  return steps * tier.stepMs;
}

/**
 * Points, oldest first, as at most `pointsMax` steps of equal length. Steps without samples are
 * left out while samples come no farther apart than they were meant to; else one null says the gap.
 */
export function historySeries(
  points: readonly HistoryPoint[],
  request: SeriesRequest,
): HistorySeriesPoint[] {
  const { tier, toMs, group } = request;
  const slotMs = resolutionFor(request);
  const lastSlot = floorTo(toMs, slotMs);
  const slotsMax = Math.max(1, Math.ceil((toMs - request.fromMs) / slotMs));
  const firstSlot = lastSlot - (slotsMax - 1) * slotMs;
  const series: HistorySeriesPoint[] = [];
  let before: HistoryPoint | null = null;
  for (const { slot, all } of bySlot(points, slotMs)) {
    const [first] = all;
    const last = all.at(-1);
    if (!first || !last || slot > lastSlot) break;
    const isGap: boolean = before !== null && isApart(before, first, tier);
    if (slot >= firstSlot) {
      const previous = series.at(-1);
      if (isGap && previous && slot - previous.at > slotMs) {
        series.push({ at: previous.at + slotMs, stream: null, group: null });
      }
      const base = before && !isGap ? before : first;
      series.push(valuesOf(slot, all.reduce(mergePoints), base, group));
    }
    before = last;
  }
  return series;
}

function* bySlot(points: readonly HistoryPoint[], slotMs: number) {
  let slot = Number.NaN;
  let all: HistoryPoint[] = [];
  for (const point of points) {
    const itsSlot = floorTo(point.atMs, slotMs);
    if (itsSlot !== slot && all.length > 0) {
      yield { slot, all };
      all = [];
    }
    slot = itsSlot;
    all.push(point);
  }
  if (all.length > 0) yield { slot, all };
}

function isApart(before: HistoryPoint, after: HistoryPoint, tier: HistoryTier): boolean {
  const everyMs = Math.max(before.everyMs, after.everyMs, tier.stepMs);
  return after.atMs - before.atMs >= LATE_STEPS * everyMs;
}

function valuesOf(
  at: number,
  point: HistoryPoint,
  base: HistoryPoint,
  groupName: string | null,
): HistorySeriesPoint {
  const { length, lengthMin, lengthMax, memoryBytes } = point.stream;
  const group = groupName === null ? undefined : point.groups.get(groupName);
  return {
    at,
    stream: {
      length,
      length_min: lengthMin,
      length_max: lengthMax,
      in_per_second: rate(base, point, (p) => p.stream.entriesAdded),
      memory_bytes: memoryBytes,
    },
    group: group ? groupValues(group, outPerSecond(base, point, groupName ?? '')) : null,
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
