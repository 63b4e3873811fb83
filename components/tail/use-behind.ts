import { useEffect, useState } from 'react';
import { useStreamSnapshot } from '@/lib/browser/use-snapshot';
import { behindMs } from '@/lib/model/catch-up';
import type { EntryId } from '@/lib/model/entry-id';

/** The numbers may overtake the entries by a moment: who gets there within this was never behind. */
const GRACE_MS = 1_500;

/** How far the tail is behind the end of its stream, milliseconds; null where it keeps up. */
export function useBehind(stream: string, positionId: EntryId | null): number | null {
  const lastId = useStreamSnapshot(stream)?.last_entry ?? null;
  const [dueId, setDueId] = useState<EntryId | null>(null);
  useEffect(() => {
    // Not cleared by the next one, which may come sooner than this is due.
    setTimeout(() => setDueId(lastId), GRACE_MS);
  }, [lastId]);
  return behindMs(positionId, dueId);
}
