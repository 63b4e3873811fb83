import { EntrySummary } from '@/components/entry/entry-summary';
import { EntryType } from '@/components/entry/entry-type';
import { ListRow, ListTable, RowLink } from '@/components/ui/list-table';
import { Cell, HeaderCell } from '@/components/ui/table';
import { Timestamp } from '@/components/ui/timestamp';
import { useTimes } from '@/lib/browser/times';
import { underBasePath } from '@/lib/model/base-path';
import type { EntriesPage, EntriesQuery } from '@/lib/model/entries-page';
import { type EntryId, entryIdTimestamp } from '@/lib/model/entry-id';
import { entriesToTailRows, type TailEntryRow } from '@/lib/model/tail-row';
import { timeHeading } from '@/lib/model/time-display';
import { useStreamHref } from './use-stream-href';

interface Props {
  page: EntriesPage;
  query: EntriesQuery;
  openEntry: EntryId | null;
  onOpen: (id: EntryId) => void;
}

/** Entries newest first, whichever way the page was read. */
export function EntriesTable({ page, query, openEntry, onOpen }: Props) {
  const newestFirst = query.order === 'asc' ? page.entries.toReversed() : page.entries;
  const rows = entriesToTailRows(newestFirst, []).filter((row) => row.kind === 'entry');
  const hrefOf = useStreamHref(page.stream);
  const times = useTimes();
  const hasTypes = rows.some((row) => row.type !== null);
  return (
    <ListTable
      head={
        <>
          <HeaderCell className="w-48">{timeHeading(times)}</HeaderCell>
          <HeaderCell className="w-44">Id</HeaderCell>
          {hasTypes && <HeaderCell className="w-48">Type</HeaderCell>}
          <HeaderCell className="w-auto">Fields</HeaderCell>
        </>
      }
    >
      {rows.map((row) => (
        <EntryLine
          key={row.id}
          row={row}
          href={hrefOf(query, row.id)}
          hasTypes={hasTypes}
          isOpen={row.id === openEntry}
          onOpen={onOpen}
        />
      ))}
    </ListTable>
  );
}

interface LineProps {
  row: TailEntryRow;
  href: string;
  hasTypes: boolean;
  isOpen: boolean;
  onOpen: (id: EntryId) => void;
}

/** The id is the link; the row around it opens as well. */
function EntryLine({ row, href, hasTypes, isOpen, onOpen }: LineProps) {
  const at = entryIdTimestamp(row.id);
  return (
    <ListRow isOpen={isOpen}>
      <Cell className="text-quiet max-md:p-0">
        {at === null ? '–' : <Timestamp at={at} show="full" />}
      </Cell>
      <Cell className="font-mono text-12 max-md:ml-auto max-md:p-0">
        <RowLink href={underBasePath(href)} onOpen={() => onOpen(row.id)}>
          {row.id}
        </RowLink>
      </Cell>
      {hasTypes && (
        <Cell className="max-md:max-w-full max-md:p-0">
          {row.type !== null && <EntryType type={row.type} wraps />}
        </Cell>
      )}
      <Cell className="truncate max-md:basis-full max-md:p-0">
        <EntrySummary row={row} />
      </Cell>
    </ListRow>
  );
}
