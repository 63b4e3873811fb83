import clsx from 'clsx';
import { Room } from '@/components/ui/room';
import { formatCount } from '@/lib/model/count';
import type { JobSummary } from '@/lib/model/job';
import { jobShare } from '@/lib/model/jobs-page';

type Progress = Pick<JobSummary, 'chunks_processed' | 'chunks_total'>;

/** How many chunks are done, as a bar and in figures. */
export function JobProgress({ job, className }: { job: Progress; className?: string }) {
  const { chunks_processed: done, chunks_total: total } = job;
  const share = jobShare(job);
  if (done === null && total === null) return <span className="text-faint">–</span>;
  return (
    <span className={clsx('flex items-center gap-2', className)}>
      {share !== null && <ProgressBar share={share} />}
      <span className="whitespace-nowrap tabular-nums">
        {done === null ? '?' : formatCount(done)}
        <span className="text-quiet">
          {' '}
          {total === null ? 'chunks' : `of ${formatCount(total)}`}
          {total !== null && <span className="sr-only"> chunks</span>}
        </span>
      </span>
    </span>
  );
}

/** `share` from 0 to 1. The figures beside it say the same in words. */
function ProgressBar({ share }: { share: number }) {
  return (
    <span aria-hidden className="flex h-1.5 w-20 shrink-0 overflow-hidden rounded-full bg-pressed">
      <Room width={`${Math.round(1000 * share) / 10}%`} className="h-full bg-mark" />
    </span>
  );
}
