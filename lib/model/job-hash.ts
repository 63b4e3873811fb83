import { parseTime } from './entries-page';
import { decodeUtf8 } from './entry';
import type { JobHashState, KnownJobState } from './job';
import { asCount, asErrorText } from './job-event';
import { previewText } from './value-preview';

/** The fields of a job's hash, in the order of the contract. */
export const JOB_HASH_FIELDS = [
  ...(['job_id', 'job_type', 'status', 'chunks_total', 'chunks_processed'] as const),
  ...(['created_at', 'started_at', 'completed_at', 'error_message', 'metadata'] as const),
];
export type JobHashField = (typeof JOB_HASH_FIELDS)[number];

const JOB_TYPE_CHARS_MAX = 100;
const STATES: readonly KnownJobState[] = ['queued', 'processing', 'completed', 'failed'];

/** A field of a hash: its bytes, its size where it is too long to be read, null where it is not there. */
export type JobHashValue = Uint8Array | { bytes: number } | null;

/** What was found under a job's key. */
export interface JobHashReading {
  state: Exclude<JobHashState, 'unread'>;
  /** In the order of `JOB_HASH_FIELDS`; empty where there is no hash. */
  values: readonly JobHashValue[];
  /** Milliseconds until it expires; null where it never does or is not there. */
  expiresInMs: number | null;
}

/** The same, understood as far as it can be: anybody may have written it. */
export interface JobHash {
  status: KnownJobState | null;
  jobType: string | null;
  chunksProcessed: number | null;
  chunksTotal: number | null;
  /** Epoch milliseconds. */
  createdMs: number | null;
  startedMs: number | null;
  completedMs: number | null;
  error: string | null;
}

/** Null where there is no hash to be read. Total. */
export function asJobHash({ state, values }: JobHashReading): JobHash | null {
  if (state !== 'here') return null;
  const text = (field: JobHashField) => {
    const value = values[JOB_HASH_FIELDS.indexOf(field)];
    return value instanceof Uint8Array ? decodeUtf8(value) : null;
  };
  const time = (field: JobHashField) => {
    const written = text(field);
    return written === null ? null : parseTime(written);
  };
  const jobType = text('job_type');
  return {
    status: STATES.find((known) => known === text('status')) ?? null,
    jobType: jobType ? previewText(jobType, JOB_TYPE_CHARS_MAX) : null,
    chunksProcessed: asCount(text('chunks_processed')),
    chunksTotal: asCount(text('chunks_total')),
    createdMs: time('created_at'),
    startedMs: time('started_at'),
    completedMs: time('completed_at'),
    error: asErrorText(text('error_message')),
  };
}
