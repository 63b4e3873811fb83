'use client';

import { useSearchParams } from 'next/navigation';
import { EntryDrawer } from '@/components/entry/entry-drawer';
import { EmptyState } from '@/components/ui/empty-state';
import { pushPageUrl, replacePageUrl } from '@/lib/browser/page-url';
import { usePending } from '@/lib/browser/use-group';
import type { WireEntry } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { groupPendingHref, pendingApiHref } from '@/lib/model/group-href';
import { neighboursIn } from '@/lib/model/list-walk';
import { isPendingFiltered, type PendingPage, type PendingQuery } from '@/lib/model/pending';
import { parseEntryParam } from '@/lib/model/tail-query';
import { AddressMistakes } from './address-mistakes';
import { PendingFilters } from './pending-filters';
import { PendingPager } from './pending-pager';
import { PendingTable } from './pending-table';
import type { Problem } from './problem';
import { ReadProblem } from './read-problem';

/** What the page's own first read gave: a page of pending entries or why there is none. */
export interface PendingStart {
  tab: 'pending';
  query: PendingQuery;
  /** Wrong parameters of the URL, in words. */
  mistakes: string[];
  page: PendingPage | null;
  problem: Problem | null;
  /** The entry the URL opens, where it could be read. */
  entry: WireEntry | null;
}

interface Props {
  stream: string;
  group: string;
  start: PendingStart;
  /** Pending entries in all, by the newest sample. */
  total: number;
}

/** What was delivered and not acknowledged, lowest id first, and one entry beside it. */
export function PendingTab({ stream, group, start, total }: Props) {
  const { query, mistakes } = start;
  const openEntry = parseEntryParam(useSearchParams());
  const { answer, error, reload } = usePending(pendingApiHref(stream, group, query), start.page);
  const problem = error ? (error.problem ?? { detail: error.message }) : start.problem;
  const showEntry = (id: EntryId | null) => pushPageUrl(groupPendingHref(stream, group, query, id));
  return (
    <section aria-label="Pending entries">
      <PendingFilters stream={stream} group={group} query={query} />
      <AddressMistakes mistakes={mistakes} showing="the first pending entries" />
      <ReadProblem
        problem={error || !answer ? problem : null}
        before={answer && 'The list below was'}
        awaited="What is pending is"
      />
      {answer && answer.pending.length > 0 && (
        <PendingTable page={answer} query={query} openEntry={openEntry} onOpen={showEntry} />
      )}
      {answer && answer.pending.length === 0 && <NothingPending page={answer} query={query} />}
      {answer && <PendingPager page={answer} query={query} total={total} onRefresh={reload} />}
      <EntryDrawer
        stream={stream}
        id={openEntry}
        first={start.entry}
        list={{
          around: (id) => neighboursIn(answer?.pending.map((pending) => pending.id) ?? [], id),
          show: (id) => replacePageUrl(groupPendingHref(stream, group, query, id)),
        }}
        onClose={() => showEntry(null)}
      />
    </section>
  );
}

function NothingPending({ page, query }: { page: PendingPage; query: PendingQuery }) {
  if (page.next !== null) {
    return (
      <EmptyState title="None so far">
        No entry among those looked at is as asked for. There are more: go on.
      </EmptyState>
    );
  }
  return isPendingFiltered(query) || query.after !== undefined ? (
    <EmptyState title="None is as asked for">
      Nothing pending is left here with these filters.
    </EmptyState>
  ) : (
    <EmptyState title="Nothing is pending">
      Every entry that was delivered has been acknowledged. An entry stands here from when a
      consumer is given it until it is acknowledged.
    </EmptyState>
  );
}
