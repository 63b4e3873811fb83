import { entryIdTimeMs } from './entry-id';
import {
  JOB_HASH_LIFETIME_MS,
  JOB_SILENT_MS,
  type JobState,
  type JobSummary,
  type KnownJobState,
} from './job';
import { asJobHash, type JobHash, type JobHashReading } from './job-hash';
import type { JobRecord } from './job-record';

export interface JobFacts {
  jobId: string;
  record: JobRecord;
  /** Null where its hash was not looked at yet. */
  reading: JobHashReading | null;
}

/** One job as its hash and its events tell it together, at `nowMs` (epoch milliseconds). */
export function summarizeJob({ jobId, record, reading }: JobFacts, nowMs: number): JobSummary {
  const hash = reading && asJobHash(reading);
  const { state, reason } = judge(record, reading, hash, nowMs);
  const { last, failure, taskError, firstId } = record;
  const startedMs = hash?.startedMs ?? timeOf(record.startedId);
  const createdMs = hash?.createdMs ?? timeOf(record.queuedId);
  const isOver = state === 'completed' || state === 'failed';
  const endedMs = isOver ? (hash?.completedMs ?? endOf(record)) : null;
  const heardMs = latest(
    ...[timeOf(last?.id ?? null), hash?.completedMs, hash?.startedMs, hash?.createdMs],
  );
  const isSilent = state === 'processing' && heardMs !== null && nowMs - heardMs >= JOB_SILENT_MS;
  const fromMs = startedMs ?? createdMs;
  const toMs = isOver ? endedMs : state === 'unknown' ? null : nowMs;
  const error =
    state === 'failed' ? (hash?.error ?? failure?.value) : (hash?.error ?? taskError?.value);
  return {
    job_id: jobId,
    state,
    reason,
    trouble: state === 'failed' ? 'failed' : isSilent ? 'silent' : null,
    job_type: hash?.jobType ?? null,
    chunks_processed: furthest(hash?.chunksProcessed, record.chunksProcessed?.value),
    chunks_total: hash?.chunksTotal ?? record.chunksTotal?.value ?? null,
    created_at: toIso(createdMs),
    started_at: toIso(startedMs),
    ended_at: toIso(endedMs),
    duration_ms: fromMs === null || toMs === null ? null : notBelow0(toMs - fromMs),
    error: state === 'completed' ? null : (error ?? null),
    task_failures: record.taskFailures,
    events: record.events,
    first_event: firstId,
    last_event: last && { id: last.id, type: last.value },
    hash: reading?.state ?? 'unread',
    heard_at: toIso(heardMs),
  };
}

const RANK: Record<KnownJobState, number> = { queued: 0, processing: 1, completed: 2, failed: 2 };

/** The further one of hash and events: either may have been read before the other was written. */
function judge(
  record: JobRecord,
  reading: JobHashReading | null,
  hash: JobHash | null,
  nowMs: number,
): { state: JobState; reason: string } {
  const told = record.state;
  const status = hash?.status ?? null;
  if (status !== null && (told === null || RANK[status] >= RANK[told.value])) {
    return { state: status, reason: `Its hash says ${status}.` };
  }
  if (told === null) return { state: 'unknown', reason: whyUnknown(record, reading) };
  const isOver = RANK[told.value] === RANK.completed;
  const lastMs = timeOf(record.last?.id ?? null) ?? nowMs;
  if (!isOver && reading?.state === 'absent' && nowMs - lastMs >= JOB_HASH_LIFETIME_MS) {
    const reason = `Its events stop at ${told.value}, more than an hour ago, and its hash has expired.`;
    return { state: 'unknown', reason };
  }
  return { state: told.value, reason: `Its last event of that kind says ${told.value}.` };
}

function whyUnknown({ events }: JobRecord, reading: JobHashReading | null): string {
  const said = events === 0 ? 'No event of it was found' : 'Its events do not tell';
  const why = {
    here: 'its hash has no status that is known',
    absent: 'its hash is not there: it expires an hour after it was written',
    wrong_type: 'its key holds something other than a hash',
    denied: 'its hash may not be read by this Redis user',
    unread: 'its hash was not read yet',
  }[reading?.state ?? 'unread'];
  return `${said}, and ${why}.`;
}

/** When it was over by its events. */
function endOf({ state }: JobRecord): number | null {
  const isOver = state?.value === 'completed' || state?.value === 'failed';
  return isOver ? timeOf(state.id) : null;
}

function timeOf(id: string | null): number | null {
  return id === null ? null : entryIdTimeMs(id);
}

function latest(...times: (number | null | undefined)[]): number | null {
  const known = times.filter((time) => typeof time === 'number');
  return known.length === 0 ? null : Math.max(...known);
}

/** Counts only go up: the larger one is the newer. */
function furthest(...counts: (number | null | undefined)[]): number | null {
  return latest(...counts);
}

/** Clocks differ: less than nothing is not known. */
function notBelow0(ms: number): number | null {
  return ms < 0 ? null : ms;
}

function toIso(ms: number | null): string | null {
  if (ms === null) return null;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
