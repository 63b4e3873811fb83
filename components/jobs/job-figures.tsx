import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Timestamp } from '@/components/ui/timestamp';
import { countOf } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import type { JobPage } from '@/lib/model/job-page';
import { JobProgress } from './job-progress';

/** How far a job is, since when, and how long it took. */
export function JobFigures({ page }: { page: JobPage }) {
  const { job } = page;
  const goesOn = job.state === 'processing' || job.state === 'queued';
  return (
    <dl className="mb-4 grid grid-cols-2 gap-x-6 gap-y-3 rounded-md border bg-raised px-3 py-3 text-13 md:grid-cols-3 xl:grid-cols-[6fr_4fr_7fr_7fr_7fr_4fr]">
      <Figure name="Progress">
        <JobProgress job={job} />
      </Figure>
      <Figure name={goesOn ? 'Running for' : 'Took'}>
        {job.duration_ms === null ? null : formatDuration(job.duration_ms)}
      </Figure>
      <Figure name="Created" isMoment>
        {job.created_at && <Timestamp show="full" at={job.created_at} />}
      </Figure>
      <Figure name="Started" isMoment>
        {job.started_at && <Timestamp show="full" at={job.started_at} />}
      </Figure>
      <Figure name="Ended" isMoment>
        {job.ended_at ? <Timestamp show="full" at={job.ended_at} /> : goesOn && NOT_YET}
      </Figure>
      <Figure name="Seen of it">{countOf(job.events, 'event')}</Figure>
    </dl>
  );
}

const NOT_YET = <span className="font-normal text-quiet">not yet</span>;

interface FigureProps {
  name: string;
  /** A date needs all of a phone's width. */
  isMoment?: boolean;
  children: ReactNode;
}

function Figure({ name, isMoment = false, children }: FigureProps) {
  return (
    <div className={clsx('min-w-0', isMoment && 'max-sm:col-span-2')}>
      <dt className="text-12 text-quiet">{name}</dt>
      <dd className="mt-0.5 font-medium tabular-nums">
        {children || <span className="font-normal text-faint">not known</span>}
      </dd>
    </div>
  );
}
