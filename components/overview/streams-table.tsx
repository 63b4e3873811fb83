import { HeaderCells, Table, TableHead, TableRow } from '@/components/ui/table';
import { rulerOf } from '@/lib/model/ruler';
import { groupTones } from '@/lib/model/ruler-tone';
import type { StreamSnapshot } from '@/lib/model/snapshot';
import { GroupRow } from './group-row';
import { StreamRow } from './stream-row';

/** Widths are given, so that no column moves when a figure grows; the ruler takes what is left. */
const COLUMNS = [
  { label: 'Stream and groups', width: 'w-[clamp(10.5rem,calc(22vw-8.75rem),22rem)]' },
  { label: 'State', width: 'w-32' },
  { label: 'Lag', width: 'w-18', numeric: true },
  { label: 'Behind', width: 'w-20', numeric: true },
  { label: 'Drains in', width: 'w-19', numeric: true },
  { label: 'Lost', width: 'w-14', numeric: true },
  { label: 'Pending', width: 'w-18', numeric: true },
  { label: 'Consumers', width: 'w-23', numeric: true },
  { label: 'Length', width: 'w-18', numeric: true },
  { label: 'In/s', width: 'w-13 min-[90rem]:w-30', numeric: true },
  { label: 'Out/s', width: 'w-14', numeric: true },
  { label: 'First entry to last', width: '' },
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
          <HeaderCells columns={COLUMNS} className="last:pl-7" />
        </TableRow>
      </TableHead>
      {streams.map((stream) => (
        <StreamBlock key={stream.name} stream={stream} />
      ))}
    </Table>
  );
}

function StreamBlock({ stream }: { stream: StreamSnapshot }) {
  const ruler = rulerOf(stream);
  const tones = groupTones(stream);
  const cursorOf = new Map(ruler.cursors.map((cursor) => [cursor.group.name, cursor]));
  return (
    <tbody className="border-t max-xl:block max-xl:first-of-type:border-t-0">
      <StreamRow stream={stream} ruler={ruler} tones={tones} />
      {stream.groups.map((group) => (
        <GroupRow
          key={group.name}
          stream={stream.name}
          group={group}
          cursor={cursorOf.get(group.name)}
          tones={tones}
        />
      ))}
    </tbody>
  );
}
