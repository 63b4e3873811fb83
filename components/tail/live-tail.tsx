'use client';

import { Pause, Play } from 'lucide-react';
import {
  type ReactNode,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { MarksProvider } from '@/components/entry/marked-text';
import { Button } from '@/components/ui/button';
import { Kbd } from '@/components/ui/kbd';
import { Notice } from '@/components/ui/notice';
import type { LeftOutStream } from '@/lib/browser/live-look-back';
import { usePageKey } from '@/lib/browser/page-keys';
import { type TailStart, useLiveTail } from '@/lib/browser/use-live-tail';
import { textsOf } from '@/lib/model/filter';
import { isFiltered, readFilter, type TailQuery } from '@/lib/model/tail-query';
import type { TailEntryRow } from '@/lib/model/tail-row';
import { visibleText } from '@/lib/model/visible-text';
import { ConnectionMark } from './connection-mark';
import { TailBar } from './tail-bar';
import { TailEmpty } from './tail-empty';
import { TailLedgerLine } from './tail-ledger-line';
import { TailList, type TailListHandle } from './tail-list';
import { TailNews } from './tail-news';
import { OlderFocusLost, TailOlderLine } from './tail-older';
import { useBehind } from './use-behind';

interface Props {
  feedUrl: string;
  start: TailStart;
  /** Why what came before is not shown, of which streams. */
  troubles: readonly LeftOutStream[];
  query: TailQuery;
  streams: readonly string[];
  /** By its key. */
  openEntry: string | null;
  onOpen: (row: TailEntryRow) => void;
  filters: ReactNode;
  list: RefObject<TailListHandle | null>;
}

/** The rows of one feed: they follow the newest until the reader stops them. */
export function LiveTail(props: Props) {
  const { feedUrl, query, streams, filters, list } = props;
  const filter = isFiltered(query) ? query.filter : '';
  const { view, store } = useLiveTail({ feedUrl, streams, filter }, props.start);
  const behind = useBehind(streams, view.positions);
  const troubled = new Set(view.troubles.map(({ stream }) => stream));
  const missing = props.troubles.filter(({ stream }) => !troubled.has(stream));
  const isFollowing = view.mode === 'following';
  const toggle = () => (isFollowing ? store.pause() : store.follow());
  usePageKey('pause', toggle);
  // The buttons of the bar go when pressed: the focus goes to the rows, not out of the page.
  const follow = useCallback(() => {
    list.current?.focus();
    store.follow();
  }, [list, store]);
  const resume = useCallback(() => {
    list.current?.focus();
    store.resumeHere(list.current?.topNumber() ?? 0);
  }, [list, store]);
  const { frame, onFocusLost } = useFocusKept(list);
  const marks = useMemo(() => textsOf(readFilter({ filter: query.filter }).filter), [query.filter]);
  return (
    <>
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-20 font-semibold tracking-tight">Live</h1>
        <ConnectionMark
          connection={view.connection}
          troubles={view.troubles}
          behind={behind}
          isMany={streams.length > 1}
        />
        <Button
          size="sm"
          className="ml-auto w-32"
          icon={isFollowing ? <Pause aria-hidden /> : <Play aria-hidden />}
          onClick={toggle}
        >
          {isFollowing ? 'Pause' : 'Follow'}
          <Kbd>Space</Kbd>
        </Button>
      </header>
      {filters}
      {missing.length > 0 && !troubled.has(null) && (
        <Notice tone="warn" title="What came before this page was opened is not shown.">
          {missing.map(({ stream, problem }) => (
            <p key={stream}>
              {streams.length > 1 ? `${visibleText(stream)}: ${problem}` : problem}
            </p>
          ))}
        </Notice>
      )}
      <div
        ref={frame}
        tabIndex={-1}
        className="relative flex min-h-0 flex-1 flex-col overflow-hidden rounded-md border bg-raised outline-none"
      >
        <OlderFocusLost value={onFocusLost}>
          {view.rows.size === 0 ? (
            <>
              {(filter !== '' || view.older.status !== 'first') && (
                <div className="h-12 shrink-0 md:h-7">
                  <TailOlderLine
                    older={view.older}
                    isFiltered={filter !== ''}
                    plainHref={null}
                    onLookBack={() => store.lookBack()}
                    onStop={() => store.stopLookingBack()}
                  />
                </div>
              )}
              <TailEmpty query={query} streams={streams} connection={view.connection} />
            </>
          ) : (
            <MarksProvider value={marks}>
              <TailList
                key={feedUrl}
                ref={list}
                view={view}
                store={store}
                streams={streams}
                query={query}
                openEntry={props.openEntry}
                onOpen={props.onOpen}
              />
            </MarksProvider>
          )}
        </OlderFocusLost>
        {view.rows.size > 0 && (
          <TailBar
            mode={view.mode}
            waiting={view.ledger.waiting}
            streams={streams}
            filter={filter}
            onResume={resume}
            onFollow={follow}
          />
        )}
      </div>
      <TailLedgerLine key={feedUrl} ledger={view.ledger} isFiltered={filter !== ''} />
      <TailNews key={`news ${feedUrl}`} ledger={view.ledger} />
    </>
  );
}

/**
 * What reads back has buttons that go once it is done: the focus then goes to the rows, which may
 * have come with the same change, or to the place where they will be.
 */
function useFocusKept(list: RefObject<TailListHandle | null>) {
  const frame = useRef<HTMLDivElement>(null);
  const isLost = useRef(false);
  useLayoutEffect(() => {
    if (!isLost.current) return;
    isLost.current = false;
    if (list.current) list.current.focus();
    else frame.current?.focus({ preventScroll: true });
  });
  const onFocusLost = useCallback(() => {
    isLost.current = true;
  }, []);
  return { frame, onFocusLost };
}
