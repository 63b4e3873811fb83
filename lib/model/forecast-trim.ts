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

/** A stream and one group's place in it at one moment. */
export interface TrimPoint {
  atMs: number;
  length: number;
  entriesAdded: number | null;
  firstId: EntryId | null;
  maxDeletedId: EntryId | null;
  /** Entries behind the cursor; null where that is not known, or only a bound. */
  lagEntries: number | null;
}

/** Less was watched than this: a rate would be an accident. */
const WINDOW_MIN_MS = 5_000;
/** Trimming that paused for so many of its usual pauses is over. */
const PAUSES_MAX = 3;
/** A difference of rates within this share of them is an accident of measuring. */
const MARGIN = 0.1;

/**
 * Learned from how the stream was trimmed: null where it was not trimmed at least twice, trimming
 * has ended, or deletions (XDEL) cannot be told from it. Points oldest first.
 */
export function trimForecast(points: readonly TrimPoint[]): TrimForecast | null {
  const window = pointsOfTrimmingAlone(points);
  const newest = window.at(-1);
  if (!newest || newest.lagEntries === null) return null;
  const trimmedPerSecond = trimRate(window, newest.atMs);
  if (trimmedPerSecond === null) return null;
  const between = Math.max(0, newest.length - newest.lagEntries);
  const facts = { entries_between: between, trimmed_per_second: trimmedPerSecond };
  if (isReached(newest)) {
    const spanMs = newest.atMs - (window[0]?.atMs ?? newest.atMs);
    return { status: 'reached', in_ms: 0, ...facts, read_per_second: null, window_ms: spanMs };
  }
  const free = window.slice(window.findLastIndex(isReached) + 1);
  const oldest = free.find((point) => point.lagEntries !== null) ?? newest;
  const windowMs = newest.atMs - oldest.atMs;
  if (windowMs < WINDOW_MIN_MS) return null;
  const readPerSecond = Math.max(0, ((cursorAt(newest) - cursorAt(oldest)) / windowMs) * 1000);
  const measured = { ...facts, read_per_second: readPerSecond, window_ms: windowMs };
  const closing = trimmedPerSecond - readPerSecond;
  if (closing <= trimmedPerSecond * MARGIN || wasCaughtUp(free, newest.atMs, windowMs)) {
    return { status: 'never', in_ms: null, ...measured };
  }
  return { status: 'approaching', in_ms: Math.round((between / closing) * 1000), ...measured };
}

/**
 * The newest points between which nothing left the stream but by trimming: the highest deleted id
 * stayed, and lay before the first entry, so that any deletion would have moved it.
 */
function pointsOfTrimmingAlone(points: readonly TrimPoint[]): TrimPoint[] {
  const newest = points.at(-1);
  if (!newest || newest.maxDeletedId === null) return [];
  const maxDeletedId = newest.maxDeletedId;
  const differs = points.findLastIndex(
    (point) => point.maxDeletedId !== maxDeletedId || point.entriesAdded === null,
  );
  const same = points.slice(differs + 1);
  const from = same.findIndex(
    ({ firstId }) => firstId !== null && compareEntryIds(maxDeletedId, firstId) < 0,
  );
  return from === -1 ? [] : same.slice(from);
}

/** Entries trimmed a second, between the first and the last time it was seen to happen. */
function trimRate(window: readonly TrimPoint[], nowMs: number): number | null {
  const trims = window.filter((point, at) => {
    const before = window[at - 1];
    return before !== undefined && removed(point) > removed(before);
  });
  const [first] = trims;
  const last = trims.at(-1);
  if (!first || !last || first === last) return null;
  const spanMs = last.atMs - first.atMs;
  if (nowMs - last.atMs > PAUSES_MAX * (spanMs / (trims.length - 1))) return null;
  return ((removed(last) - removed(first)) / spanMs) * 1000;
}

/** Nothing it has read is left, and something it has not: whatever is trimmed now is lost to it. */
function isReached({ length, lagEntries }: TrimPoint): boolean {
  return lagEntries !== null && lagEntries > 0 && lagEntries >= length;
}

/** The group had nothing to read within the newer half: it is not what trimming catches. */
function wasCaughtUp(window: readonly TrimPoint[], nowMs: number, windowMs: number): boolean {
  return window.some((point) => point.atMs > nowMs - windowMs / 2 && point.lagEntries === 0);
}

function removed({ entriesAdded, length }: TrimPoint): number {
  return (entriesAdded ?? 0) - length;
}

/** Entries ever added up to the cursor. */
function cursorAt({ entriesAdded, lagEntries }: TrimPoint): number {
  return (entriesAdded ?? 0) - (lagEntries ?? 0);
}
