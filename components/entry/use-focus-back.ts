import { useLayoutEffect, useRef } from 'react';
import { linkToEntry } from './entry-walk';

/**
 * Focus goes to the row of the entry that was open last, or back to where it was: the drawer is
 * opened by a URL and knows no trigger. `key` is what its list calls it (`entryKey`).
 */
export function useFocusBack(key: string | null): void {
  const cameFrom = useRef<{ element: Element | null; key: string } | null>(null);
  useLayoutEffect(() => {
    if (key !== null) {
      cameFrom.current = { element: cameFrom.current?.element ?? document.activeElement, key };
      return;
    }
    const from = cameFrom.current;
    cameFrom.current = null;
    if (from === null) return;
    const element = linkToEntry(from.key) ?? from.element;
    if (!(element instanceof HTMLElement)) return;
    const frame = requestAnimationFrame(() => element.isConnected && element.focus());
    return () => cancelAnimationFrame(frame);
  }, [key]);
}
