'use client';

import { useSearchParams } from 'next/navigation';
import { useRef } from 'react';
import { EntryDrawer } from '@/components/entry/entry-drawer';
import { AddressMistakes } from '@/components/group/address-mistakes';
import { ReadProblem } from '@/components/group/read-problem';
import { EmptyState } from '@/components/ui/empty-state';
import { pushPageUrl, replacePageUrl } from '@/lib/browser/page-url';
import { useEntries } from '@/lib/browser/use-entries';
import { useHydrated } from '@/lib/browser/use-hydrated';
import type { EntriesPage, EntriesQuery } from '@/lib/model/entries-page';
import type { WireEntry } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import type { ProblemDetails } from '@/lib/model/errors';
import { parseFilter } from '@/lib/model/filter-parse';
import { neighboursIn } from '@/lib/model/list-walk';
import { redisCliCommand } from '@/lib/model/redis-command';
import { entriesApiHref } from '@/lib/model/stream-href';
import { parseEntryParam } from '@/lib/model/tail-query';
import { EntriesPager } from './entries-pager';
import { EntriesTable } from './entries-table';
import { SearchBack } from './search-back';
import { TimeRangeForm } from './time-range-form';
import { useStreamHref } from './use-stream-href';

type Problem = Pick<ProblemDetails, 'code' | 'detail'>;

/** What the page's own first read gave: a page or why there is none. */
export interface EntriesStart {
  query: EntriesQuery;
  page: EntriesPage | null;
  problem: Problem | null;
  /** Wrong parameters of the URL, in words. */
  mistakes: string[];
  /** The entry the URL opens, where it could be read. */
  entry: WireEntry | null;
}

interface Props {
  stream: string;
  start: EntriesStart;
  /** The newest entry the stream holds now, by the snapshot. */
  newestId: EntryId | null;
}

/** A page of entries, newest first, and one of them beside it. */
export function EntriesSection({ stream, start, newestId }: Props) {
  const { query, mistakes } = start;
  const params = useSearchParams();
  const openEntry = parseEntryParam(params);
  const searched = (params.get('search') ?? '').trim();
  // Without scripts nothing searches: the entries are shown.
  const isSearching = useHydrated() && searched !== '' && parseFilter(searched).error === null;
  const { page, error, reload } = useEntries(entriesApiHref(stream, query), start.page);
  const problem = error ? (error.problem ?? { detail: error.message }) : start.problem;
  const pageHref = useStreamHref(stream);
  const hrefOf = (id: EntryId | null, search: string) => {
    const href = pageHref(query, id);
    if (search === '') return href;
    return `${href}${href.includes('?') ? '&' : '?'}${new URLSearchParams({ search })}`;
  };
  const showEntry = (id: EntryId | null) => pushPageUrl(hrefOf(id, searched));
  const found = useRef<readonly EntryId[]>([]);
  const listed = () => (isSearching ? found.current : idsAsShown(page, query));
  const showSearch = (search: string) => pushPageUrl(hrefOf(openEntry, search));
  return (
    <section aria-labelledby="entries">
      <div className="mb-2 flex flex-wrap items-end gap-x-4 gap-y-2">
        <h2 id="entries" className="mr-auto text-14 font-semibold">
          Entries
        </h2>
        <TimeRangeForm stream={stream} query={query} />
      </div>
      <SearchBack
        stream={stream}
        query={query}
        searched={searched}
        openEntry={openEntry}
        onOpen={showEntry}
        onSearch={showSearch}
        found={found}
      />
      <AddressMistakes mistakes={mistakes} showing="the newest entries" />
      <ReadProblem
        problem={error || !page ? problem : null}
        before={page && 'The entries below were'}
        awaited="Entries are"
      />
      {!isSearching && page && page.entries.length > 0 && (
        <EntriesTable page={page} query={query} openEntry={openEntry} onOpen={showEntry} />
      )}
      {!isSearching && page && page.entries.length === 0 && (
        <NoEntries stream={stream} query={query} />
      )}
      {!isSearching && page && (
        <EntriesPager page={page} query={query} newestId={newestId} onRefresh={reload} />
      )}
      <EntryDrawer
        stream={stream}
        id={openEntry}
        first={start.entry}
        list={{
          around: (id) => neighboursIn(listed(), id),
          show: (id) => replacePageUrl(hrefOf(id, searched)),
          grows: isSearching,
        }}
        onClose={() => showEntry(null)}
      />
    </section>
  );
}

/** Newest first, whichever way the page was read. */
function idsAsShown(page: EntriesPage | null, query: EntriesQuery): EntryId[] {
  const ids = (page?.entries ?? []).map(({ id }) => id);
  return query.order === 'asc' ? ids.reverse() : ids;
}

function NoEntries({ stream, query }: { stream: string; query: EntriesQuery }) {
  const isBounded = [query.before, query.after, query.fromMs, query.toMs].some(
    (bound) => bound !== undefined,
  );
  return isBounded ? (
    <EmptyState title="No entries here">
      The stream holds none between these bounds; they may have been trimmed.
    </EmptyState>
  ) : (
    <EmptyState
      title="This stream is empty"
      command={redisCliCommand(
        'XADD',
        stream,
        '*',
        'type',
        'hello',
        'data',
        '{"from":"redis-cli"}',
      )}
    >
      Its groups stay and wait. Entries were deleted or trimmed, or none was added yet. This adds
      one:
    </EmptyState>
  );
}
