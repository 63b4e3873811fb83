import { compareEntryIds, type EntryId } from './entry-id';

/** When trimming reaches a group's cursor, were all to go on as in the window. */
export interface TrimForecast {
  /** `reached`: unread entries are what is trimmed. `never`: the group reads as fast as that. */
  status: 'approaching' | 'reached' | 'never';
  /** Milliseconds, where it approaches. */
  in_ms: number | null;
  /** Entries between the first one and the cursor: what may be trimmed before any is lost. */
  entries_between: number;
  trimmed_per_second: number;
  /** Null where trimming has reached the cursor: what it passes then is not what it reads. */
  read_per_second: number | null;
  window_ms: number;
}

/** A stream at one moment. */
export interface StreamPoint {
  atMs: number;
  length: number;
  entriesAdded: number | null;
  firstId: EntryId | null;
  maxDeletedId: EntryId | null;
}

/** How a stream is trimmed: the same for all its groups. */
export interface Trimming {
  points: readonly StreamPoint[];
  /** Since this one of them nothing left the stream but by trimming. */
  from: number;
  perSecond: number;
}

/** Less was watched than this: a rate would be an accident. */
const WINDOW_MIN_MS = 5_000;
/** Trimming that paused for so many of its usual pauses is over. */
const PAUSES_MAX = 3;
/** A difference of rates within this share of them is an accident of measuring. */
const MARGIN = 0.1;

/**
 * Null where a stream was not trimmed at least twice, trimming has ended, or deletions (XDEL) cannot
 * be told from it. Points oldest first.
 */
export function trimmingOf(points: readonly StreamPoint[]): Trimming | null {
  const from = trimmingAloneSince(points);
  const perSecond = from === -1 ? null : trimRate(points, from);
  return perSecond === null ? null : { points, from, perSecond };
}

/**
 * Learned from how the stream was trimmed. `lags` are a group's entries behind the cursor at the
 * points that `trimming` was learned from, null where that is not known or only a bound.
 */
export function trimForecast(
  { points, from, perSecond: trimmedPerSecond }: Trimming,
  lags: readonly (number | null)[],
): TrimForecast | null {
  const last = points.length - 1;
  const newest = points[last];
  const lag = lags[last] ?? null;
  if (newest === undefined || lag === null) return null;
  const between = Math.max(0, newest.length - lag);
  const facts = { entries_between: between, trimmed_per_second: trimmedPerSecond };
  if (isReached(newest, lag)) {
    const spanMs = newest.atMs - (points[from]?.atMs ?? newest.atMs);
    return { status: 'reached', in_ms: 0, ...facts, read_per_second: null, window_ms: spanMs };
  }
  let oldest = newest;
  let oldestLag = lag;
  let caughtUpAtMs = lag === 0 ? newest.atMs : null;
  for (let at = last - 1; at >= from; at--) {
    const point = points[at];
    const lagThen = lags[at] ?? null;
    if (point === undefined || lagThen === null) continue;
    if (isReached(point, lagThen)) break;
    if (lagThen === 0) caughtUpAtMs ??= point.atMs;
    oldest = point;
    oldestLag = lagThen;
  }
  const windowMs = newest.atMs - oldest.atMs;
  if (windowMs < WINDOW_MIN_MS) return null;
  const passed = cursorOf(newest, lag) - cursorOf(oldest, oldestLag);
  const readPerSecond = Math.max(0, (passed / windowMs) * 1000);
  const measured = { ...facts, read_per_second: readPerSecond, window_ms: windowMs };
  const closing = trimmedPerSecond - readPerSecond;
  // A group that had nothing to read within the newer half is not what trimming catches.
  const wasCaughtUp = caughtUpAtMs !== null && caughtUpAtMs > newest.atMs - windowMs / 2;
  if (closing <= trimmedPerSecond * MARGIN || wasCaughtUp) {
    return { status: 'never', in_ms: null, ...measured };
  }
  return { status: 'approaching', in_ms: Math.round((between / closing) * 1000), ...measured };
}

/** Entries ever added up to a group's cursor. */
function cursorOf({ entriesAdded }: StreamPoint, lag: number): number {
  return (entriesAdded ?? 0) - lag;
}

/**
 * Since when nothing left the stream but by trimming, -1 for never: the highest deleted id stayed, and
 * lay before the first entry, so that any deletion would have moved it.
 */
function trimmingAloneSince(points: readonly StreamPoint[]): number {
  const maxDeletedId = points.at(-1)?.maxDeletedId ?? null;
  if (maxDeletedId === null) return -1;
  let since = points.length;
  for (let at = points.length - 1; at >= 0; at--) {
    const point = points[at];
    if (point?.maxDeletedId !== maxDeletedId || point.entriesAdded === null) break;
    since = at;
  }
  for (; since < points.length; since++) {
    const firstId = points[since]?.firstId ?? null;
    if (firstId !== null && compareEntryIds(maxDeletedId, firstId) < 0) return since;
  }
  return -1;
}

/** Entries trimmed a second, between the first and the last time it was seen to happen; null where it was not, or ended. */
function trimRate(points: readonly StreamPoint[], from: number): number | null {
  let first: StreamPoint | undefined;
  let last: StreamPoint | undefined;
  let times = 0;
  let before = points[from];
  for (let at = from + 1; at < points.length; at++) {
    const point = points[at];
    if (point && before && removed(point) > removed(before)) {
      first ??= point;
      last = point;
      times++;
    }
    before = point;
  }
  const newest = points.at(-1);
  if (!first || !last || !newest || first === last) return null;
  const spanMs = last.atMs - first.atMs;
  if (newest.atMs - last.atMs > PAUSES_MAX * (spanMs / (times - 1))) return null;
  return ((removed(last) - removed(first)) / spanMs) * 1000;
}

/** Nothing it has read is left, and something it has not: whatever is trimmed now is lost to it. */
function isReached({ length }: StreamPoint, lag: number): boolean {
  return lag > 0 && lag >= length;
}

function removed({ entriesAdded, length }: StreamPoint): number {
  return (entriesAdded ?? 0) - length;
}
