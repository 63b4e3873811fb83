'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type Ref, useImperativeHandle, useRef } from 'react';
import type { LiveTailStore, TailView } from '@/lib/browser/live-tail-store';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { useMedia } from '@/lib/browser/use-media';
import type { EntryId } from '@/lib/model/entry-id';
import { neighboursIn } from '@/lib/model/list-walk';
import { streamPageHref } from '@/lib/model/stream-href';
import { type TailQuery, tailHref } from '@/lib/model/tail-query';
import { TailRowLine } from './tail-row-line';
import { useFollow } from './use-follow';
import { useRowKeys } from './use-row-keys';

/** Rows have one height, so that a place is a number; on a phone a row has two lines. */
const ROW_PX = 28;
const ROW_PHONE_PX = 48;
/** At a burst this many rows may come between two frames without a white gap. */
const OVERSCAN_ROWS = 30;
/** Rows of the first HTML that stand ready before any script. */
const FIRST_ROWS = 60;

export interface TailListHandle {
  /** The number of the topmost row in sight. */
  topNumber: () => number;
  /** The entries above and below one; null for one that is not among the rows. */
  around: (id: EntryId) => { previous: EntryId | null; next: EntryId | null } | null;
  /** Brings an entry's row into sight and holds the tail there. */
  reveal: (id: EntryId) => void;
}

interface Props {
  ref: Ref<TailListHandle>;
  view: TailView;
  store: LiveTailStore;
  stream: string;
  query: TailQuery;
  openEntry: string | null;
  onOpen: (id: string) => void;
}

/** The rows, of which only those in sight are drawn. */
export function TailList({ ref, view, store, stream, query, openEntry, onOpen }: Props) {
  const { rows } = view;
  const hydrated = useHydrated();
  const rowPx = useMedia('(max-width: 47.99rem)') ? ROW_PHONE_PX : ROW_PX;
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.size,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (place) => rows.firstNumber + place,
    overscan: OVERSCAN_ROWS,
    useFlushSync: false,
  });
  const topNumber = () => rows.firstNumber + Math.floor((scroller.current?.scrollTop ?? 0) / rowPx);
  const entryIds = () =>
    Array.from({ length: rows.size }, (_, place) => {
      const row = rows.at(place);
      return row?.kind === 'entry' ? row.id : null;
    });
  useImperativeHandle(ref, () => ({
    topNumber,
    around: (id) =>
      neighboursIn(
        entryIds().filter((entryId) => entryId !== null),
        id,
      ),
    reveal: (id) => {
      if (view.mode === 'following') store.pause();
      virtualizer.scrollToIndex(entryIds().indexOf(id), { align: 'auto' });
    },
  }));
  const followHandlers = useFollow({ scroller, view, store, rowPx, topNumber });
  const keys = useRowKeys({ scroller, view, store, scrollTo: virtualizer.scrollToIndex });

  // Without scripts no drawer opens: the stream's page shows the entry in itself.
  const hrefOf = (id: EntryId) => (hydrated ? tailHref(query, id) : streamPageHref(stream, {}, id));
  const line = (place: number) => {
    const row = rows.at(place);
    const number = rows.firstNumber + place;
    return (
      row && (
        <TailRowLine
          row={row}
          number={number}
          stream={stream}
          href={row.kind === 'entry' ? hrefOf(row.id) : null}
          isOpen={row.kind === 'entry' && row.id === openEntry}
          isTabStop={number === keys.tabStop}
          onOpen={onOpen}
        />
      )
    );
  };
  return (
    <section
      ref={scroller}
      aria-label={`Entries of ${stream}, newest last`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls must be reached by key
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col overflow-x-hidden overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
      {...followHandlers}
      onKeyDown={keys.onKeyDown}
    >
      {hydrated ? (
        <ol className="relative shrink-0" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => (
            <li
              key={item.key}
              aria-setsize={-1}
              aria-posinset={rows.firstNumber + item.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: rowPx, transform: `translateY(${item.start}px)` }}
            >
              {line(item.index)}
            </li>
          ))}
        </ol>
      ) : (
        <FirstRows size={rows.size} line={line} />
      )}
    </section>
  );
}

/** The newest rows as plain HTML; the reversed box begins scrolled to its end. */
function FirstRows({ size, line }: { size: number; line: (place: number) => ReactNode }) {
  const first = Math.max(0, size - FIRST_ROWS);
  const places = Array.from({ length: size - first }, (_, index) => first + index);
  return (
    <div className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto">
      <ol className="mb-auto">
        {places.map((place) => (
          <li key={place} className="h-12 md:h-7">
            {line(place)}
          </li>
        ))}
      </ol>
    </div>
  );
}
