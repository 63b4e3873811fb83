import { compareEntryIds, ENTRY_ID_ZERO, type EntryId, entryIdAgeMs } from './entry-id';

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
  /** Why `lost` is null, or how far it can be trusted; absent where it is proven. */
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
export interface LagCount {
  counted: number;
  /** Whether those are all; where not, `why` says what stopped it. */
  complete: boolean;
  why?: string;
  /** The first entry behind the cursor; null where it was not looked up. */
  oldestId: EntryId | null;
}

/** What is known of a group from before, beside what Redis says now. */
export interface LagMemory {
  /**
   * Entries ever added up to the group's cursor. It stays true whatever is removed later; null where
   * nobody watched the group before entries ahead of it were removed.
   */
  addedUpToCursor: number | null;
}

const NOTHING_KNOWN: LagMemory = { addedUpToCursor: null };

/**
 * A group's lag. Ids decide it where the cursor lies before or past all entries. Among the entries it
 * is what was counted; Redis's own counter is believed only where counting did not reach the end, and
 * nothing was ever removed (redis#13338, #13473, #13958), and it does not contradict the count.
 * `count` is null where counting is not allowed.
 */
export function lagOf(
  facts: LagFacts,
  count: LagCount | null,
  nowMs: number,
  memory: LagMemory = NOTHING_KNOWN,
): Lag {
  const oldestId = oldestUndelivered(facts, count);
  const number = lagNumber(facts, count);
  const certain = number.quality === 'exact' || number.quality === 'counted';
  return {
    ...number,
    ...lostEntries(facts, certain ? number.value : null, memory),
    behind_ms: oldestId === null ? null : entryIdAgeMs(oldestId, nowMs),
  };
}

/** A lag that the ids alone decide, on every server version; null where they do not. */
export function lagFromIds({
  length,
  firstId,
  lastDeliveredId,
  lastGeneratedId,
}: Pick<LagFacts, 'length' | 'firstId' | 'lastDeliveredId' | 'lastGeneratedId'>): number | null {
  if (length === 0 || isAtOrPast(lastDeliveredId, lastGeneratedId)) return 0;
  return firstId !== null && !isAtOrPast(lastDeliveredId, firstId) ? length : null;
}

type LagNumber = Pick<Lag, 'value' | 'quality' | 'reason'>;

function lagNumber(facts: LagFacts, count: LagCount | null): LagNumber {
  const byIds = lagFromIds(facts);
  if (byIds !== null) return exact(byIds);
  const { lag } = facts;
  const counters = facts.entriesAdded === facts.length ? lag : null;
  if (count?.complete) {
    return counters === count.counted
      ? exact(counters)
      : { value: count.counted, quality: 'counted', reason: COUNTED };
  }
  if (counters !== null && counters >= (count?.counted ?? 0)) return exact(counters);
  if (count === null) return { value: null, quality: 'unknown', reason: MAY_NOT_COUNT };
  const reason = count.why ?? `counting stopped at ${count.counted} entries`;
  return { value: count.counted, quality: 'at_least', reason };
}

const COUNTED = 'counted in the stream, entry by entry';
const MAY_NOT_COUNT = 'the Redis user may not run the script that counts (EVAL)';

function exact(value: number): LagNumber {
  return { value, quality: 'exact', reason: null };
}

function oldestUndelivered(facts: LagFacts, count: LagCount | null): EntryId | null {
  const byIds = lagFromIds(facts);
  if (byIds === null) return count?.oldestId ?? null;
  return byIds === 0 ? null : facts.firstId;
}

/**
 * Entries removed, trimmed or deleted, before the group was given them. None where all that was ever
 * removed lay at or before its cursor; all of them where it never read; else the difference between
 * what was added behind its cursor and what is left. Where nobody watched what was added up to the
 * cursor, `entries-read` stands for it if only trimming was at work, and the reason says so: on Redis
 * 7.0 it falls behind when a group reads on past a trim, and XGROUP SETID sets it to anything.
 */
function lostEntries(
  facts: LagFacts,
  value: number | null,
  { addedUpToCursor }: LagMemory,
): Pick<Lag, 'lost' | 'lost_reason'> {
  const { length, entriesAdded, maxDeletedId, lastDeliveredId } = facts;
  if (entriesAdded === length || isAtOrPast(lastDeliveredId, facts.lastGeneratedId)) {
    return { lost: 0 };
  }
  if (entriesAdded === null || maxDeletedId === null) {
    return { lost: null, lost_reason: 'this server does not count the entries added' };
  }
  if (isUntouchedBehind(facts)) return { lost: 0 };
  const proven = lastDeliveredId === ENTRY_ID_ZERO ? 0 : addedUpToCursor;
  const upTo = proven ?? readByRedis(facts);
  const left = lagFromIds(facts) ?? value;
  if (upTo !== null && left !== null) {
    const lost = entriesAdded - upTo - left;
    if (lost >= 0 && lost <= entriesAdded - length) {
      return proven === null ? { lost, lost_reason: BY_ENTRIES_READ } : { lost };
    }
  }
  return {
    lost: null,
    lost_reason:
      upTo === null
        ? 'entries ahead of the group were removed before it was watched'
        : 'what is left could not be counted',
  };
}

const BY_ENTRIES_READ =
  'by what Redis counts as read, for the group was not watched before: too high where it lost entries earlier';

/** `entries-read` where all that was removed lay before the first entry, and the cursor does too. */
function readByRedis({
  firstId,
  maxDeletedId,
  lastDeliveredId,
  entriesRead,
}: LagFacts): number | null {
  const isTrimmedOnly =
    firstId !== null &&
    maxDeletedId !== null &&
    !isAtOrPast(maxDeletedId, firstId) &&
    !isAtOrPast(lastDeliveredId, firstId);
  return isTrimmedOnly ? entriesRead : null;
}

/**
 * Entries ever added up to a cursor, from what is known now; null where something behind it was
 * removed or may have been. `lag` must be certain.
 */
export function addedUpToCursor(facts: LagFacts, lag: number): number | null {
  const { entriesAdded, length, lastDeliveredId, lastGeneratedId } = facts;
  if (entriesAdded === null) return null;
  // Entries may still be added below a cursor that was set past the last id.
  if (compareEntryIds(lastDeliveredId, lastGeneratedId) > 0) return null;
  if (lastDeliveredId === lastGeneratedId) return entriesAdded;
  if (entriesAdded === length || isUntouchedBehind(facts)) return entriesAdded - lag;
  return null;
}

/** Whether nothing behind the cursor was ever removed: trimming takes what comes first. */
function isUntouchedBehind({ firstId, maxDeletedId, lastDeliveredId }: LagFacts): boolean {
  return (
    firstId !== null &&
    maxDeletedId !== null &&
    isAtOrPast(lastDeliveredId, firstId) &&
    isAtOrPast(lastDeliveredId, maxDeletedId)
  );
}

function isAtOrPast(id: EntryId, other: EntryId): boolean {
  return compareEntryIds(id, other) >= 0;
}
