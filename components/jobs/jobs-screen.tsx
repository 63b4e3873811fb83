'use client';

import { ChevronLeft, ChevronRight, ListChecks } from 'lucide-react';
import type { ReactNode } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { AddressMistakes } from '@/components/group/address-mistakes';
import type { Problem } from '@/components/group/problem';
import { ReadProblem } from '@/components/group/read-problem';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import { useJobs } from '@/lib/browser/use-jobs';
import { formatCount } from '@/lib/model/count';
import { type JobsPage, type JobsQuery, jobsPageHref } from '@/lib/model/jobs-page';
import { redisCliCommand } from '@/lib/model/redis-command';
import { JobsControls } from './jobs-controls';
import { JobsCoverageLine } from './jobs-coverage-line';
import { JobsTable } from './jobs-table';

/** What the page's own first read gave. */
export interface JobsStart {
  query: JobsQuery;
  /** Wrong parameters of the URL, in words. */
  mistakes: string[];
  page: JobsPage | null;
  problem: Problem | null;
}

/** The recent jobs by state, those in trouble first. */
export function JobsScreen({ start }: { start: JobsStart }) {
  const { query, mistakes } = start;
  const { answer, error } = useJobs(query, start.page);
  const problem = error ? (error.problem ?? { detail: error.message }) : start.problem;
  return (
    <>
      <PageHeader title="Jobs" />
      <AddressMistakes mistakes={mistakes} showing="all jobs" />
      <ReadProblem
        problem={error || !answer ? problem : null}
        before={answer && 'What stands below was'}
        awaited="The jobs are"
      />
      <JobsControls query={query} page={answer} />
      {answer && answer.jobs.length > 0 && <JobsTable page={answer} />}
      {answer && answer.jobs.length === 0 && <NoJobs page={answer} />}
      {answer && answer.matching > 0 && <JobsPager page={answer} query={query} />}
      {answer && <JobsCoverageLine coverage={answer.coverage} />}
    </>
  );
}

function NoJobs({ page }: { page: JobsPage }) {
  if (page.total > 0) {
    return (
      <EmptyState title="No job is as asked for">
        {formatCount(page.total)} jobs are known.{' '}
        <TextLink href={jobsPageHref()}>Show all of them</TextLink>
      </EmptyState>
    );
  }
  const { stream, is_reading } = page.coverage;
  if (is_reading) {
    return (
      <EmptyState title="No job so far">
        Older events of <VisibleText text={stream} /> are being looked at.
      </EmptyState>
    );
  }
  const event = ['type', 'ingestion.started', 'job_id', 'my-job', 'data', '{"chunks_total":3}'];
  return (
    <EmptyState
      icon={<ListChecks aria-hidden />}
      title="No job is known"
      command={redisCliCommand('XADD', stream, '*', ...event)}
    >
      A job appears as soon as an event names it in its field job_id, or a hash job:&lt;id&gt; is
      there. This would make one: <span className="sr-only">the command follows</span>
    </EmptyState>
  );
}

function JobsPager({ page, query }: { page: JobsPage; query: JobsQuery }) {
  const { jobs, matching, next } = page;
  const { offset, limit } = query;
  const href = (to: number) => jobsPageHref({ ...query, offset: to });
  return (
    <nav aria-label="Pages of jobs" className="mt-2 flex flex-wrap items-center gap-2 text-12">
      <span className="mr-auto text-quiet tabular-nums">
        {formatCount(jobs.length === 0 ? 0 : offset + 1)} to {formatCount(offset + jobs.length)} of{' '}
        {formatCount(matching)}, as of <Timestamp at={page.as_of} withZone />
      </span>
      {offset > 0 && (
        <PageLink href={href(Math.max(0, offset - limit))}>
          <ChevronLeft aria-hidden />
          Previous
        </PageLink>
      )}
      {next !== null && (
        <PageLink href={href(next)}>
          Next
          <ChevronRight aria-hidden />
        </PageLink>
      )}
    </nav>
  );
}

function PageLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <ButtonLink href={href} size="sm" prefetch={false}>
      {children}
    </ButtonLink>
  );
}
