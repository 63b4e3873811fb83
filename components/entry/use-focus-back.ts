import { useLayoutEffect, useRef } from 'react';
import type { EntryId } from '@/lib/model/entry-id';
import { linkToEntry } from './entry-walk';

/**
 * Focus goes to the row of the entry that was open last, or back to where it was: the drawer is
 * opened by a URL and knows no trigger.
 */
export function useFocusBack(id: EntryId | null): void {
  const cameFrom = useRef<{ element: Element | null; id: EntryId } | null>(null);
  useLayoutEffect(() => {
    if (id !== null) {
      cameFrom.current = { element: cameFrom.current?.element ?? document.activeElement, id };
      return;
    }
    const from = cameFrom.current;
    cameFrom.current = null;
    if (from === null) return;
    const element = linkToEntry(from.id) ?? from.element;
    if (!(element instanceof HTMLElement)) return;
    const frame = requestAnimationFrame(() => element.isConnected && element.focus());
    return () => cancelAnimationFrame(frame);
  }, [id]);
}
