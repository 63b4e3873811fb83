'use client';

import { useSearchParams } from 'next/navigation';
import { EntryDrawer } from '@/components/entry/entry-drawer';
import { VisibleText } from '@/components/entry/visible-text';
import type { Problem } from '@/components/group/problem';
import { ReadProblem } from '@/components/group/read-problem';
import { ButtonLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { TextLink } from '@/components/ui/text-link';
import { pushPageUrl, replacePageUrl } from '@/lib/browser/page-url';
import { useJob } from '@/lib/browser/use-jobs';
import { countOf } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import type { WireEntry } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { plainClauses } from '@/lib/model/feed-filter';
import { printFilter } from '@/lib/model/filter-print';
import { jobKeyName } from '@/lib/model/job-key';
import { type JobPage, type JobQuery, jobPageHref } from '@/lib/model/job-page';
import { beginsWithQueued, type TimelineStep, timelineOf } from '@/lib/model/job-timeline';
import { neighboursIn } from '@/lib/model/list-walk';
import { redisCliNames } from '@/lib/model/redis-command';
import { searchPageHref } from '@/lib/model/stream-href';
import { parseEntryParam } from '@/lib/model/tail-query';
import { visibleText } from '@/lib/model/visible-text';
import { JobCurve } from './job-curve';
import { JobFigures } from './job-figures';
import { JobHashView } from './job-hash-view';
import { JobStateMark } from './job-state-mark';
import { JobTasksTable } from './job-tasks-table';
import { JobTimeline } from './job-timeline';

/** What the page's own first read gave. */
export interface JobStart {
  query: JobQuery;
  page: JobPage | null;
  problem: Problem | null;
  /** The entry the URL opens, where it could be read. */
  entry: WireEntry | null;
}

interface Props {
  jobId: string;
  start: JobStart;
}

/** One job: how it stands, its events from first to last, and what of it still waits. */
export function JobScreen({ jobId, start }: Props) {
  const { query } = start;
  const { answer, error } = useJob(jobId, query, start.page);
  const problem = error ? (error.problem ?? { detail: error.message }) : start.problem;
  const isUnknown = problem && 'code' in problem && problem.code === 'job_not_found';
  return (
    <>
      <PageHeader
        title={<VisibleText text={jobId} />}
        parents={[{ label: 'Jobs', href: '/jobs' }]}
        aside={
          <>
            {answer && <JobStateMark job={answer.job} />}
            <CopyButton text={jobId} label="Copy the id" />
          </>
        }
      >
        {answer && (
          <>
            {answer.job.reason} {hashWords(answer.hash)}{' '}
            {answer.job.job_type && `A job of type ${visibleText(answer.job.job_type)}.`}
          </>
        )}
      </PageHeader>
      {!isUnknown && (
        <ReadProblem
          problem={error || !answer ? problem : null}
          before={answer && 'What stands below was'}
          awaited="The job is"
        />
      )}
      {isUnknown && !answer && <UnknownJob jobId={jobId} detail={problem.detail} />}
      {answer && <JobBody jobId={jobId} page={answer} query={query} entry={start.entry} />}
    </>
  );
}

function hashWords({ state, expires_in_ms: leftMs }: JobPage['hash']): string {
  if (state === 'here') {
    return leftMs === null ? 'The hash stays.' : `The hash expires in ${formatDuration(leftMs)}.`;
  }
  if (state === 'wrong_type') return 'Its key holds something other than a hash.';
  return state === 'denied'
    ? 'Its hash may not be read by this Redis user.'
    : 'It has no hash (any more).';
}

function UnknownJob({ jobId, detail }: { jobId: string; detail: string }) {
  return (
    <EmptyState title="No such job" command={redisCliNames('HGETALL', jobKeyName(jobId))}>
      {detail} Its hash expires an hour after it was written, and events are trimmed. This asks for
      the hash:
    </EmptyState>
  );
}

interface BodyProps {
  jobId: string;
  page: JobPage;
  query: JobQuery;
  entry: WireEntry | null;
}

function JobBody({ jobId, page, query, entry }: BodyProps) {
  const openEntry = parseEntryParam(useSearchParams());
  const { events, job } = page;
  const { after } = query;
  const steps = timelineOf(events.entries);
  const goesOn = events.next === null && (job.state === 'processing' || job.state === 'queued');
  const hrefOf = (id: EntryId | null) => jobPageHref(jobId, { after, entry: id });
  const show = (id: EntryId | null) => pushPageUrl(hrefOf(id));
  return (
    <>
      {job.error !== null && (
        <Notice
          tone={job.state === 'failed' ? 'bad' : 'warn'}
          title={<VisibleText text={job.error} keep="lines" />}
          className="mb-4"
        />
      )}
      {job.trouble === 'silent' && (
        <Notice
          tone="warn"
          title="Nothing was heard of it for more than five minutes."
          className="mb-4"
        >
          Its worker may hang or be gone: who holds its tasks stands below.
        </Notice>
      )}
      <JobFigures page={page} />
      <section aria-labelledby="timeline">
        <h2 id="timeline" className="mb-2 text-14 font-semibold">
          Timeline
        </h2>
        <TimelineGap page={page} query={query} steps={steps} />
        <JobCurve steps={steps} untilMs={goesOn ? Date.parse(page.as_of) : null} />
        {steps.length > 0 && (
          <JobTimeline steps={steps} hrefOf={hrefOf} openEntry={openEntry} onOpen={show} />
        )}
        <TimelinePager jobId={jobId} page={page} query={query} />
      </section>
      <JobTasksTable tasks={page.tasks} />
      <JobHashView hash={page.hash} />
      <EntryDrawer
        stream={events.stream}
        id={openEntry}
        first={entry}
        list={{
          around: (id) =>
            neighboursIn(
              steps.map((step) => step.id),
              id,
            ),
          show: (id) => replacePageUrl(hrefOf(id)),
          grows: events.next === null,
        }}
        onClose={() => show(null)}
      />
    </>
  );
}

interface GapProps {
  page: JobPage;
  query: JobQuery;
  steps: readonly TimelineStep[];
}

/** What of its events is missing at the beginning, and why. */
function TimelineGap({ page, query, steps }: GapProps) {
  const { events, coverage, job } = page;
  const [first] = steps;
  const said: string[] = [];
  if (events.gone > 0) {
    said.push(`${countOf(events.gone, 'event')} of it were trimmed or deleted since.`);
  }
  if (query.after === null && events.gone === 0 && first && !beginsWithQueued(steps)) {
    said.push(`Events before ${first.id} were trimmed, or never written.`);
  }
  if (job.events === 0) said.push('No event of it was found.');
  if (!coverage.reaches_first) {
    const what = coverage.is_reading ? 'are being looked at' : 'were not looked at';
    said.push(`Events before ${coverage.from ?? 'now'} ${what}.`);
  }
  if (said.length === 0) return null;
  const filter = printFilter(plainClauses(new URLSearchParams({ job_id: job.job_id })));
  const search = searchPageHref(events.stream, filter);
  return (
    <p className="mb-2 text-12 text-quiet">
      {said.join(' ')} {!coverage.reaches_first && <TextLink href={search}>Search back</TextLink>}
    </p>
  );
}

function TimelinePager({ jobId, page, query }: Omit<BodyProps, 'entry'>) {
  const { next } = page.events;
  if (next === null && query.after === null) return null;
  return (
    <nav aria-label="Pages of events" className="mt-2 flex gap-2">
      {query.after !== null && (
        <ButtonLink href={jobPageHref(jobId)} size="sm" prefetch={false}>
          First events
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink href={jobPageHref(jobId, { after: next })} size="sm" prefetch={false}>
          Later events
        </ButtonLink>
      )}
    </nav>
  );
}
