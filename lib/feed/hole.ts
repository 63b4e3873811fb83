import {
  compareEntryIds,
  ENTRY_ID_ZERO,
  type EntryId,
  previousEntryId,
} from '@/lib/model/entry-id';
import type { StreamPosition } from '@/lib/redis/stream-reads';

/** Entries between a cursor and the stream's first entry that can never be had. */
export interface Hole {
  /** The first id that can be had again, or the last one that cannot where none is left. */
  before: EntryId;
  /** How many are missing; null where it cannot be known. */
  lost: number | null;
  /** Where reading goes on. */
  resumeAfter: EntryId;
  /** Entries ever added up to `resumeAfter`; null where Redis does not count them. */
  sequence: number | null;
}

/**
 * What is missing after `cursor`, or null where nothing is, or nothing can be said to be.
 * `cursorSequence` is how many entries were ever added up to the cursor. With it the count is
 * exact: all that is left lies after the cursor, so what is not left of what was added is lost.
 */
export function holeAfter(
  cursor: EntryId,
  cursorSequence: number | null,
  position: StreamPosition,
): Hole | null {
  const { firstId, lastGeneratedId, entriesAdded, length } = position;
  if (cursor === ENTRY_ID_ZERO || entriesAdded === length) return null;
  const resumeAfter =
    firstId === null ? lastGeneratedId : (previousEntryId(firstId) ?? ENTRY_ID_ZERO);
  // Also where the hole was just stepped over: no id is left between the cursor and the first entry.
  if (compareEntryIds(resumeAfter, cursor) <= 0) return null;
  const known = entriesAdded !== null && cursorSequence !== null;
  const lost = known ? entriesAdded - cursorSequence - length : null;
  if (lost !== null && lost <= 0) return null;
  return {
    before: firstId ?? lastGeneratedId,
    lost,
    resumeAfter,
    sequence: entriesAdded === null ? null : entriesAdded - length,
  };
}

/**
 * How many entries are missing between `cursor` and what was read behind it, by a position asked
 * for since: all that was ever added, less what is there, what led up to the cursor, and what was
 * read and is gone by now. Entries already trimmed behind what was read count as well. 0 where it
 * cannot be told: with an entry deleted among those read, or without counters.
 */
export function lostBefore(
  read: readonly EntryId[],
  cursor: EntryId,
  cursorSequence: number | null,
  { firstId, entriesAdded, length, maxDeletedId }: StreamPosition,
): number {
  const [next] = read;
  if (next === undefined || entriesAdded === null || cursorSequence === null) return 0;
  if (maxDeletedId === null || compareEntryIds(maxDeletedId, next) >= 0) return 0;
  if (firstId !== null && compareEntryIds(firstId, cursor) <= 0) return 0;
  const goneSince = read.filter((id) => firstId === null || compareEntryIds(id, firstId) < 0);
  return Math.max(0, entriesAdded - length - cursorSequence - goneSince.length);
}
