/** How a number of undelivered entries is known. */
export type LagQuality = 'exact' | 'counted' | 'at_least' | 'unknown';

/** A group's lag, never without how it is known. */
export interface Lag {
  /** Entries the group can still be given; null where `quality` is `unknown`. */
  value: number | null;
  quality: LagQuality;
  /** Why it is not exact; null where it is. */
  reason: string | null;
  /** Entries it can never be given, trimmed before they were read; null where unknown. */
  lost: number | null;
  /** Age of the oldest undelivered entry in milliseconds; null with none or unknown. */
  behind_ms: number | null;
}
