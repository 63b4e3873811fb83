import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { EntryId } from '@/lib/model/entry-id';
import type { TailRow } from '@/lib/model/tail-row';
import { LiveConnection } from './live-connection';
import { LiveTailStore, type TailView } from './live-tail-store';

/** What a tail begins with: the rows of the first HTML, and the id they end at. */
export interface TailStart {
  rows: TailRow[];
  /** The feed goes on after this entry; null for new entries only. */
  after: EntryId | null;
}

/**
 * One live tail for as long as the component stands. While the tab is hidden it holds no
 * connection, and goes on by id when it is seen again. A new feed needs a new `key`.
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

  useEffect(() => {
    const connection = new LiveConnection({
      url: feedUrl,
      after: after.current,
      onMessage: (message) => store.receive(message),
      onState: (state) => store.setConnection(state),
    });
    const followTab = () => {
      if (document.visibilityState === 'visible') connection.open();
      else connection.sleep();
    };
    const leave = () => connection.sleep();
    followTab();
    document.addEventListener('visibilitychange', followTab);
    window.addEventListener('online', followTab);
    window.addEventListener('pageshow', followTab);
    window.addEventListener('pagehide', leave);
    return () => {
      document.removeEventListener('visibilitychange', followTab);
      window.removeEventListener('online', followTab);
      window.removeEventListener('pageshow', followTab);
      window.removeEventListener('pagehide', leave);
      connection.close();
      after.current = connection.lastId;
    };
  }, [feedUrl, store]);

  return { view: useSyncExternalStore(store.subscribe, store.view, store.view), store };
}
