import type { Metadata } from 'next';
import { enterPage } from '@/app/enter-page';
import { parseJobSearch } from '@/app/jobs/search-params';
import { EntryWithoutScripts } from '@/components/entry/entry-without-scripts';
import { JobScreen } from '@/components/jobs/job-screen';
import type { SearchParams } from '@/lib/http/page-search';
import { settle } from '@/lib/http/settle';
import { canonicalName } from '@/lib/model/name';
import { nameFromParam } from '@/lib/model/stream-href';
import { visibleText } from '@/lib/model/visible-text';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

interface Props {
  params: Promise<{ job_id: string }>;
  searchParams: SearchParams;
}

async function readJobId(params: Props['params']) {
  return canonicalName(nameFromParam((await params).job_id));
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: visibleText(`${await readJobId(params)} · Jobs`) };
}

export default async function JobPage({ params, searchParams }: Props) {
  await enterPage('/jobs/[job_id]');
  const jobId = await readJobId(params);
  const { query, entry: id } = await parseJobSearch(searchParams);
  const { jobDetails, entries, config } = getRuntime();
  const [job, entry] = await Promise.all([
    settle(jobDetails.read(jobId, query)),
    id === null ? null : settle(entries.readEntry(config.eventStream, id, { whole: false })),
  ]);
  const open = entry?.value ?? null;
  const start = { query, page: job.value, problem: job.problem, entry: open };
  return (
    <>
      {id !== null && <EntryWithoutScripts id={id} entry={open} />}
      <JobScreen jobId={jobId} start={start} />
    </>
  );
}
