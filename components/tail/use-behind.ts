import { useEffect, useMemo, useState } from 'react';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { behindMs } from '@/lib/model/catch-up';
import type { EntryId } from '@/lib/model/entry-id';

/** The numbers may overtake the entries by a moment: who gets there within this was never behind. */
const GRACE_MS = 1_500;

export interface Behind {
  stream: string;
  ms: number;
}

/** How far the tail is behind the end of the stream it is furthest behind in; null where it keeps up. */
export function useBehind(
  streams: readonly string[],
  positions: ReadonlyMap<string, EntryId>,
): Behind | null {
  const { snapshot } = useSnapshot();
  const last = useMemo(
    () => new Map(snapshot.streams.map(({ name, last_entry }) => [name, last_entry])),
    [snapshot],
  );
  const [due, setDue] = useState<ReadonlyMap<string, EntryId | null>>(new Map());
  useEffect(() => {
    // Not cleared by the next one, which may come sooner than this is due.
    setTimeout(() => setDue(last), GRACE_MS);
  }, [last]);
  let worst: Behind | null = null;
  for (const stream of streams) {
    const ms = behindMs(positions.get(stream) ?? null, due.get(stream) ?? null);
    if (ms !== null && (worst === null || ms > worst.ms)) worst = { stream, ms };
  }
  return worst;
}
