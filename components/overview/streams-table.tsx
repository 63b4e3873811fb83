import { HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import type { StreamSnapshot } from '@/lib/model/snapshot';
import { GroupRow } from './group-row';
import { StreamRow } from './stream-row';

/** Widths are given, so that no column moves when a figure grows. */
const COLUMNS = [
  { label: 'Stream and groups', width: '' },
  { label: 'State', width: 'w-33' },
  { label: 'Lag', width: 'w-18', numeric: true },
  { label: 'Behind', width: 'w-20', numeric: true },
  { label: 'Lost', width: 'w-18', numeric: true },
  { label: 'Pending', width: 'w-18', numeric: true },
  { label: 'Consumers', width: 'w-22', numeric: true },
  { label: 'Length', width: 'w-18', numeric: true },
  { label: 'In/s', width: 'w-13', numeric: true },
  { label: 'Out/s', width: 'w-13', numeric: true },
  { label: 'In, last minutes', width: 'w-30', numeric: true },
];

/** One table: a stream's row, then its groups'. Where it is narrow, each row is a small block. */
export function StreamsTable({ streams }: { streams: readonly StreamSnapshot[] }) {
  return (
    <Table className="max-xl:block xl:table-fixed">
      <colgroup className="max-xl:hidden">
        {COLUMNS.map((column) => (
          <col key={column.label} className={column.width} />
        ))}
      </colgroup>
      <TableHead className="max-xl:sr-only">
        <TableRow>
          {COLUMNS.map((column) => (
            <HeaderCell key={column.label} numeric={column.numeric} className="px-2 first:pl-3">
              {column.label}
            </HeaderCell>
          ))}
        </TableRow>
      </TableHead>
      {streams.map((stream) => (
        <tbody key={stream.name} className="border-t max-xl:block max-xl:first-of-type:border-t-0">
          <StreamRow stream={stream} />
          {stream.groups.map((group) => (
            <GroupRow key={group.name} stream={stream.name} group={group} />
          ))}
        </tbody>
      ))}
    </Table>
  );
}
