import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { type JobQuery, parseJobQuery } from '@/lib/model/job-page';
import { type JobsQuery, parseJobsQuery } from '@/lib/model/jobs-page';
import { parseEntryParam } from '@/lib/model/tail-query';

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** A query with what of it could not be read, in words. */
interface Parsed<T> {
  query: T;
  mistakes: string[];
}

export async function parseJobsSearch(searchParams: SearchParams): Promise<Parsed<JobsQuery>> {
  return orByDefault(parseJobsQuery, await firstOfEach(searchParams));
}

/** `entry`: the one that is open; null for none. */
export async function parseJobSearch(
  searchParams: SearchParams,
): Promise<Parsed<JobQuery> & { entry: EntryId | null }> {
  const params = await firstOfEach(searchParams);
  return { ...orByDefault(parseJobQuery, params), entry: parseEntryParam(params) };
}

/** Of a parameter given twice the first counts. */
async function firstOfEach(searchParams: SearchParams): Promise<URLSearchParams> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) params.set(name, first);
  }
  return params;
}

function orByDefault<T>(parse: (params: URLSearchParams) => T, params: URLSearchParams): Parsed<T> {
  try {
    return { query: parse(params), mistakes: [] };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    const mistakes = (error.details.errors ?? []).map(
      ({ field, message }) => `${field}: ${message}.`,
    );
    return { query: parse(new URLSearchParams()), mistakes };
  }
}
