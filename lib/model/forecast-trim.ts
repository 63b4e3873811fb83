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

/** A stream at several moments, oldest first: a list a figure, all of one length. */
export interface StreamPoints {
  timesMs: readonly number[];
  lengths: readonly number[];
  entriesAdded: readonly (number | null)[];
  firstIds: readonly (EntryId | null)[];
  maxDeletedIds: readonly (EntryId | null)[];
}

/** How a stream is trimmed: the same for all its groups. */
export interface Trimming {
  points: StreamPoints;
  /** The point since which nothing left the stream but by trimming. */
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
 * be told from it.
 */
export function trimmingOf(points: StreamPoints): Trimming | null {
  const from = trimmingAloneSince(points);
  const perSecond = from === -1 ? null : trimRate(points, from);
  return perSecond === null ? null : { points, from, perSecond };
}

/**
 * Learned from how the stream was trimmed. `lags` are a group's entries behind the cursor at the
 * points that `trimming` was learned from, null where that is not known or only a bound.
 */
export function trimForecast(
  { points: { timesMs, lengths, entriesAdded }, from, perSecond: trimmedPerSecond }: Trimming,
  lags: readonly (number | null)[],
): TrimForecast | null {
  const newest = timesMs.length - 1;
  const lag = lags[newest] ?? null;
  if (lag === null) return null;
  const [nowMs, length] = [timesMs[newest] ?? 0, lengths[newest] ?? 0];
  const between = Math.max(0, length - lag);
  const facts = { entries_between: between, trimmed_per_second: trimmedPerSecond };
  if (isReached(length, lag)) {
    const spanMs = nowMs - (timesMs[from] ?? nowMs);
    return { status: 'reached', in_ms: 0, ...facts, read_per_second: null, window_ms: spanMs };
  }
  let oldest = newest;
  let caughtUp = lag === 0 ? newest : null;
  for (let at = newest - 1; at >= from; at--) {
    const lagThen = lags[at] ?? null;
    if (lagThen === null) continue;
    if (isReached(lengths[at] ?? 0, lagThen)) break;
    if (lagThen === 0) caughtUp ??= at;
    oldest = at;
  }
  const windowMs = nowMs - (timesMs[oldest] ?? nowMs);
  if (windowMs < WINDOW_MIN_MS) return null;
  // Entries ever added up to the group's cursor.
  const cursor = (at: number) => (entriesAdded[at] ?? 0) - (lags[at] ?? 0);
  const readPerSecond = Math.max(0, ((cursor(newest) - cursor(oldest)) / windowMs) * 1000);
  const measured = { ...facts, read_per_second: readPerSecond, window_ms: windowMs };
  const closing = trimmedPerSecond - readPerSecond;
  // A group that had nothing to read within the newer half is not what trimming catches.
  const wasCaughtUp = caughtUp !== null && (timesMs[caughtUp] ?? 0) > nowMs - windowMs / 2;
  if (closing <= trimmedPerSecond * MARGIN || wasCaughtUp) {
    return { status: 'never', in_ms: null, ...measured };
  }
  return { status: 'approaching', in_ms: Math.round((between / closing) * 1000), ...measured };
}

/**
 * Since when nothing left the stream but by trimming, -1 for never: the highest deleted id stayed, and
 * lay before the first entry, so that any deletion would have moved it.
 */
function trimmingAloneSince({ entriesAdded, firstIds, maxDeletedIds }: StreamPoints): number {
  const maxDeletedId = maxDeletedIds.at(-1) ?? null;
  if (maxDeletedId === null) return -1;
  let since = maxDeletedIds.length;
  while (since > 0 && maxDeletedIds[since - 1] === maxDeletedId) {
    if (entriesAdded[since - 1] === null) break;
    since--;
  }
  for (; since < firstIds.length; since++) {
    const firstId = firstIds[since] ?? null;
    if (firstId !== null && compareEntryIds(maxDeletedId, firstId) < 0) return since;
  }
  return -1;
}

/** Entries trimmed a second, between the first and the last time it was seen to happen; null where it ended. */
function trimRate({ timesMs, lengths, entriesAdded }: StreamPoints, from: number): number | null {
  const removed = (at: number) => (entriesAdded[at] ?? 0) - (lengths[at] ?? 0);
  let first = -1;
  let last = -1;
  let times = 0;
  for (let at = from + 1; at < timesMs.length; at++) {
    if (removed(at) <= removed(at - 1)) continue;
    if (first === -1) first = at;
    last = at;
    times++;
  }
  if (times < 2) return null;
  const lastMs = timesMs[last] ?? 0;
  const spanMs = lastMs - (timesMs[first] ?? 0);
  const pausedMs = (timesMs.at(-1) ?? 0) - lastMs;
  if (pausedMs > PAUSES_MAX * (spanMs / (times - 1))) return null;
  return ((removed(last) - removed(first)) / spanMs) * 1000;
}

/** Nothing it has read is left, and something it has not: whatever is trimmed now is lost to it. */
function isReached(length: number, lag: number): boolean {
  return lag > 0 && lag >= length;
}
