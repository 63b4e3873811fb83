import { VisibleText } from '@/components/entry/visible-text';
import { FigureCell, STACKED_ROW } from '@/components/group/figure-cell';
import { GroupCells } from '@/components/group/group-cells';
import { LostFigure, None } from '@/components/group/lag-figure';
import { EmptyState } from '@/components/ui/empty-state';
import { Cell, HeaderCells, Table, TableHead, TableRow } from '@/components/ui/table';
import { WarmFigure } from '@/components/ui/warm-figure';
import { formatCount, formatRate } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import { redisCliCommand } from '@/lib/model/redis-command';
import type { GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';

const COLUMNS = [
  { label: 'Group' },
  { label: 'State' },
  { label: 'Lag', numeric: true },
  { label: 'Behind', numeric: true },
  { label: 'Lost', numeric: true },
  { label: 'Out/s', numeric: true },
  { label: 'Pending', numeric: true },
  { label: 'Oldest pending' },
  { label: 'Consumers', numeric: true },
  { label: 'Last delivered' },
];

/** The stream's consumer groups: who keeps up, and what is left to do. */
export function GroupsTable({ stream }: { stream: StreamSnapshot }) {
  return (
    <section aria-labelledby="groups" className="mb-6">
      <h2 id="groups" className="mb-2 text-14 font-semibold">
        Consumer groups
      </h2>
      {stream.groups.length === 0 ? (
        <EmptyState
          title="No consumer group reads this stream"
          command={redisCliCommand('XGROUP', 'CREATE', stream.name, 'my-group', '$')}
        >
          A group remembers what it was given. This makes one that begins with the next entry:
        </EmptyState>
      ) : (
        <Table className="max-xl:block">
          <TableHead className="max-xl:sr-only">
            <TableRow>
              <HeaderCells columns={COLUMNS} className="last:pr-3" />
            </TableRow>
          </TableHead>
          <tbody className="max-xl:block">
            {stream.groups.map((group) => (
              <GroupLine key={group.name} stream={stream.name} group={group} />
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

function GroupLine({ stream, group }: { stream: string; group: GroupSnapshot }) {
  const unknown = <span className="text-faint">?</span>;
  return (
    <TableRow className={STACKED_ROW}>
      <GroupCells stream={stream} group={group} />
      <FigureCell label="behind">
        {group.lag.behind_ms === null ? <None /> : formatDuration(group.lag.behind_ms)}
      </FigureCell>
      <FigureCell label="lost">
        <LostFigure lag={group.lag} />
      </FigureCell>
      <FigureCell label="out/s">
        {group.out_per_second === null ? unknown : formatRate(group.out_per_second)}
      </FigureCell>
      <FigureCell label="pending">
        {group.pending === 0 ? (
          <None />
        ) : (
          <WarmFigure value={group.pending}>{formatCount(group.pending)}</WarmFigure>
        )}
      </FigureCell>
      <Cell className="max-w-72 truncate px-2 text-12 text-quiet max-xl:order-last max-xl:max-w-full max-xl:p-0">
        <OldestPending group={group} />
      </Cell>
      <FigureCell label="consumers">
        <WarmFigure value={group.consumers}>{formatCount(group.consumers)}</WarmFigure>
      </FigureCell>
      <Cell className="pr-3 pl-2 font-mono text-12 whitespace-nowrap text-quiet max-xl:p-0">
        {group.last_delivered_id}
      </Cell>
    </TableRow>
  );
}

function OldestPending({ group }: { group: GroupSnapshot }) {
  const oldest = group.oldest_pending;
  if (!oldest) {
    return (
      <span className="max-xl:hidden">
        <None />
      </span>
    );
  }
  const times = oldest.deliveries === 1 ? 'once' : `${formatCount(oldest.deliveries)} times`;
  return (
    <span title={oldest.id}>
      <span className="xl:hidden">oldest pending: </span>
      {formatDuration(oldest.idle_ms)} with <VisibleText text={oldest.consumer || '(no name)'} />,
      delivered {times}
    </span>
  );
}
