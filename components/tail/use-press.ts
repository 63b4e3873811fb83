import type { PointerEvent } from 'react';
import type { LiveTailStore } from '@/lib/browser/live-tail-store';

/** Who presses longer does not mean to click; and a release may happen where no page hears of it. */
const PRESS_MS_MAX = 10_000;

/** While a row is pressed the rows stand still: what is released is what was pressed. */
export function usePress(store: LiveTailStore) {
  const onPointerDown = ({ button, target }: PointerEvent) => {
    const isOnRow = target instanceof Element && target.closest('[data-row]') !== null;
    if (button !== 0 || !isOnRow) return;
    const over = new AbortController();
    const release = () => {
      over.abort();
      clearTimeout(timer);
      store.holdStill(false);
    };
    const timer = setTimeout(release, PRESS_MS_MAX);
    window.addEventListener('pointerup', release, { signal: over.signal });
    window.addEventListener('pointercancel', release, { signal: over.signal });
    store.holdStill(true);
  };
  return { onPointerDown };
}
