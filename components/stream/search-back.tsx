'use client';

import { ChevronDown, Search, X } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { MarksProvider } from '@/components/entry/marked-text';
import { DownloadMenu } from '@/components/filter/download-menu';
import { FilterBox, type FilterBoxHandle } from '@/components/filter/filter-box';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { rememberFilter } from '@/lib/browser/saved-filters';
import { useHistorySearch } from '@/lib/browser/use-history-search';
import { useHydrated } from '@/lib/browser/use-hydrated';
import type { EntriesQuery } from '@/lib/model/entries-page';
import type { EntryId } from '@/lib/model/entry-id';
import { textsOf } from '@/lib/model/filter';
import { parseFilter } from '@/lib/model/filter-parse';
import { searchApiHref } from '@/lib/model/stream-href';
import { EntriesTable } from './entries-table';
import { SearchProgress } from './search-progress';

interface Props {
  stream: string;
  query: EntriesQuery;
  /** The filter the URL searches for; empty for none. */
  searched: string;
  openEntry: EntryId | null;
  onOpen: (id: EntryId) => void;
  /** Told of what is searched for, so that the URL says it; empty when the search is closed. */
  onSearch: (filter: string) => void;
  /** Where what was found so far is kept for who walks through it, newest first. */
  found: RefObject<readonly EntryId[]>;
}

/** Looks back through the whole stream for what a filter matches; results come as they are found. */
export function SearchBack({ stream, query, searched, openEntry, onOpen, onSearch, found }: Props) {
  const hydrated = useHydrated();
  const box = useRef<FilterBoxHandle>(null);
  const [text, setText] = useState(searched);
  const { state, start, resume, more, cancel, clear } = useHistorySearch();
  const shown = useRef('');
  const { fromMs, toMs } = query;
  const { filter } = parseFilter(text);
  const hrefFor = (wanted: string) => (before: EntryId | null) =>
    searchApiHref(stream, { filter: wanted, fromMs, toMs, before });
  const submit = (wanted: string) => {
    const trimmed = wanted.trim();
    if (trimmed === '' || parseFilter(trimmed).error) return;
    rememberFilter(trimmed);
    shown.current = trimmed;
    onSearch(trimmed);
    start(hrefFor(trimmed));
  };
  const close = () => {
    box.current?.write('');
    setText('');
    clear();
    shown.current = '';
    onSearch('');
  };
  // The URL begins a search when the page is opened; back and forward bring one again as it was.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the URL says another one
  useEffect(() => {
    if (searched === shown.current) return;
    shown.current = searched;
    box.current?.write(searched);
    setText(searched);
    if (searched === '') clear();
    else if (!parseFilter(searched).error) resume(hrefFor(searched));
  }, [searched]);
  useEffect(() => {
    found.current = state.entries.map(({ id }) => id);
  }, [found, state.entries]);
  const page = { stream, entries: state.entries, older: null, newer: null };
  return (
    <div className="mb-3 flex flex-col gap-2">
      <form
        aria-label="Search back through the stream"
        className="flex flex-wrap items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          submit(box.current?.text() ?? '');
        }}
      >
        <FilterBox
          ref={box}
          name="search"
          label="Search back through the stream"
          placeholder="data.error:* -type:*.progress timeout"
          defaultText={searched}
          onText={(next, isChosen) => {
            setText(next);
            if (isChosen) submit(next);
          }}
        />
        <Button
          type="submit"
          icon={<Search aria-hidden />}
          disabled={!hydrated || filter === null || filter.length === 0}
        >
          Search back
        </Button>
        {state.status !== 'idle' && (
          <Button variant="quiet" icon={<X aria-hidden />} onClick={close}>
            Close search
          </Button>
        )}
        <DownloadMenu
          stream={stream}
          size="md"
          filter={filter ? text.trim() : ''}
          fromMs={fromMs}
          toMs={toMs}
        />
      </form>
      {state.status !== 'idle' && <SearchProgress state={state} onCancel={cancel} />}
      {state.problem !== null && (
        <Notice
          tone="bad"
          role="status"
          title={state.problem}
          actions={<Button onClick={more}>Go on from here</Button>}
        >
          What was found so far stands below.
        </Notice>
      )}
      {state.entries.length > 0 && (
        <MarksProvider value={textsOf(filter ?? [])}>
          <EntriesTable
            page={page}
            query={{ ...query, order: 'desc' }}
            openEntry={openEntry}
            onOpen={onOpen}
          />
        </MarksProvider>
      )}
      {/* Cancelled before anything was read, it begins anew. */}
      {(state.status === 'cancelled' || (state.status === 'done' && state.next !== null)) && (
        <Button className="self-start" icon={<ChevronDown aria-hidden />} onClick={more}>
          Search further back
        </Button>
      )}
    </div>
  );
}
