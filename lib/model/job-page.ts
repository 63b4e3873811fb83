import type { WireEntry, WireValue } from './entry';
import { type EntryId, parseEntryId } from './entry-id';
import type { JobHashState, JobSummary } from './job';
import type { JobsCoverage } from './jobs-page';
import { nameInPath } from './name';
import { QueryReader } from './query-reader';
import { withParams } from './tail-query';

export const JOB_EVENTS_DEFAULT = 200;
export const JOB_EVENTS_MAX = 500;

/** Which of a job's events to give, oldest first. */
export interface JobQuery {
  /** Exclusive id to go on after; null from the first. */
  after: EntryId | null;
  limit: number;
}

/** A task of the job that is still in the queue, and who holds it. */
export interface JobTask {
  id: EntryId;
  chunk_id: string | null;
  retry_count: number | null;
  /** Groups to which it was delivered and that have not acknowledged it; null if that could not be read. */
  pending: { group: string; consumer: string; idle_ms: number; deliveries: number }[] | null;
}

/** One job with what there is of it, in JSON. */
export interface JobPage {
  job: JobSummary;
  hash: {
    key: string;
    state: Exclude<JobHashState, 'unread'>;
    /** Fields of the contract that are there; `bytes` alone for a value too long to be read. */
    fields: [name: string, value: WireValue | { bytes: number }][];
    expires_in_ms: number | null;
  };
  events: {
    stream: string;
    entries: WireEntry[];
    /** Events of this page that are known of and no longer in the stream. */
    gone: number;
    /** Ask for `after=<next>` to go on; null at the newest. */
    next: EntryId | null;
  };
  tasks: {
    stream: string;
    /** The first of them, by id. */
    tasks: JobTask[];
    /** As far as is known, at most so many; null while so many were found gone that nobody knows. */
    total: number | null;
    /** The queue is being looked through: there may be more. */
    is_reading: boolean;
    /** Why the queue cannot be looked through, where that failed. */
    problem: string | null;
  };
  coverage: JobsCoverage;
  /** ISO 8601 UTC. */
  as_of: string;
}

/** Reads `?after=&limit=`. Throws `invalid_request`. */
export function parseJobQuery(params: URLSearchParams): JobQuery {
  const reader = new QueryReader(params);
  const after = reader.read('after', parseEntryId, 'an entry id') ?? null;
  const limit = reader.readLimit(JOB_EVENTS_DEFAULT, JOB_EVENTS_MAX);
  reader.check();
  return { after, limit };
}

export function jobPageHref(
  jobId: string,
  { after = null, entry = null }: { after?: EntryId | null; entry?: EntryId | null } = {},
): string {
  const params = new URLSearchParams();
  if (after !== null) params.set('after', after);
  if (entry !== null) params.set('entry', entry);
  return withParams(`/jobs/${nameInPath(jobId)}`, params);
}

export function jobApiHref(jobId: string, { after, limit }: Partial<JobQuery> = {}): string {
  const params = new URLSearchParams();
  if (after) params.set('after', after);
  if (limit !== undefined && limit !== JOB_EVENTS_DEFAULT) params.set('limit', String(limit));
  return withParams(`/api/jobs/${nameInPath(jobId)}`, params);
}
