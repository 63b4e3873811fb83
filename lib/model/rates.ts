/**
 * Where the window begins whose start is the sample nearest to `windowMs` before the newest; -1 with
 * fewer than two. Times oldest first.
 */
export function windowStart(timesMs: readonly number[], windowMs: number): number {
  const newest = timesMs.length - 1;
  const fromMs = (timesMs[newest] ?? 0) - windowMs;
  let at = newest - 1;
  while (at > 0 && (timesMs[at - 1] ?? 0) >= fromMs) at--;
  return at < 0 ? -1 : at;
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

/**
 * The lowest lags of the older and the newer half of the samples from `from` on; null with fewer than
 * two. A lag is null where it was not known, or only a bound.
 */
export function lowestLags(
  timesMs: readonly number[],
  lags: readonly (number | null)[],
  from: number,
): Pick<GroupTrend, 'windowMs' | 'lagBefore' | 'lagNow'> | null {
  const newest = timesMs.length - 1;
  if (from < 0 || from >= newest) return null;
  const [fromMs, newestMs] = [timesMs[from] ?? 0, timesMs[newest] ?? 0];
  const middleMs = (fromMs + newestMs) / 2;
  let lagBefore: number | null = null;
  let lagNow: number | null = null;
  for (let at = from; at <= newest; at++) {
    const lag = lags[at] ?? null;
    if (lag === null) continue;
    if ((timesMs[at] ?? 0) <= middleMs) {
      if (lagBefore === null || lag < lagBefore) lagBefore = lag;
    } else if (lagNow === null || lag < lagNow) lagNow = lag;
  }
  return { windowMs: newestMs - fromMs, lagBefore, lagNow };
}
