import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { LiveTailStore, TailView } from '@/lib/browser/live-tail-store';

/** Nearer to the end than this is at the end: scroll places may be fractions. */
const END_PX = 2;
/** Older entries are read while this many rows are still above those in sight. */
const ROWS_AHEAD = 30;

interface Options {
  scroller: RefObject<HTMLElement | null>;
  view: TailView;
  store: LiveTailStore;
  rowPx: number;
  topNumber: () => number;
}

/**
 * Keeps the newest row in sight while the tail follows, and the reader's row where it is while it
 * does not. Scrolling up pauses and, near the first row, reads older ones; scrolling back to the end
 * goes on.
 */
export function useFollow({ scroller, view, store, rowPx, topNumber }: Options) {
  const { rows, mode } = view;
  const lastTop = useRef(0);
  const pausedByScroll = useRef(false);
  const firstNumber = useRef(rows.firstNumber);
  const atEnd = useRef('');

  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the view moves the end
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    // Rows were let go above, or, where it is negative, read back from Redis.
    const letGo = rows.firstNumber - firstNumber.current;
    firstNumber.current = rows.firstNumber;
    if (mode === 'following') {
      // As many rows as before: the end has not moved, and a look at it would cost a layout.
      const end = `${rows.size} ${rowPx}`;
      if (atEnd.current === end) return;
      atEnd.current = end;
      element.scrollTop = element.scrollHeight;
    } else {
      atEnd.current = '';
      if (letGo !== 0) element.scrollTop -= letGo * rowPx;
    }
    lastTop.current = element.scrollTop;
  }, [view.version, rowPx]);

  useEffect(() => {
    const element = scroller.current;
    if (!element || mode !== 'following') return;
    const stayAtEnd = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    stayAtEnd.observe(element);
    return () => stayAtEnd.disconnect();
  }, [scroller, mode]);

  const pause = () => {
    pausedByScroll.current = true;
    store.pause();
  };
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const movedPx = element.scrollTop - lastTop.current;
    lastTop.current = element.scrollTop;
    const toEndPx = element.scrollHeight - element.clientHeight - element.scrollTop;
    if (movedPx < 0) wentUp(element);
    if (mode === 'following' && movedPx < 0 && toEndPx > END_PX) return pause();
    if (mode === 'reading') store.setPlace(topNumber());
    if (movedPx <= 0 || toEndPx > END_PX) return;
    // What stood below was let go for what was read back: it comes in below, the place stays.
    if (mode === 'paused' && view.isCutBelow) return store.resumeHere(topNumber());
    if (mode === 'reading' || (mode === 'paused' && pausedByScroll.current)) {
      pausedByScroll.current = false;
      store.follow();
    }
  };
  const wentUp = (element: HTMLElement) => {
    if (view.older.status !== 'more' || element.scrollTop > ROWS_AHEAD * rowPx) return;
    if (mode === 'following') pausedByScroll.current = true;
    store.lookBack();
  };
  // At a busy tail the next rows would undo a turn of the wheel before it counts as scrolling.
  const onWheel = (event: React.WheelEvent) => {
    const element = scroller.current;
    if (!element || event.deltaY >= 0) return;
    if (mode === 'following' && element.scrollHeight > element.clientHeight) pause();
    // Where nothing can be scrolled, the turn alone says where the reader wants to go.
    if (element.scrollTop === 0) wentUp(element);
  };
  return { onScroll, onWheel };
}
