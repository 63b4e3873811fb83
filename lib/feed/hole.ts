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
