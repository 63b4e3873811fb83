'use client';

import { useSearchParams } from 'next/navigation';
import { useRef } from 'react';
import { EntryDrawer } from '@/components/entry/entry-drawer';
import { pushPageUrl, replacePageUrl } from '@/lib/browser/page-url';
import type { TailStart } from '@/lib/browser/use-live-tail';
import { feedHref, parseEntryParam, type TailQuery, tailHref } from '@/lib/model/tail-query';
import { LiveTail } from './live-tail';
import { type FilterDraft, TailFilters } from './tail-filters';
import type { TailListHandle } from './tail-list';

interface Props {
  query: TailQuery;
  /** The stream that is shown where the query names none. */
  defaultStream: string;
  start: TailStart;
  /** Why the tail begins without what came before; null where it does not. */
  trouble: string | null;
}

/** What happens now: filters, the rows, and one entry beside them. */
export function TailScreen({ query, defaultStream, start, trouble }: Props) {
  const openEntry = parseEntryParam(useSearchParams());
  const feedUrl = feedHref(query);
  const draft = useRef<FilterDraft>({ text: null, selection: null });
  const list = useRef<TailListHandle>(null);
  const showEntry = (id: string | null) => {
    pushPageUrl(tailHref(query, id));
  };
  return (
    <div className="-my-5 flex h-[calc(100dvh-5rem-var(--head-height)-var(--banner-height,0px))] min-h-96 flex-col gap-3 py-4 lg:-mb-17 lg:h-[calc(100dvh-var(--head-height)-var(--banner-height,0px))]">
      <LiveTail
        key={feedUrl}
        feedUrl={feedUrl}
        start={start}
        trouble={trouble}
        query={query}
        defaultStream={defaultStream}
        openEntry={openEntry}
        onOpen={showEntry}
        list={list}
        filters={<TailFilters query={query} defaultStream={defaultStream} draft={draft} />}
      />
      <EntryDrawer
        stream={query.stream ?? defaultStream}
        id={openEntry}
        list={{
          around: (id) => list.current?.around(id) ?? null,
          show: (id) => {
            list.current?.reveal(id);
            replacePageUrl(tailHref(query, id));
          },
          grows: true,
        }}
        onClose={() => showEntry(null)}
      />
    </div>
  );
}
