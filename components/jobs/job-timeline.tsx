import clsx from 'clsx';
import { EntrySummary } from '@/components/entry/entry-summary';
import { EntryType } from '@/components/entry/entry-type';
import { Timestamp } from '@/components/ui/timestamp';
import { underBasePath } from '@/lib/model/base-path';
import { formatDuration } from '@/lib/model/duration';
import { type EntryId, entryIdTimestamp } from '@/lib/model/entry-id';
import type { TimelineStep } from '@/lib/model/job-timeline';
import { JobProgress } from './job-progress';

interface Props {
  steps: readonly TimelineStep[];
  hrefOf: (id: EntryId) => string;
  openEntry: EntryId | null;
  /** Absent where the link itself leads there. */
  onOpen?: (id: EntryId) => void;
  /** Narrow, for a drawer. */
  isNarrow?: boolean;
}

/** The events of a job from first to last, each with how long it took to come. */
export function JobTimeline({ steps, hrefOf, openEntry, onOpen, isNarrow = false }: Props) {
  return (
    <ol aria-label="Events of the job, oldest first" className="rounded-md border bg-raised">
      {steps.map((step) => (
        <li
          key={step.id}
          aria-current={step.id === openEntry || undefined}
          className={clsx(
            'relative flex min-h-8 flex-wrap items-center gap-x-3 gap-y-0.5 border-t px-3 py-1 text-13 first:border-t-0',
            step.id === openEntry ? 'bg-accent-tint' : 'hover:bg-hover',
          )}
        >
          <a
            href={underBasePath(hrefOf(step.id))}
            className="w-22 font-mono text-12 after:absolute after:inset-0 hover:text-accent-ink"
            onClick={(event) => {
              if (!onOpen || event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              onOpen(step.id);
            }}
          >
            <StepTime id={step.id} />
          </a>
          <span className="w-16 text-right text-12 text-quiet tabular-nums">
            {step.sinceMs !== null && `+${formatDuration(step.sinceMs)}`}
          </span>
          {step.row.type !== null && <EntryType type={step.row.type} className="min-w-0" />}
          {step.chunksProcessed !== null && (
            <JobProgress
              job={{ chunks_processed: step.chunksProcessed, chunks_total: step.chunksTotal }}
              className="ml-auto w-40"
            />
          )}
          {!isNarrow && (
            <span
              className={clsx(
                'min-w-0 truncate text-12 max-md:basis-full',
                step.chunksProcessed === null ? 'flex-1' : 'md:w-96',
              )}
            >
              <EntrySummary row={step.row} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

/** The day is said by the page; an id of no time is shown as it is. */
function StepTime({ id }: { id: EntryId }) {
  const at = entryIdTimestamp(id);
  return at === null ? id : <Timestamp at={at} show="time-ms" />;
}
