import {
  firstOfEach,
  type ParsedSearch,
  parseOrDefault,
  type SearchParams,
} from '@/lib/http/page-search';
import type { EntryId } from '@/lib/model/entry-id';
import { type JobQuery, parseJobQuery } from '@/lib/model/job-page';
import { type JobsQuery, parseJobsQuery } from '@/lib/model/jobs-page';
import { parseEntryParam } from '@/lib/model/tail-query';

export async function parseJobsSearch(
  searchParams: SearchParams,
): Promise<ParsedSearch<JobsQuery>> {
  return parseOrDefault(parseJobsQuery, await firstOfEach(searchParams));
}

/** `entry`: the one that is open; null for none. */
export async function parseJobSearch(
  searchParams: SearchParams,
): Promise<ParsedSearch<JobQuery> & { entry: EntryId | null }> {
  const params = await firstOfEach(searchParams);
  return { ...parseOrDefault(parseJobQuery, params), entry: parseEntryParam(params) };
}
