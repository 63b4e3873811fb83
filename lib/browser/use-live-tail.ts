import { useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { EntryId } from '@/lib/model/entry-id';
import type { TailRow } from '@/lib/model/tail-row';
import { LiveTailStore, type TailView } from './live-tail-store';
import { usePageFeed } from './use-page-feed';

/** What a tail begins with: the rows of the first HTML, and the id they end at. */
export interface TailStart {
  rows: TailRow[];
  /** The feed goes on after this entry; null for new entries only. */
  after: EntryId | null;
}

/**
 * One live tail for as long as the component stands, on the page's one live connection. While the
 * tab is hidden there is none, and it goes on by id when seen again. A new feed needs a new `key`.
 */
export function useLiveTail(
  feedUrl: string,
  start: TailStart,
): { view: TailView; store: LiveTailStore } {
  const [store] = useState(
    () =>
      new LiveTailStore({
        history: start.rows,
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

  return { view: useSyncExternalStore(store.subscribe, store.view, store.view), store };
}
