'use client';

import clsx from 'clsx';
import Form from 'next/form';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { FilterInput } from '@/components/ui/field';
import { SubmitSelect } from '@/components/ui/submit-select';
import { formatCount } from '@/lib/model/count';
import { JOB_STATES, type JobState } from '@/lib/model/job';
import {
  JOB_SORTS,
  type JobSort,
  type JobsPage,
  type JobsQuery,
  jobsPageHref,
} from '@/lib/model/jobs-page';
import { JOB_STATE_WORDS } from './job-state-mark';

const SORT_WORDS: Record<JobSort, string> = {
  problems: 'Problems first',
  recent: 'Newest first',
  longest: 'Longest first',
  progress: 'Least done first',
};

interface Props {
  query: JobsQuery;
  page: JobsPage | null;
}

/** Which jobs to show and in what order: links and a plain form, which work before any script. */
export function JobsControls({ query, page }: Props) {
  const { text, sort, states } = query;
  const one = states?.length === 1 ? states[0] : null;
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <nav aria-label="Jobs by state" className="mr-auto flex flex-wrap gap-1">
        <StateLink
          href={jobsPageHref({ text, sort })}
          label="All"
          count={page?.total}
          isHere={states === null}
        />
        {JOB_STATES.map((state) => (
          <StateLink
            key={state}
            href={jobsPageHref({ text, sort, states: [state] })}
            label={JOB_STATE_WORDS[state]}
            state={state}
            count={page?.counts[state]}
            isHere={one === state}
          />
        ))}
      </nav>
      <Form
        key={`${text} ${sort} ${states}`}
        action="/jobs"
        prefetch={false}
        scroll={false}
        aria-label="Which jobs"
        className="flex flex-wrap items-center gap-2"
      >
        {states && <input type="hidden" name="state" value={states.join(',')} />}
        <FilterInput
          name="q"
          type="search"
          label="Text in the id, type or error"
          placeholder="id, type or error"
          defaultValue={text}
          maxLength={256}
          className="sm:w-48!"
        />
        <div className="w-40">
          <SubmitSelect
            name="sort"
            label="Order"
            defaultValue={sort}
            options={JOB_SORTS.map((known) => [known, SORT_WORDS[known]])}
          />
        </div>
        <Button type="submit">Show</Button>
      </Form>
    </div>
  );
}

interface LinkProps {
  href: string;
  label: string;
  state?: JobState;
  count: number | undefined;
  isHere: boolean;
}

function StateLink({ href, label, state, count, isHere }: LinkProps) {
  const isTrouble = state === 'failed' && (count ?? 0) > 0;
  return (
    <Link
      href={href}
      prefetch={false}
      scroll={false}
      aria-current={isHere ? 'true' : undefined}
      className={clsx(
        'inline-flex h-8 items-center gap-1.5 rounded-md px-2.5 text-13',
        isHere ? 'bg-accent-tint font-medium text-accent-ink' : 'text-quiet hover:bg-hover',
      )}
    >
      {label}
      {count !== undefined && (
        <span className={clsx('tabular-nums', isTrouble ? 'font-medium text-bad-ink' : 'text-12')}>
          {formatCount(count)}
        </span>
      )}
    </Link>
  );
}
