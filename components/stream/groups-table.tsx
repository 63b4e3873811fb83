import { VisibleText } from '@/components/entry/visible-text';
import { GroupStateMark } from '@/components/group/group-state-mark';
import { LagFigure, LostFigure, None } from '@/components/group/lag-figure';
import { EmptyState } from '@/components/ui/empty-state';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { WarmFigure } from '@/components/ui/warm-figure';
import { formatCount, formatRate } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import { redisCliCommand } from '@/lib/model/redis-command';
import type { GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';

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
        <Table>
          <TableHead>
            <TableRow>
              <HeaderCell>Group</HeaderCell>
              <HeaderCell>State</HeaderCell>
              <HeaderCell numeric>Lag</HeaderCell>
              <HeaderCell numeric>Behind</HeaderCell>
              <HeaderCell numeric>Lost</HeaderCell>
              <HeaderCell numeric>Out/s</HeaderCell>
              <HeaderCell numeric>Pending</HeaderCell>
              <HeaderCell>Oldest pending</HeaderCell>
              <HeaderCell numeric>Consumers</HeaderCell>
              <HeaderCell>Last delivered</HeaderCell>
            </TableRow>
          </TableHead>
          <tbody>
            {stream.groups.map((group) => (
              <GroupLine key={group.name} group={group} />
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

function GroupLine({ group }: { group: GroupSnapshot }) {
  return (
    <TableRow id={`group-${group.name}`} className="target:bg-accent-tint">
      <Cell className="font-medium whitespace-nowrap">
        <VisibleText text={group.name} />
      </Cell>
      <Cell>
        <GroupStateMark group={group} />
      </Cell>
      <Cell numeric>
        <LagFigure lag={group.lag} />
      </Cell>
      <Cell numeric>
        {group.lag.behind_ms === null ? <None /> : formatDuration(group.lag.behind_ms)}
      </Cell>
      <Cell numeric>
        <LostFigure lost={group.lag.lost} />
      </Cell>
      <Cell numeric>
        {group.out_per_second === null ? (
          <span className="text-faint">?</span>
        ) : (
          formatRate(group.out_per_second)
        )}
      </Cell>
      <Cell numeric>
        {group.pending === 0 ? (
          <None />
        ) : (
          <WarmFigure value={group.pending}>{formatCount(group.pending)}</WarmFigure>
        )}
      </Cell>
      <Cell className="max-w-64 truncate text-12 text-quiet">
        <OldestPending group={group} />
      </Cell>
      <Cell numeric>
        <WarmFigure value={group.consumers}>{formatCount(group.consumers)}</WarmFigure>
      </Cell>
      <Cell className="font-mono text-12 whitespace-nowrap text-quiet">
        {group.last_delivered_id}
      </Cell>
    </TableRow>
  );
}

function OldestPending({ group }: { group: GroupSnapshot }) {
  const oldest = group.oldest_pending;
  if (!oldest) return <None />;
  const times = oldest.deliveries === 1 ? 'once' : `${formatCount(oldest.deliveries)} times`;
  return (
    <span title={oldest.id}>
      {formatDuration(oldest.idle_ms)} with <VisibleText text={oldest.consumer || '(no name)'} />,
      delivered {times}
    </span>
  );
}
