import type { EntryId } from './entry-id';

/** `unknown`: neither the job's hash nor its events tell. */
export const JOB_STATES = ['failed', 'unknown', 'processing', 'queued', 'completed'] as const;
export type JobState = (typeof JOB_STATES)[number];
/** What a hash or an event can say. */
export type KnownJobState = Exclude<JobState, 'unknown'>;

/** A job that is being worked on and was not heard of for so long needs a look, milliseconds. */
export const JOB_SILENT_MS = 5 * 60_000;
/** A job's hash expires so long after it was written last, by the contract. */
export const JOB_HASH_LIFETIME_MS = 60 * 60_000;

/** Why somebody should look: it failed, or is worked on and nothing was heard of it. */
export type JobTrouble = 'failed' | 'silent';

/** How its hash was found: `unread` not looked at yet, `denied` where the user may not read it. */
export type JobHashState = 'here' | 'absent' | 'wrong_type' | 'denied' | 'unread';

/** One job as its hash and its events tell it, in JSON. Times are ISO 8601 UTC. */
export interface JobSummary {
  job_id: string;
  state: JobState;
  /** How the state is known, one sentence. */
  reason: string;
  trouble: JobTrouble | null;
  job_type: string | null;
  chunks_processed: number | null;
  chunks_total: number | null;
  created_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  /** From its start (or creation) to its end, or up to now. */
  duration_ms: number | null;
  /** What went wrong, cut to a few lines. */
  error: string | null;
  /** Failures of single tasks that events told of. */
  task_failures: number;
  /** Its events that were seen. */
  events: number;
  first_event: EntryId | null;
  last_event: { id: EntryId; type: string } | null;
  hash: JobHashState;
  /** When it was last heard of. */
  heard_at: string | null;
}
