'use client';

import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { JobStrip } from '@/components/jobs/job-strip';
import { DRAWER_SCROLLER, Drawer } from '@/components/ui/drawer';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import { useEntry } from '@/lib/browser/use-entry';
import type { WireEntry } from '@/lib/model/entry';
import { type EntryId, entryIdTimestamp } from '@/lib/model/entry-id';
import { jobIdOfEntry } from '@/lib/model/job-event';
import { streamPageHref } from '@/lib/model/stream-href';
import { EntryCopyMenu } from './entry-copy-menu';
import { EntryFields } from './entry-fields';
import { EntryLoading } from './entry-loading';
import { EntryTrouble } from './entry-trouble';
import { type EntryList, EntryWalk } from './entry-walk';
import { useFocusBack } from './use-focus-back';
import { VisibleText } from './visible-text';

interface Props {
  stream: string;
  /** The entry that is open; null for none. */
  id: EntryId | null;
  /** The entry the page itself carried, where it did. */
  first?: WireEntry | null;
  /** The list it was opened from, to walk through. */
  list?: EntryList;
  /** What the list calls it, where that is not its id. */
  listKey?: string | null;
  onClose: () => void;
}

/** One entry beside the page it was found on. The page stays in use. */
export function EntryDrawer({ first = null, list, onClose, ...props }: Props) {
  const { id, listKey = id } = props;
  // What was open stays drawn while the drawer leaves.
  const [shown, setShown] = useState({ stream: props.stream, id });
  if (id !== null && (id !== shown.id || props.stream !== shown.stream)) {
    setShown({ stream: props.stream, id });
  }
  const { stream, id: shownId } = shown;
  const shownKey = `${shownId} ${stream}`;
  const [wholeKey, setWholeKey] = useState<string | null>(null);
  const { entry, error, isLoading } = useEntry(stream, shownId, shownKey === wholeKey, first);
  const jobId = entry && jobIdOfEntry(entry);
  useFocusBack(listKey);
  const at = shownId === null ? null : entryIdTimestamp(shownId);
  return (
    <Drawer
      open={id !== null}
      onOpenChange={(open) => !open && onClose()}
      title={<span className="font-mono">{shownId}</span>}
      description={
        <span className="flex flex-wrap gap-x-2">
          <VisibleText text={stream} />
          {at !== null && <Timestamp at={at} show="full" withZone />}
        </span>
      }
      actions={
        <>
          {entry && <EntryCopyMenu stream={stream} entry={entry} />}
          {listKey !== null && list && <EntryWalk id={listKey} list={list} />}
        </>
      }
    >
      {shownId !== null && (
        <Content key={shownKey}>
          {error && <EntryTrouble stream={stream} id={shownId} error={error} />}
          {entry && jobId !== null && <JobStrip jobId={jobId} entryId={entry.id} />}
          {entry && (
            <EntryFields
              entry={entry}
              onLoadAll={shownKey === wholeKey ? undefined : () => setWholeKey(shownKey)}
            />
          )}
          {!entry && !error && <EntryLoading />}
          <p className="border-t pt-3 text-12">
            <TextLink href={streamPageHref(stream, {}, shownId)}>
              This entry on its stream’s page
            </TextLink>
          </p>
          <p role="status" className="sr-only">
            {isLoading ? 'Loading the entry' : ''}
          </p>
        </Content>
      )}
    </Drawer>
  );
}

/** Each entry begins at its top. */
function Content({ children }: { children: ReactNode }) {
  const content = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    content.current?.closest(`[${DRAWER_SCROLLER}]`)?.scrollTo(0, 0);
  }, []);
  return (
    <div ref={content} className="flex flex-col gap-4">
      {children}
    </div>
  );
}
