import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { LiveTailStore, TailView } from '@/lib/browser/live-tail-store';
import { pressedKey } from '@/lib/model/keys';

interface Options {
  scroller: RefObject<HTMLElement | null>;
  view: TailView;
  store: LiveTailStore;
  scrollTo: (place: number, options: { align: 'auto' }) => void;
}

/**
 * The rows are one stop for Tab; arrow keys go from row to row and hold the tail still, up from
 * the first one to what Redis holds before it. End goes back to the newest.
 */
export function useRowKeys({ scroller, view, store, scrollTo }: Options) {
  const { rows } = view;
  const [active, setActive] = useState<{ number: number; focus: boolean } | null>(null);
  const last = rows.firstNumber + rows.size - 1;
  const isHeld = active !== null && active.number >= rows.firstNumber && active.number <= last;
  const tabStop = isHeld ? active.number : last;

  useEffect(() => {
    if (!active?.focus) return;
    const selector = `[data-row="${active.number}"]`;
    const focus = () => scroller.current?.querySelector<HTMLElement>(selector)?.focus();
    const frame = requestAnimationFrame(focus);
    return () => cancelAnimationFrame(frame);
  }, [active, scroller]);

  // A line that took in another row does not keep the focus: Enter would open what nobody chose.
  // Nor does one that is drawn no more, whose focus would be lost.
  const focused = useRef<{ line: HTMLElement; row: string | undefined }>(null);
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    focused.current = { line: target, row: target.dataset.row };
  };
  useLayoutEffect(() => {
    if (focused.current === null) return;
    const { line, row } = focused.current;
    const isOther = document.activeElement === line && line.dataset.row !== row;
    const isGone = document.activeElement === document.body && !line.isConnected;
    if (isOther || isGone) scroller.current?.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const key = pressedKey(event, ['older-row', 'newer-row', 'newest-row']);
    if (key === null) return;
    event.preventDefault();
    if (key === 'newest-row') {
      setActive(null);
      // The row that has the focus is soon not drawn any more.
      scroller.current?.focus({ preventScroll: true });
      store.follow();
      return;
    }
    const step = key === 'older-row' ? -1 : 1;
    const onRow = event.target instanceof HTMLElement && event.target.dataset.row !== undefined;
    const number = onRow ? Number((event.target as HTMLElement).dataset.row) + step : last;
    const next = Math.min(last, Math.max(rows.firstNumber, number));
    if (view.mode === 'following') store.pause();
    if (number < rows.firstNumber && view.older.status === 'more') store.lookBack();
    setActive({ number: next, focus: true });
    scrollTo(next - rows.firstNumber, { align: 'auto' });
  };
  return { tabStop, onKeyDown, onFocus };
}
