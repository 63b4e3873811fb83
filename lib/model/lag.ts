import { compareEntryIds, type EntryId, entryIdAgeMs } from './entry-id';

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
  /** Why `lost` is null; absent where it is not. */
  lost_reason?: string;
  /** Age of the oldest undelivered entry in milliseconds; null with none or unknown. */
  behind_ms: number | null;
}

/** What Redis says, as far as lag goes. Counters are null where the server does not keep them. */
export interface LagFacts {
  length: number;
  firstId: EntryId | null;
  lastGeneratedId: EntryId;
  entriesAdded: number | null;
  maxDeletedId: EntryId | null;
  lastDeliveredId: EntryId;
  entriesRead: number | null;
  /** Redis's own lag. */
  lag: number | null;
}

/** What counting inside Redis found behind a group's cursor. */
export type LagCount =
  | { counted: number; complete: boolean; oldestId: EntryId | null }
  | { failed: string };

/**
 * A lag that the ids alone decide, on every server version; null where they do not.
 */
export function lagFromIds(facts: LagFacts, nowMs: number): Lag | null {
  if (facts.length === 0 || compareEntryIds(facts.lastDeliveredId, facts.lastGeneratedId) >= 0) {
    return exactLag(facts, 0, null, nowMs);
  }
  if (facts.firstId !== null && compareEntryIds(facts.lastDeliveredId, facts.firstId) < 0) {
    return exactLag(facts, facts.length, facts.firstId, nowMs);
  }
  return null;
}

/**
 * Redis's own lag, believed only while nothing was ever trimmed or deleted: after that it may
 * count entries that are gone (redis#13338, #13473, #13958), whichever version says it.
 */
export function lagFromCounters(facts: LagFacts): number | null {
  return facts.entriesAdded === facts.length ? facts.lag : null;
}

/** The lag from what counting found; the counters decide where they can be believed. */
export function lagFromCount(facts: LagFacts, count: LagCount, nowMs: number): Lag {
  const oldest = 'failed' in count ? null : count.oldestId;
  const counters = lagFromCounters(facts);
  if (counters !== null) return exactLag(facts, counters, oldest, nowMs);
  const rest = {
    lost: lostEntries(facts),
    behind_ms: oldest === null ? null : entryIdAgeMs(oldest, nowMs),
  };
  if ('failed' in count) {
    return { value: null, quality: 'unknown', reason: count.failed, ...rest };
  }
  const value = count.counted;
  return count.complete
    ? { value, quality: 'counted', reason: 'counted in the stream, entry by entry', ...rest }
    : { value, quality: 'at_least', reason: `counting stopped at ${value} entries`, ...rest };
}

function exactLag(facts: LagFacts, value: number, oldest: EntryId | null, nowMs: number): Lag {
  return {
    value,
    quality: 'exact',
    reason: null,
    lost: lostEntries(facts),
    behind_ms: oldest === null ? null : entryIdAgeMs(oldest, nowMs),
  };
}

/**
 * Entries trimmed before the group read them. None where all that was ever removed lay at or before
 * its cursor, whatever `entries-read` says: on Redis 7.0 that falls behind the truth when a group
 * reads on past a trim. Else known where the counters are kept and every removed entry lay before
 * the first one.
 */
function lostEntries(facts: LagFacts): number | null {
  const { length, entriesAdded, entriesRead, firstId, maxDeletedId, lastDeliveredId } = facts;
  if (entriesAdded === length || isAtOrPast(lastDeliveredId, facts.lastGeneratedId)) return 0;
  if (entriesAdded === null || maxDeletedId === null) return null;
  if (firstId !== null && isAtOrPast(lastDeliveredId, firstId)) {
    return isAtOrPast(lastDeliveredId, maxDeletedId) ? 0 : null;
  }
  const removedOnlyBefore = firstId === null || !isAtOrPast(maxDeletedId, firstId);
  if (entriesRead === null || !removedOnlyBefore) return null;
  return Math.max(0, entriesAdded - length - entriesRead);
}

function isAtOrPast(id: EntryId, other: EntryId): boolean {
  return compareEntryIds(id, other) >= 0;
}
