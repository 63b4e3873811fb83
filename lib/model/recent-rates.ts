/** How fast a stream grew up to one moment of its recent past. */
export interface RatePoint {
  /** Epoch milliseconds. */
  at: number;
  /** Entries added a second; null where a sample is missing. */
  in_per_second: number | null;
}

/** Such points, oldest first, as they travel: as a list of objects they would be most of a snapshot. */
export interface RecentRates {
  /** Epoch milliseconds of the first point; 0 where there is none. */
  from: number;
  /** From each point to the next, milliseconds: one fewer than there are points. */
  steps_ms: number[];
  /** Of each point. */
  in_per_second: (number | null)[];
}

export const NO_RATES: RecentRates = { from: 0, steps_ms: [], in_per_second: [] };

export function toRecentRates(points: readonly RatePoint[]): RecentRates {
  return {
    from: points[0]?.at ?? 0,
    steps_ms: points.slice(1).map(({ at }, before) => at - (points[before]?.at ?? 0)),
    in_per_second: points.map((point) => point.in_per_second),
  };
}

export function fromRecentRates({ from, steps_ms, in_per_second }: RecentRates): RatePoint[] {
  let at = from;
  return in_per_second.map((rate, place) => {
    if (place > 0) at += steps_ms[place - 1] ?? 0;
    return { at, in_per_second: rate };
  });
}
