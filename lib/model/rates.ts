/** The sample nearest to `windowMs` before the newest, or null with fewer than two; oldest first. */
export function windowStart<T extends { atMs: number }>(
  samples: readonly T[],
  windowMs: number,
): T | null {
  const newest = samples.at(-1);
  if (newest === undefined) return null;
  let at = samples.length - 2;
  while (at > 0 && isWithin(samples[at - 1], newest.atMs - windowMs)) at--;
  return samples[at] ?? null;
}

function isWithin(sample: { atMs: number } | undefined, fromMs: number): boolean {
  return sample !== undefined && sample.atMs >= fromMs;
}

/**
 * Growth of a counter in units a second between two moments. Null where either is unknown, no
 * time passed, or the counter fell (the stream was recreated).
 */
export function ratePerSecond(
  from: { atMs: number; count: number | null } | null,
  to: { atMs: number; count: number | null },
): number | null {
  if (from === null || from.count === null || to.count === null) return null;
  const seconds = (to.atMs - from.atMs) / 1000;
  const grown = to.count - from.count;
  return seconds > 0 && grown >= 0 ? grown / seconds : null;
}

/** A group over the last minute or less. */
export interface GroupTrend {
  /** How long it was watched, milliseconds. */
  windowMs: number;
  /** Lowest lag of the older and of the newer half: who reads in gulps has both low. */
  lagBefore: number | null;
  lagNow: number | null;
  /** Whether anything was delivered in the window. */
  delivered: boolean;
}

/** One sample of a group's lag; null where it was not known, or only a bound. */
export interface LagPoint {
  atMs: number;
  lagEntries: number | null;
}

/** The lowest lags of the older and the newer half of a window; null with fewer than two points. */
export function lowestLags(
  points: readonly LagPoint[],
): Pick<GroupTrend, 'windowMs' | 'lagBefore' | 'lagNow'> | null {
  const [oldest] = points;
  const newest = points.at(-1);
  if (!oldest || !newest || oldest === newest) return null;
  const middleMs = (oldest.atMs + newest.atMs) / 2;
  let lagBefore: number | null = null;
  let lagNow: number | null = null;
  for (const { atMs, lagEntries } of points) {
    if (lagEntries === null) continue;
    if (atMs <= middleMs) lagBefore = Math.min(lagBefore ?? lagEntries, lagEntries);
    else lagNow = Math.min(lagNow ?? lagEntries, lagEntries);
  }
  return { windowMs: newest.atMs - oldest.atMs, lagBefore, lagNow };
}
