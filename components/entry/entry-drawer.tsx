'use client';

import { useLayoutEffect, useRef, useState } from 'react';
import { CopyButton } from '@/components/ui/copy-button';
import { Drawer } from '@/components/ui/drawer';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import { useEntry } from '@/lib/browser/use-entry';
import type { WireEntry } from '@/lib/model/entry';
import { type EntryId, entryIdTimestamp } from '@/lib/model/entry-id';
import { streamPageHref } from '@/lib/model/stream-href';
import { EntryDetail } from './entry-detail';
import { EntryLoading } from './entry-loading';
import { EntryTrouble } from './entry-trouble';
import { VisibleText } from './visible-text';

interface Props {
  stream: string;
  /** The entry that is open; null for none. */
  id: EntryId | null;
  /** The entry the page itself carried, where it did. */
  first?: WireEntry | null;
  onClose: () => void;
}

/** One entry beside the page it was found on. The page stays in use. */
export function EntryDrawer({ stream, id, first = null, onClose }: Props) {
  // What was open stays drawn while the drawer leaves.
  const [shownId, setShownId] = useState(id);
  if (id !== null && id !== shownId) setShownId(id);
  useFocusBack(id !== null);
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
    >
      {shownId !== null && (
        <EntryContent key={shownId} stream={stream} id={shownId} first={first} />
      )}
    </Drawer>
  );
}

/** Focus goes back to where it was, for the drawer is opened by a URL and knows no trigger. */
function useFocusBack(isOpen: boolean): void {
  const cameFrom = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (isOpen) {
      cameFrom.current ??= document.activeElement;
      return;
    }
    const element = cameFrom.current;
    cameFrom.current = null;
    if (!(element instanceof HTMLElement)) return;
    const frame = requestAnimationFrame(() => element.isConnected && element.focus());
    return () => cancelAnimationFrame(frame);
  }, [isOpen]);
}

interface ContentProps {
  stream: string;
  id: EntryId;
  first: WireEntry | null;
}

function EntryContent({ stream, id, first }: ContentProps) {
  const [whole, setWhole] = useState(false);
  const { entry, error, isLoading } = useEntry(stream, id, whole, first);
  return (
    <div className="flex flex-col gap-4">
      {error && <EntryTrouble stream={stream} id={id} error={error} />}
      {entry && <EntryDetail entry={entry} onLoadAll={whole ? undefined : () => setWhole(true)} />}
      {!entry && !error && <EntryLoading />}
      <EntryActions stream={stream} id={id} entry={entry} />
      <p role="status" className="sr-only">
        {isLoading ? 'Loading the entry' : ''}
      </p>
    </div>
  );
}

interface ActionsProps {
  stream: string;
  id: EntryId;
  entry: WireEntry | null;
}

function EntryActions({ stream, id, entry }: ActionsProps) {
  const href = streamPageHref(stream, {}, id);
  return (
    <ul className="flex flex-col gap-1 border-t pt-3 text-12 text-quiet">
      <li className="flex items-center gap-2">
        <CopyButton
          label="Copy a link to this entry"
          text={() => new URL(href, window.location.href).href}
        />
        <TextLink href={href} prefetch={false}>
          This entry on its stream’s page
        </TextLink>
      </li>
      {entry && (
        <li className="flex items-center gap-2">
          <CopyButton label="Copy the entry as JSON" text={() => JSON.stringify(entry, null, 2)} />
          The entry as JSON; bytes that are no text as base64
        </li>
      )}
    </ul>
  );
}
