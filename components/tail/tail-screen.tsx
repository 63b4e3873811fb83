'use client';

import { useSearchParams } from 'next/navigation';
import { useMemo, useRef } from 'react';
import { EntryDrawer } from '@/components/entry/entry-drawer';
import { Notice } from '@/components/ui/notice';
import type { LeftOutStream } from '@/lib/browser/live-look-back';
import { pushPageUrl, replacePageUrl } from '@/lib/browser/page-url';
import type { TailStart } from '@/lib/browser/use-live-tail';
import {
  entryKey,
  feedHref,
  parseEntryKey,
  type TailQuery,
  tailHref,
} from '@/lib/model/tail-query';
import { LiveTail } from './live-tail';
import { StreamTagsContext, streamTags } from './stream-tag';
import { TailFilters } from './tail-filters';
import type { TailListHandle } from './tail-list';

interface Props {
  query: TailQuery;
  /** What of the URL could not be followed, in words; null where all was. */
  mistake: string | null;
  /** The stream that is shown where the query names none. */
  defaultStream: string;
  start: TailStart;
  /** Streams of which the tail begins without what came before, and why. */
  troubles: readonly LeftOutStream[];
}

/** What happens now: filters, the rows, and one entry beside them. */
export function TailScreen({ query, mistake, defaultStream, start, troubles }: Props) {
  const opened = parseEntryKey(useSearchParams().get('entry'));
  const openKey = opened && entryKey(opened);
  const streams = useMemo(
    () => (query.streams.length > 0 ? query.streams : [defaultStream]),
    [query, defaultStream],
  );
  const [first = defaultStream] = streams;
  const isMany = streams.length > 1;
  const tags = useMemo(() => streamTags(streams), [streams]);
  const list = useRef<TailListHandle>(null);
  const showEntry = (key: string | null) => {
    pushPageUrl(tailHref(query, key));
  };
  return (
    <StreamTagsContext value={tags}>
      <div className="-my-5 flex h-[calc(100dvh-5rem-var(--head-height)-var(--banner-height,0px))] min-h-96 flex-col gap-3 py-4 lg:-mb-17 lg:h-[calc(100dvh-var(--head-height)-var(--banner-height,0px))]">
        <LiveTail
          feedUrl={feedHref(query)}
          start={start}
          troubles={troubles}
          query={query}
          streams={streams}
          openEntry={openKey}
          onOpen={({ stream, id }) => showEntry(entryKey({ stream: isMany ? stream : null, id }))}
          list={list}
          filters={
            <>
              <TailFilters query={query} streams={streams} defaultStream={defaultStream} />
              {mistake !== null && (
                <Notice tone="warn" title="Not every stream is shown.">
                  {mistake}
                </Notice>
              )}
            </>
          }
        />
        <EntryDrawer
          stream={opened?.stream ?? first}
          id={opened?.id ?? null}
          listKey={openKey}
          list={{
            around: (key) => list.current?.around(key) ?? null,
            show: (key) => {
              list.current?.reveal(key);
              replacePageUrl(tailHref(query, key));
            },
            grows: true,
          }}
          onClose={() => showEntry(null)}
        />
      </div>
    </StreamTagsContext>
  );
}
