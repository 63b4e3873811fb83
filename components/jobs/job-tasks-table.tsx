import { VisibleText } from '@/components/entry/visible-text';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { NameLink, TextLink } from '@/components/ui/text-link';
import { countOf, formatCount } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import { groupPendingHref } from '@/lib/model/group-href';
import type { JobPage, JobTask } from '@/lib/model/job-page';
import { streamPageHref } from '@/lib/model/stream-href';

/** Tasks of a job that are still in the queue, and who holds each. */
export function JobTasksTable({ tasks }: { tasks: JobPage['tasks'] }) {
  const { stream, total, is_reading: isReading, problem } = tasks;
  return (
    <section aria-labelledby="tasks" className="mt-6">
      <h2 id="tasks" className="mb-2 text-14 font-semibold">
        Tasks in the queue{' '}
        <span className="text-12 font-normal text-quiet">
          {total === null ? 'Tasks' : countOf(total, 'task')} in <VisibleText text={stream} />
          {total !== null &&
            total > tasks.tasks.length &&
            `, the first ${formatCount(tasks.tasks.length)} shown`}
          {isReading && '; the queue is being looked through'}
          {problem !== null && `; the queue could not be looked through: ${problem}`}
        </span>
      </h2>
      {tasks.tasks.length > 0 && (
        <Table className="md:table-fixed">
          <TableHead>
            <TableRow>
              <HeaderCell className="w-44">Id</HeaderCell>
              <HeaderCell>Chunk</HeaderCell>
              <HeaderCell numeric className="w-20">
                Retries
              </HeaderCell>
              <HeaderCell className="w-1/2">Held by</HeaderCell>
            </TableRow>
          </TableHead>
          <tbody>
            {tasks.tasks.map((task) => (
              <TaskLine key={task.id} stream={stream} task={task} />
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

function TaskLine({ stream, task }: { stream: string; task: JobTask }) {
  return (
    <TableRow className="hover:bg-hover">
      <Cell className="font-mono text-12">
        <NameLink href={streamPageHref(stream, {}, task.id)}>{task.id}</NameLink>
      </Cell>
      <Cell className="truncate">{task.chunk_id && <VisibleText text={task.chunk_id} />}</Cell>
      <Cell numeric>{task.retry_count ?? '–'}</Cell>
      <Cell className="truncate">
        {task.pending === null && <span className="text-quiet">could not be read</span>}
        {task.pending?.length === 0 && (
          <span className="text-quiet">nobody: it waits, or was acknowledged</span>
        )}
        {task.pending?.map(({ group, consumer, idle_ms: idleMs, deliveries }) => (
          <span key={group} className="mr-3">
            <TextLink href={groupPendingHref(stream, group, { consumer }, task.id)}>
              <VisibleText text={consumer || '(no name)'} />
            </TextLink>{' '}
            <span className="text-quiet">
              of <VisibleText text={group} />, for {formatDuration(idleMs)}
              {deliveries > 1 && `, delivered ${formatCount(deliveries)} times`}
            </span>
          </span>
        ))}
      </Cell>
    </TableRow>
  );
}
