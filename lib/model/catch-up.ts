import { compareEntryIds, type EntryId, entryIdTimeMs } from './entry-id';

/**
 * How far a reader at `position` is from an entry that was there a moment ago, milliseconds of the
 * ids' time; null once it is there.
 */
export function behindMs(position: EntryId | null, target: EntryId | null): number | null {
  if (position === null || target === null) return null;
  if (compareEntryIds(position, target) >= 0) return null;
  return entryIdTimeMs(target) - entryIdTimeMs(position);
}
