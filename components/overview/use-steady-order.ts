import { useEffect, useRef, useState } from 'react';
import { steadyOrder } from '@/lib/model/steady-order';

/** So long rows stand where they are, at least. */
const HOLD_MS = 5000;

/**
 * An order that does not jump under the reader: it moves every few seconds at most, and not while
 * the pointer or the focus is on it. A change of `choice` (what to sort by) is shown at once.
 */
export function useSteadyOrder(wanted: readonly string[], choice: string) {
  const [shown, setShown] = useState({ choice, names: wanted, atMs: 0 });
  const isPointed = useRef(false);
  const isFocused = useRef(false);
  const isChosen = shown.choice === choice;
  const names = isChosen ? steadyOrder(shown.names, wanted, false) : wanted;

  useEffect(() => {
    const nowMs = performance.now();
    const mayMove = !isPointed.current && !isFocused.current && nowMs - shown.atMs >= HOLD_MS;
    if (isChosen && !mayMove) return;
    if (isChosen && isSame(shown.names, wanted)) return;
    setShown({ choice, names: wanted, atMs: nowMs });
  }, [wanted, choice, isChosen, shown]);

  const holders = {
    onPointerEnter: () => {
      isPointed.current = true;
    },
    onPointerLeave: () => {
      isPointed.current = false;
    },
    onFocus: () => {
      isFocused.current = true;
    },
    onBlur: () => {
      isFocused.current = false;
    },
  };
  return { names, holders };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
