import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { EntryId } from '@/lib/model/entry-id';
import type { TailRow } from '@/lib/model/tail-row';
import type { ReadOlder } from './live-look-back';
import { LiveTailStore, type TailView } from './live-tail-store';
import { usePageFeed } from './use-page-feed';

/** What a tail begins with: the rows of the first HTML, and the ids they lie between. */
export interface TailStart {
  rows: TailRow[];
  /** The feed goes on after this entry; null for new entries only. */
  after: EntryId | null;
  /** Reading back begins before this entry; null at the first, undefined where it is not known. */
  older: EntryId | null | undefined;
}

/** What a tail shows. A new one needs a new `key`. */
export interface TailSource {
  feedUrl: string;
  stream: string;
  /** Of the filter language, and without fault; empty for everything. */
  filter: string;
}

/**
 * One live tail for as long as the component stands, on the page's one live connection. While the
 * tab is hidden there is none, and it goes on by id when seen again.
 */
export function useLiveTail(
  source: TailSource,
  start: TailStart,
): { view: TailView; store: LiveTailStore } {
  const { feedUrl } = source;
  const [store] = useState(
    () =>
      new LiveTailStore({
        history: start.rows,
        older: start.older,
        readOlder: olderReader(source),
        onNextFrame: (run) => requestAnimationFrame(run),
      }),
  );
  const after = useRef(start.after);
  const feed = usePageFeed();
  // Before the page would open a connection for its numbers alone.
  useLayoutEffect(() => {
    const end = feed.carry({
      url: feedUrl,
      after: after.current,
      onMessage: (message) => store.receive(message),
      onState: (state) => store.setConnection(state),
    });
    return () => {
      after.current = end();
    };
  }, [feed, feedUrl, store]);
  useEffect(() => () => store.close(), [store]);
  return { view: useSyncExternalStore(store.subscribe, store.view, store.view), store };
}

/** What reads back is loaded when somebody does. */
function olderReader({ stream, filter }: TailSource): ReadOlder {
  return async (before, sink) => {
    const { readOlderEntries } = await import('./older-entries');
    return readOlderEntries(stream, filter, before, sink);
  };
}
