import clsx from 'clsx';
import { EntrySummary } from '@/components/entry/entry-summary';
import { EntryType } from '@/components/entry/entry-type';
import { VisibleText } from '@/components/entry/visible-text';
import { ListRow, ListTable, RowLink } from '@/components/ui/list-table';
import { Cell, HeaderCell } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { underBasePath } from '@/lib/model/base-path';
import { formatCount } from '@/lib/model/count';
import { POISON_DELIVERIES } from '@/lib/model/diagnosis-pending';
import { formatDuration } from '@/lib/model/duration';
import type { EntryId } from '@/lib/model/entry-id';
import { groupPendingHref } from '@/lib/model/group-href';
import type { PendingContent, PendingPage, PendingQuery } from '@/lib/model/pending';
import { entriesToTailRows } from '@/lib/model/tail-row';
import { visibleText } from '@/lib/model/visible-text';

interface Props {
  page: PendingPage;
  query: PendingQuery;
  openEntry: EntryId | null;
  onOpen: (id: EntryId) => void;
}

/** Pending entries: whose, how old, how often delivered, and what each of them is. */
export function PendingTable({ page, query, openEntry, onOpen }: Props) {
  return (
    <ListTable
      head={
        <>
          <HeaderCell className="w-44">Id</HeaderCell>
          <HeaderCell className="w-52">Owner</HeaderCell>
          <HeaderCell numeric className="w-24">
            Left alone
          </HeaderCell>
          <HeaderCell numeric className="w-24">
            Delivered
          </HeaderCell>
          <HeaderCell className="w-auto">Entry</HeaderCell>
        </>
      }
    >
      {page.pending.map((pending) => (
        <PendingLine
          key={pending.id}
          page={page}
          query={query}
          pending={pending}
          isOpen={pending.id === openEntry}
          onOpen={onOpen}
        />
      ))}
    </ListTable>
  );
}

interface LineProps {
  page: PendingPage;
  query: PendingQuery;
  pending: PendingPage['pending'][number];
  isOpen: boolean;
  onOpen: (id: EntryId) => void;
}

/** The id is the link to the entry; the row around it opens as well. */
function PendingLine({ page, query, pending, isOpen, onOpen }: LineProps) {
  const { id, consumer, deliveries, entry } = pending;
  const { stream, group } = page;
  return (
    <ListRow isOpen={isOpen}>
      <Cell className="font-mono text-12 max-md:p-0">
        <RowLink
          href={underBasePath(groupPendingHref(stream, group, query, id))}
          onOpen={() => onOpen(id)}
        >
          {id}
        </RowLink>
      </Cell>
      <Cell className="truncate max-md:order-1 max-md:basis-full max-md:p-0">
        {consumer === '' ? (
          '(no name)'
        ) : (
          <TextLink
            href={groupPendingHref(stream, group, { consumer })}
            scroll={false}
            title={visibleText(consumer)}
            className="relative z-1 text-ink!"
          >
            <VisibleText text={consumer} />
          </TextLink>
        )}
      </Cell>
      <Cell numeric className="max-md:ml-auto max-md:p-0">
        {formatDuration(pending.idle_ms)}
      </Cell>
      <Cell numeric className="max-md:p-0">
        <span className={clsx(deliveries >= POISON_DELIVERIES && 'font-medium text-warn-ink')}>
          {formatCount(deliveries)} ×
        </span>
      </Cell>
      <Cell className="truncate max-md:order-2 max-md:basis-full max-md:p-0">
        <PendingEntryContent id={id} content={entry} />
      </Cell>
    </ListRow>
  );
}

function PendingEntryContent({
  id,
  content,
}: {
  id: EntryId;
  content: PendingContent | undefined;
}) {
  if (content?.state === 'deleted') {
    return (
      <span className="text-quiet italic">
        entry deleted: only its place in the pending list is left
      </span>
    );
  }
  if (content?.state !== 'here') {
    return <span className="text-quiet">large entries before it: open it to see it</span>;
  }
  const [row] = entriesToTailRows([{ id, fields: content.fields }], []);
  if (row?.kind !== 'entry') return null;
  return (
    <span className="flex gap-3 overflow-hidden">
      {row.type !== null && <EntryType type={row.type} className="shrink-0" />}
      <span className="truncate">
        <EntrySummary row={{ ...row, omittedBytes: content.omitted_bytes }} />
      </span>
    </span>
  );
}
