import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import type { EntryId } from '@/lib/model/entry-id';
import type { TailRow } from '@/lib/model/tail-row';
import { DrawPace } from './draw-pace';
import type { ReadOlder } from './live-look-back';
import { LiveTailStore, type TailView } from './live-tail-store';
import { usePageFeed } from './use-page-feed';

/** What a tail begins with: the rows of the first HTML, and the ids they lie between. */
export interface TailStart {
  rows: TailRow[];
  /** The feed goes on after this entry, or cursor of several streams; null for new entries only. */
  after: string | null;
  /** By stream, before which entry reading back begins: null at the first, none where it is not known. */
  older: [stream: string, before: EntryId | null][];
}

/** What a tail shows. */
export interface TailSource {
  feedUrl: string;
  /** In the order of the feed's cursor. */
  streams: readonly string[];
  /** Of the filter language, and without fault; empty for everything. */
  filter: string;
}

interface HeldTail {
  feedUrl: string;
  store: LiveTailStore;
  /** Where its next connection goes on. */
  after: string | null;
}

/**
 * One live tail for as long as the component stands and the feed is the same, on the page's one
 * live connection. While the tab is hidden there is none, and it goes on by id when seen again.
 */
export function useLiveTail(
  source: TailSource,
  start: TailStart,
): { view: TailView; store: LiveTailStore } {
  const [held, setHeld] = useState(() => newTail(source, start));
  let tail = held;
  if (tail.feedUrl !== source.feedUrl) {
    tail = newTail(source, start);
    setHeld(tail);
  }
  const { store } = tail;
  const feed = usePageFeed();
  // Before the page would open a connection for its numbers alone.
  useLayoutEffect(() => {
    const end = feed.carry({
      url: tail.feedUrl,
      after: tail.after,
      onMessage: (message) => tail.store.receive(message),
      onState: (state) => tail.store.setConnection(state),
    });
    return () => {
      tail.after = end();
    };
  }, [feed, tail]);
  useEffect(() => () => store.close(), [store]);
  return { view: useSyncExternalStore(store.subscribe, store.view, store.view), store };
}

function newTail({ feedUrl, streams, filter }: TailSource, start: TailStart): HeldTail {
  const store = new LiveTailStore({
    streams,
    history: start.rows,
    older: new Map(start.older),
    readOlder: olderReader(filter),
    onNextFrame: (run) => requestAnimationFrame(run),
    pace: new DrawPace(),
  });
  return { feedUrl, store, after: start.after };
}

/** What reads back is loaded when somebody does. */
function olderReader(filter: string): ReadOlder {
  let read: ReadOlder | null = null;
  return async (from, sink) => {
    if (read === null) {
      const { olderEntries } = await import('./older-entries');
      read = olderEntries(filter);
    }
    return read(from, sink);
  };
}
