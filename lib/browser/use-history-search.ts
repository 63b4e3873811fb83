import { useEffect, useRef, useState } from 'react';
import type { WireEntry } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import type { SearchLine } from '@/lib/model/history-search';
import { RequestError, streamLines } from './fetcher';

/** How a search back through a stream stands. */
export interface SearchState {
  status: 'idle' | 'running' | 'cancelled' | 'done' | 'failed';
  entries: WireEntry[];
  scanned: number;
  /** Entries to look through; null where that is not known. */
  total: number | null;
  /** The time reached, ISO 8601. */
  time: string | null;
  /** Where it goes on; null at the end. */
  next: EntryId | null;
  /** What went wrong, in words. */
  problem: string | null;
  /** When this was read, where it is shown again, epoch milliseconds; null while it is new. */
  readAtMs: number | null;
}

const IDLE: SearchState = {
  ...{ status: 'idle', entries: [], scanned: 0, total: null },
  ...{ time: null, next: null, problem: null, readAtMs: null },
};

type HrefOf = (before: EntryId | null) => string;

const REMEMBERED_MAX = 5;
/** The last searches by their address, for who leaves a page and comes back to it. */
const remembered = new Map<string, { state: SearchState; atMs: number }>();

function remember(address: string, state: SearchState): void {
  remembered.delete(address);
  remembered.set(address, { state, atMs: Date.now() });
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
}

/** A search back through a stream, results as they come. `hrefOf` gives its address from an id on. */
export function useHistorySearch(): {
  state: SearchState;
  start: (hrefOf: HrefOf) => void;
  /** Shows the same search as far as it got before, where one was made; starts it otherwise. */
  resume: (hrefOf: HrefOf) => void;
  more: () => void;
  cancel: () => void;
  clear: () => void;
} {
  const [state, setState] = useState(IDLE);
  const running = useRef<AbortController>(undefined);
  const href = useRef<HrefOf>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (from: SearchState) => {
    if (!href.current) return;
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    const begun: SearchState = { ...from, status: 'running', problem: null, readAtMs: null };
    let now = begun;
    const show = (next: SearchState) => {
      now = next;
      if (running.current !== mine) return;
      setState(next);
      if (href.current) remember(href.current(null), next);
    };
    show(begun);
    try {
      await streamLines<SearchLine>(href.current(from.next), mine.signal, (lines) =>
        show(lines.reduce((state, line) => applyLine(state, line, begun.scanned), now)),
      );
      // Cut before its last line.
      if (now.status === 'running') throw new RequestError(null);
    } catch (error) {
      if (mine.signal.aborted) return;
      const problem = error instanceof Error ? error.message : 'The search failed.';
      show({ ...now, status: 'failed', problem });
    }
  };
  return {
    state,
    start(hrefOf) {
      href.current = hrefOf;
      void run(IDLE);
    },
    resume(hrefOf) {
      href.current = hrefOf;
      const before = remembered.get(hrefOf(null));
      if (!before) return void run(IDLE);
      running.current?.abort();
      const { state, atMs } = before;
      const status = state.status === 'running' ? 'cancelled' : state.status;
      setState({ ...state, status, readAtMs: atMs });
    },
    more: () => void run(state),
    cancel() {
      running.current?.abort();
      setState((now) => (now.status === 'running' ? { ...now, status: 'cancelled' } : now));
    },
    clear() {
      running.current?.abort();
      setState(IDLE);
    },
  };
}

/** Counts go on from where the search before this one stopped. */
function applyLine(state: SearchState, line: SearchLine, before: number): SearchState {
  if (line.kind === 'begin') return { ...state, total: state.total ?? line.total };
  if (line.kind === 'entry') {
    return { ...state, entries: [...state.entries, line.entry], next: line.entry.id };
  }
  const counted = {
    ...state,
    scanned: before + line.scanned,
    time: line.time ?? state.time,
    next: line.at ?? state.next,
  };
  if (line.kind === 'progress') return counted;
  if (line.kind === 'end') return { ...counted, status: 'done', next: line.next };
  return { ...counted, status: 'failed', problem: line.detail };
}
