'use client';

import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  type ReactNode,
  type Ref,
  useDeferredValue,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { LiveTailStore, TailView } from '@/lib/browser/live-tail-store';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { useMedia } from '@/lib/browser/use-media';
import { ENTRY_ID_ZERO } from '@/lib/model/entry-id';
import { neighboursIn } from '@/lib/model/list-walk';
import { streamPageHref } from '@/lib/model/stream-href';
import { listOf } from '@/lib/model/stream-labels';
import { entryKey, isFiltered, type TailQuery, tailHref } from '@/lib/model/tail-query';
import type { TailEntryRow } from '@/lib/model/tail-row';
import { RowSlots } from './row-slots';
import { TailOlderLine } from './tail-older';
import { TailRowLine } from './tail-row-line';
import { useFollow } from './use-follow';
import { usePress } from './use-press';
import { useRowKeys } from './use-row-keys';

/** Rows have one height, so that a place is a number; on a phone a row has two lines. */
const ROW_PX = 28;
const ROW_PHONE_PX = 48;
/** Rows drawn on each side of those in sight, for a hand that scrolls faster than frames come. */
const OVERSCAN_ROWS = 20;
/** The same while the newest row is followed: at a burst every one of them is new in each draw. */
const OVERSCAN_FOLLOWING_ROWS = 2;
/** Rows of the first HTML that stand ready before any script. */
const FIRST_ROWS = 60;

export interface TailListHandle {
  /** The number of the topmost row in sight. */
  topNumber: () => number;
  /** The entries above and below one, by key; null for one that is not among the rows. */
  around: (key: string) => { previous: string | null; next: string | null } | null;
  /** Brings an entry's row into sight and holds the tail there. */
  reveal: (key: string) => void;
  /** Puts the focus on the rows as a whole. */
  focus: () => void;
}

interface Props {
  ref: Ref<TailListHandle>;
  view: TailView;
  store: LiveTailStore;
  streams: readonly string[];
  query: TailQuery;
  /** By its key. */
  openEntry: string | null;
  onOpen: (row: TailEntryRow) => void;
}

/** The rows, of which only those in sight are drawn. */
export const TailList = memo(function TailList(props: Props) {
  const { ref, view, store, streams, query, openEntry, onOpen } = props;
  const isMany = streams.length > 1;
  const keyOf = ({ stream, id }: TailEntryRow) => entryKey({ stream: isMany ? stream : null, id });
  const { rows } = view;
  const hydrated = useHydrated();
  const rowPx = useMedia('(max-width: 47.99rem)') ? ROW_PHONE_PX : ROW_PX;
  const scroller = useRef<HTMLElement>(null);
  const rowsInSight = () => Math.ceil((scroller.current?.clientHeight ?? 0) / rowPx) + 1;
  // Rows out of sight come a moment after the tail stopped, so that a key is not kept waiting.
  const isStill = useDeferredValue(view.mode !== 'following');
  const virtualizer = useVirtualizer({
    count: rows.size,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    // The line above the first row has the height of one.
    paddingStart: rowPx,
    overscan: isStill ? OVERSCAN_ROWS : OVERSCAN_FOLLOWING_ROWS,
    // Where the newest is followed, the end is drawn before it is scrolled to.
    rangeExtractor: (range) =>
      view.mode === 'following' ? lastRows(range, rowsInSight()) : defaultRangeExtractor(range),
    useFlushSync: false,
  });
  const topNumber = () => {
    const rowsAbove = Math.floor((scroller.current?.scrollTop ?? 0) / rowPx) - 1;
    return rows.firstNumber + Math.max(0, rowsAbove);
  };
  const entryKeys = () =>
    Array.from({ length: rows.size }, (_, place) => {
      const row = rows.at(place);
      return row?.kind === 'entry' ? keyOf(row) : null;
    });
  useImperativeHandle(ref, () => ({
    topNumber,
    around: (key) =>
      neighboursIn(
        entryKeys().filter((other) => other !== null),
        key,
      ),
    reveal: (key) => {
      if (view.mode === 'following') store.pause();
      virtualizer.scrollToIndex(entryKeys().indexOf(key), { align: 'auto' });
    },
    focus: () => scroller.current?.focus({ preventScroll: true }),
  }));
  const followHandlers = useFollow({ scroller, view, store, rowPx, topNumber });
  const press = usePress(store);
  const keys = useRowKeys({ scroller, view, store, scrollTo: virtualizer.scrollToIndex });

  // Rows are counted from the oldest that ever was among them.
  const lowestNumber = useRef(0);
  lowestNumber.current = Math.min(lowestNumber.current, rows.firstNumber);
  const items = virtualizer.getVirtualItems();
  const [slots] = useState(() => new RowSlots());
  const firstDrawn = rows.firstNumber + (items[0]?.index ?? 0);
  const lineKeys = slots.keysFor(firstDrawn, items.length);
  const stem = useMemo(
    () => tailHref(query, ENTRY_ID_ZERO).slice(0, -ENTRY_ID_ZERO.length),
    [query],
  );
  // Without scripts no drawer opens: the stream's page shows the entry in itself.
  const hrefOf = (row: TailEntryRow) =>
    hydrated ? stem + encodeURIComponent(keyOf(row)) : streamPageHref(row.stream, {}, row.id);
  const lineOf = (place: number) => {
    const row = rows.at(place);
    const number = rows.firstNumber + place;
    return (
      row && (
        <TailRowLine
          row={row}
          number={number}
          href={row.kind === 'entry' ? hrefOf(row) : null}
          isOpen={row.kind === 'entry' && openEntry !== null && keyOf(row) === openEntry}
          isTabStop={number === keys.tabStop}
          onOpen={onOpen}
        />
      )
    );
  };
  const older = (
    <TailOlderLine
      older={view.older}
      isFiltered={isFiltered(query)}
      plainHref={hydrated ? null : streamPageHref(streams[0] ?? '')}
      onLookBack={() => store.lookBack()}
      onStop={() => store.stopLookingBack()}
    />
  );
  return (
    <section
      ref={scroller}
      aria-label={`Entries of ${listOf(streams)}, newest last`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls must be reached by key
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col overflow-x-hidden overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
      {...followHandlers}
      onKeyDown={keys.onKeyDown}
      onFocus={keys.onFocus}
      {...press}
    >
      {hydrated ? (
        <div className="relative shrink-0" style={{ height: virtualizer.getTotalSize() }}>
          <div style={{ height: rowPx }}>{older}</div>
          {/* One block is moved, not each row: a row that stays is not touched. */}
          <ol
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}
          >
            {items.map((item, line) => (
              <li
                key={lineKeys[line]}
                aria-setsize={-1}
                aria-posinset={rows.firstNumber + item.index - lowestNumber.current + 1}
                className="contain-strict"
                style={{ height: rowPx }}
              >
                {lineOf(item.index)}
              </li>
            ))}
          </ol>
        </div>
      ) : (
        <FirstRows size={rows.size} lineOf={lineOf} older={older} />
      )}
    </section>
  );
});

/** The last rows: those in sight once they are scrolled to, and some before them. */
function lastRows({ count }: Range, rowsInSight: number): number[] {
  const size = Math.min(count, rowsInSight + OVERSCAN_FOLLOWING_ROWS);
  return Array.from({ length: size }, (_, at) => count - size + at);
}

interface FirstRowsProps {
  size: number;
  lineOf: (place: number) => ReactNode;
  older: ReactNode;
}

/** The newest rows as plain HTML; the reversed box begins scrolled to its end. */
function FirstRows({ size, lineOf, older }: FirstRowsProps) {
  const first = Math.max(0, size - FIRST_ROWS);
  const places = Array.from({ length: size - first }, (_, index) => first + index);
  return (
    <div className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto">
      <div className="mb-auto">
        <div className="h-12 md:h-7">{older}</div>
        <ol>
          {places.map((place) => (
            <li key={place} className="h-12 md:h-7">
              {lineOf(place)}
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
