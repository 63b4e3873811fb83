'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ShortId } from '@/components/ui/short-id';
import { TextLink } from '@/components/ui/text-link';
import { useJob, useJobSummary } from '@/lib/browser/use-jobs';
import { formatDuration } from '@/lib/model/duration';
import type { EntryId } from '@/lib/model/entry-id';
import { jobPageHref } from '@/lib/model/job-page';
import { timelineOf } from '@/lib/model/job-timeline';
import { visibleText } from '@/lib/model/visible-text';
import { JobProgress } from './job-progress';
import { JobStateMark } from './job-state-mark';
import { JobTimeline } from './job-timeline';

/** The job an entry belongs to: how it stands now, and its events where they are asked for. */
export function JobStrip({ jobId, entryId }: { jobId: string; entryId: EntryId }) {
  const { job, isKnown } = useJobSummary(jobId);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section aria-label="Its job" className="rounded-md border bg-sunken px-3 py-2 text-13">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-quiet">Job</span>
        <TextLink href={jobPageHref(jobId)}>
          <ShortId id={visibleText(jobId)} />
        </TextLink>
        {job && <JobStateMark job={job} />}
        {job && <JobProgress job={job} />}
        {job && job.duration_ms !== null && (
          <span className="text-quiet tabular-nums">{formatDuration(job.duration_ms)}</span>
        )}
        {!job && isKnown && <span className="text-quiet">nothing more is known of it</span>}
        {job && job.events > 0 && (
          <Button
            size="sm"
            variant="quiet"
            className="ml-auto"
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? 'Hide its events' : 'Show its events'}
          </Button>
        )}
      </div>
      {isOpen && <StripTimeline jobId={jobId} entryId={entryId} />}
    </section>
  );
}

function StripTimeline({ jobId, entryId }: { jobId: string; entryId: EntryId }) {
  const { answer } = useJob(jobId, {}, null);
  if (!answer) return <p className="py-2 text-12 text-quiet">Reading its events…</p>;
  return (
    <div className="mt-2 max-h-80 overflow-y-auto rounded-md">
      <JobTimeline
        isNarrow
        steps={timelineOf(answer.events.entries)}
        hrefOf={(id) => jobPageHref(jobId, { entry: id })}
        openEntry={entryId}
      />
      {answer.events.next !== null && (
        <p className="py-2 text-12">
          <TextLink href={jobPageHref(jobId, { after: answer.events.next })}>Later events</TextLink>
        </p>
      )}
    </div>
  );
}
