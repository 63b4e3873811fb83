import type { LagQuality } from './lag';
import type { GroupSnapshot, StreamSnapshot } from './snapshot';

/** A stream at one moment, or over the step that ends with it. */
export interface StreamPoint {
  length: number;
  lengthMin: number;
  lengthMax: number;
  entriesAdded: number | null;
  memoryBytes: number | null;
}

/** A group likewise. */
export interface GroupPoint {
  lag: number | null;
  lagMin: number | null;
  lagMax: number | null;
  /** The worst way any of these lags is known; `unknown` where none is. */
  quality: LagQuality;
  pending: number;
  pendingMax: number;
  lost: number | null;
  entriesRead: number | null;
  /** The most in the step. */
  behindMs: number | null;
}

export interface HistoryPoint {
  /** When the last sample in it was taken, epoch milliseconds. */
  atMs: number;
  /** How often samples were taken when it was made: farther apart is a gap. */
  everyMs: number;
  stream: StreamPoint;
  groups: ReadonlyMap<string, GroupPoint>;
}

/** From the best known to the least. */
export const LAG_QUALITIES = [
  'exact',
  'counted',
  'at_least',
  'unknown',
] as const satisfies LagQuality[];

/** Groups of a stream that are recorded; further ones are not. */
export const HISTORY_GROUPS_MAX = 16;

export function pointOfSample(
  sample: StreamSnapshot,
  { atMs, everyMs }: { atMs: number; everyMs: number },
): HistoryPoint {
  const { length } = sample;
  return {
    atMs,
    everyMs,
    stream: {
      length,
      lengthMin: length,
      lengthMax: length,
      entriesAdded: sample.entries_added,
      memoryBytes: sample.memory_bytes,
    },
    groups: new Map(
      sample.groups.slice(0, HISTORY_GROUPS_MAX).map((group) => [group.name, groupPoint(group)]),
    ),
  };
}

function groupPoint({ lag, pending, entries_read }: GroupSnapshot): GroupPoint {
  return {
    lag: lag.value,
    lagMin: lag.value,
    lagMax: lag.value,
    quality: lag.value === null ? 'unknown' : lag.quality,
    pending,
    pendingMax: pending,
    lost: lag.lost,
    entriesRead: entries_read,
    behindMs: lag.behind_ms,
  };
}

/**
 * Two points that follow each other as one: levels and counters of the later, extremes of both.
 * Associative, so that minutes made of tens of seconds are those made of seconds.
 */
export function mergePoints(before: HistoryPoint, after: HistoryPoint): HistoryPoint {
  const groups = new Map(before.groups);
  for (const [name, later] of after.groups) {
    const earlier = groups.get(name);
    groups.set(name, earlier ? mergeGroups(earlier, later) : later);
  }
  return {
    atMs: after.atMs,
    everyMs: Math.max(before.everyMs, after.everyMs),
    stream: {
      ...after.stream,
      lengthMin: Math.min(before.stream.lengthMin, after.stream.lengthMin),
      lengthMax: Math.max(before.stream.lengthMax, after.stream.lengthMax),
    },
    groups,
  };
}

function mergeGroups(before: GroupPoint, after: GroupPoint): GroupPoint {
  return {
    ...after,
    lagMin: least(before.lagMin, after.lagMin),
    lagMax: most(before.lagMax, after.lagMax),
    quality: worseOf(before.quality, after.quality),
    pendingMax: Math.max(before.pendingMax, after.pendingMax),
    behindMs: most(before.behindMs, after.behindMs),
  };
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** The less good of two ways. A lag that is not known says nothing of those that are. */
export function worseOf(a: LagQuality, b: LagQuality): LagQuality {
  if (a === 'unknown') return b;
  if (b === 'unknown') return a;
  return LAG_QUALITIES.indexOf(a) > LAG_QUALITIES.indexOf(b) ? a : b;
}
