import clsx from 'clsx';
import { EntrySummary } from '@/components/entry/entry-summary';
import { EntryType } from '@/components/entry/entry-type';
import { VisibleText } from '@/components/entry/visible-text';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
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
    <Table className="max-md:block md:table-fixed">
      <TableHead className="max-md:sr-only">
        <TableRow>
          <HeaderCell className="w-44">Id</HeaderCell>
          <HeaderCell className="w-52">Owner</HeaderCell>
          <HeaderCell numeric className="w-24">
            Left alone
          </HeaderCell>
          <HeaderCell numeric className="w-24">
            Delivered
          </HeaderCell>
          <HeaderCell className="w-auto">Entry</HeaderCell>
        </TableRow>
      </TableHead>
      <tbody className="max-md:block">
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
      </tbody>
    </Table>
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
    <TableRow
      className={clsx(
        'relative max-md:flex max-md:h-auto max-md:flex-wrap max-md:items-center max-md:gap-x-3 max-md:gap-y-0.5 max-md:px-3 max-md:py-2',
        isOpen ? 'bg-accent-tint' : 'hover:bg-hover',
      )}
      aria-current={isOpen || undefined}
    >
      <Cell className="font-mono text-12 max-md:p-0">
        <a
          href={underBasePath(groupPendingHref(stream, group, query, id))}
          className="after:absolute after:inset-0 hover:text-accent-ink"
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(id);
          }}
        >
          {id}
        </a>
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
    </TableRow>
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
