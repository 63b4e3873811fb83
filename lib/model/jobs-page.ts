import type { EntryId } from './entry-id';
import { JOB_STATES, type JobState, type JobSummary } from './job';
import { canonicalName } from './name';
import { QueryReader } from './query-reader';
import { withParams } from './tail-query';

export const JOBS_PAGE_DEFAULT = 50;
export const JOBS_PAGE_MAX = 500;
const TEXT_CHARS_MAX = 256;

export const JOB_SORTS = ['problems', 'recent', 'longest', 'progress'] as const;
export type JobSort = (typeof JOB_SORTS)[number];

/** Which jobs to show. */
export interface JobsQuery {
  /** Null for all. */
  states: readonly JobState[] | null;
  /** Stands in the id, the type or the error; empty for all. */
  text: string;
  /** This one alone; null for all. */
  jobId: string | null;
  sort: JobSort;
  offset: number;
  limit: number;
}

/** What was looked at to find the jobs. */
export interface JobsCoverage {
  stream: string;
  /** Events from this one on were looked at; null where there is none. */
  from: EntryId | null;
  /** True where no older event is left in the stream. */
  reaches_first: boolean;
  /** Older events are being looked at now. */
  is_reading: boolean;
  /** Why they are not, where that failed. */
  problem: string | null;
  /** Events looked at. */
  looked_at: number;
  /** Whether keys `job:*` were looked through: `yes`, `no` while that goes on, `denied`. */
  hashes: 'yes' | 'no' | 'denied';
  /** Jobs that were let go because there are more than are kept. */
  forgotten: number;
}

export interface JobsPage {
  jobs: JobSummary[];
  /** Jobs known by state, whatever is asked for. */
  counts: Record<JobState, number>;
  total: number;
  matching: number;
  /** Ask for `offset=<next>` to go on; null at the end. */
  next: number | null;
  coverage: JobsCoverage;
  /** ISO 8601 UTC. */
  as_of: string;
}

/** Reads `?state=&q=&job_id=&sort=&offset=&limit=`. Throws `invalid_request` naming every wrong one. */
export function parseJobsQuery(params: URLSearchParams): JobsQuery {
  const reader = new QueryReader(params);
  const states = reader.read('state', parseStates, `some of ${JOB_STATES.join(', ')}`) ?? null;
  const sort = reader.read('sort', parseSort, JOB_SORTS.join(', ')) ?? 'problems';
  const offset = reader.read('offset', parseWhole, 'a whole number') ?? 0;
  const limit = reader.readLimit(JOBS_PAGE_DEFAULT, JOBS_PAGE_MAX);
  reader.check();
  const text = (params.get('q') ?? '').slice(0, TEXT_CHARS_MAX);
  const jobId = params.get('job_id') || null;
  return { states, text, jobId: jobId && canonicalName(jobId), sort, offset, limit };
}

/** The parameters that `parseJobsQuery` reads back; what is as by default is left out. */
export function jobsParams(query: Partial<JobsQuery>): URLSearchParams {
  const { states, text, jobId, sort, offset, limit } = query;
  const params = new URLSearchParams();
  if (states) params.set('state', states.join(','));
  if (text) params.set('q', text);
  if (jobId) params.set('job_id', jobId);
  if (sort && sort !== 'problems') params.set('sort', sort);
  if (offset) params.set('offset', String(offset));
  if (limit && limit !== JOBS_PAGE_DEFAULT) params.set('limit', String(limit));
  return params;
}

export function jobsPageHref(query: Partial<JobsQuery> = {}): string {
  return withParams('/jobs', jobsParams(query));
}

export function jobsApiHref(query: Partial<JobsQuery>): string {
  return withParams('/api/jobs', jobsParams(query));
}

/** The jobs of a page out of all of them, and how many there are of each state. */
export function pageOfJobs(
  all: readonly JobSummary[],
  { states, text, jobId, sort, offset, limit }: JobsQuery,
): Pick<JobsPage, 'jobs' | 'counts' | 'total' | 'matching' | 'next'> {
  const counts = { failed: 0, unknown: 0, processing: 0, queued: 0, completed: 0 };
  for (const { state } of all) counts[state]++;
  const wanted = text.trim().toLowerCase();
  const has = (value: string | null) => value?.toLowerCase().includes(wanted) ?? false;
  const matching = all.filter(
    (job) =>
      (jobId === null || job.job_id === jobId) &&
      (states === null || states.includes(job.state)) &&
      (wanted === '' || has(job.job_id) || has(job.job_type) || has(job.error)),
  );
  const key = SORT_KEYS[sort];
  const keyed = matching.map((job) => ({ job, key: key(job), heard: heardMs(job) }));
  keyed.sort((a, b) => a.key - b.key || b.heard - a.heard || compareText(a.job, b.job));
  const end = offset + limit;
  return {
    jobs: keyed.slice(offset, end).map(({ job }) => job),
    counts,
    total: all.length,
    matching: matching.length,
    next: end < matching.length ? end : null,
  };
}

/** Lowest first; equal ones by when they were last heard of, newest first. */
const SORT_KEYS: Record<JobSort, (job: JobSummary) => number> = {
  problems: (job) =>
    job.trouble === 'failed' ? 0 : job.trouble === 'silent' ? 1 : 2 + JOB_STATES.indexOf(job.state),
  recent: () => 0,
  longest: (job) => -(job.duration_ms ?? -1),
  progress: (job) => jobShare(job) ?? 2,
};

/** How much of it is done, 0 to 1; null where that is not known. */
export function jobShare({
  chunks_processed: done,
  chunks_total: total,
}: Pick<JobSummary, 'chunks_processed' | 'chunks_total'>): number | null {
  if (done === null || total === null || total === 0) return null;
  return Math.min(1, done / total);
}

function heardMs({ heard_at: at }: JobSummary): number {
  return at === null ? 0 : Date.parse(at);
}

function compareText(a: JobSummary, b: JobSummary): number {
  return a.job_id < b.job_id ? -1 : a.job_id > b.job_id ? 1 : 0;
}

function parseStates(text: string): JobState[] | null {
  const given = text.split(',');
  const states = JOB_STATES.filter((state) => given.includes(state));
  return states.length === new Set(given).size ? states : null;
}

function parseSort(text: string): JobSort | null {
  return JOB_SORTS.find((sort) => sort === text) ?? null;
}

function parseWhole(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
