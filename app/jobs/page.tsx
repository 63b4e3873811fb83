import type { Metadata } from 'next';
import { enterPage } from '@/app/enter-page';
import { JobsScreen } from '@/components/jobs/jobs-screen';
import type { SearchParams } from '@/lib/http/page-search';
import { DashboardError } from '@/lib/model/errors';
import type { JobsQuery } from '@/lib/model/jobs-page';
import { getRuntime } from '@/lib/runtime';
import { parseJobsSearch } from './search-params';

export const dynamic = 'force-dynamic';
export const metadata: Metadata = { title: 'Jobs' };

export default async function JobsPage({ searchParams }: { searchParams: SearchParams }) {
  await enterPage('/jobs');
  const { query, mistakes } = await parseJobsSearch(searchParams);
  return <JobsScreen start={{ query, mistakes, ...(await readPage(query)) }} />;
}

/** Redis trouble is a state of the page, not its end. */
async function readPage(query: JobsQuery) {
  try {
    return { page: await getRuntime().jobs.page(query), problem: null };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    return { page: null, problem: { code: error.code, detail: error.message } };
  }
}
