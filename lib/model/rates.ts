/** The sample nearest to `windowMs` before the newest, or null with fewer than two. */
export function windowStart<T extends { atMs: number }>(
  samples: readonly T[],
  windowMs: number,
): T | null {
  const newest = samples.at(-1);
  if (newest === undefined) return null;
  const from = newest.atMs - windowMs;
  return samples.slice(0, -1).find((sample) => sample.atMs >= from) ?? samples.at(-2) ?? null;
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
