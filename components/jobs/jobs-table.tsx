import clsx from 'clsx';
import { VisibleText } from '@/components/entry/visible-text';
import { ListRow, ListTable } from '@/components/ui/list-table';
import { ShortId } from '@/components/ui/short-id';
import { Cell, HeaderCell } from '@/components/ui/table';
import { NameLink } from '@/components/ui/text-link';
import { formatDuration } from '@/lib/model/duration';
import type { JobSummary } from '@/lib/model/job';
import { jobPageHref } from '@/lib/model/job-page';
import type { JobsPage } from '@/lib/model/jobs-page';
import { visibleText } from '@/lib/model/visible-text';
import { JobProgress } from './job-progress';
import { JobStateMark } from './job-state-mark';

/** Jobs, a row each; on a phone a row has three lines. */
export function JobsTable({ page }: { page: JobsPage }) {
  const asOfMs = Date.parse(page.as_of);
  return (
    <ListTable
      head={
        <>
          <HeaderCell className="w-32">State</HeaderCell>
          <HeaderCell className="w-52">Job</HeaderCell>
          <HeaderCell className="w-52">Progress</HeaderCell>
          <HeaderCell numeric className="w-24">
            Duration
          </HeaderCell>
          <HeaderCell numeric className="w-28">
            Heard of
          </HeaderCell>
          <HeaderCell className="w-auto">What happened</HeaderCell>
        </>
      }
    >
      {page.jobs.map((job) => (
        <JobLine key={job.job_id} job={job} asOfMs={asOfMs} />
      ))}
    </ListTable>
  );
}

/** The id is the link; the row around it leads there as well. */
function JobLine({ job, asOfMs }: { job: JobSummary; asOfMs: number }) {
  const hasProgress = job.chunks_processed !== null || job.chunks_total !== null;
  return (
    <ListRow>
      <Cell className="max-md:p-0">
        <JobStateMark job={job} />
      </Cell>
      <Cell className="truncate max-md:grow max-md:basis-3/5 max-md:p-0 max-md:text-right">
        <NameLink href={jobPageHref(job.job_id)} className="after:absolute after:inset-0">
          <ShortId id={visibleText(job.job_id)} />
        </NameLink>
      </Cell>
      <Cell className={clsx('max-md:order-1 max-md:p-0', !hasProgress && 'max-md:hidden')}>
        <JobProgress job={job} />
      </Cell>
      <Cell
        numeric
        className={clsx(
          'max-md:order-1 max-md:ml-auto max-md:p-0',
          job.duration_ms === null && 'max-md:hidden',
        )}
      >
        {job.duration_ms === null ? (
          <span className="text-faint">–</span>
        ) : (
          formatDuration(job.duration_ms)
        )}
      </Cell>
      <Cell numeric className="text-quiet max-md:order-1 max-md:p-0">
        {job.heard_at === null ? (
          <span className="text-faint">–</span>
        ) : (
          <time dateTime={job.heard_at} title={job.heard_at}>
            {formatDuration(Math.max(0, asOfMs - Date.parse(job.heard_at)))} ago
          </time>
        )}
      </Cell>
      <Cell className="truncate max-md:order-2 max-md:basis-full max-md:p-0">
        <JobNews job={job} asOfMs={asOfMs} />
      </Cell>
    </ListRow>
  );
}

/** What went wrong, else what was told last. */
function JobNews({ job, asOfMs }: { job: JobSummary; asOfMs: number }) {
  if (job.trouble === 'silent' && job.heard_at !== null) {
    const silentMs = asOfMs - Date.parse(job.heard_at);
    return (
      <span className="text-warn-ink">Nothing was heard of it for {formatDuration(silentMs)}</span>
    );
  }
  if (job.error !== null) {
    return (
      <span className={job.state === 'failed' ? 'text-bad-ink' : 'text-warn-ink'} title={job.error}>
        <VisibleText text={job.error} keep="spaces" />
      </span>
    );
  }
  if (job.state === 'unknown') return <span className="text-quiet">{job.reason}</span>;
  return (
    <span className="text-quiet">
      {job.last_event ? <VisibleText text={job.last_event.type} /> : job.reason}
    </span>
  );
}
