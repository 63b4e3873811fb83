import { entryIdTimeMs } from '@/lib/model/entry-id';
import { JOB_HASH_LIFETIME_MS, type JobSummary } from '@/lib/model/job';
import type { JobEvent } from '@/lib/model/job-event';
import type { JobHashReading } from '@/lib/model/job-hash';
import { JobRecord } from '@/lib/model/job-record';
import { summarizeJob } from '@/lib/model/job-summary';

/** Jobs that are kept, those heard of last; a tenth more before the rest is let go. */
const JOBS_MAX = 5_000;
const JOBS_MAX_BEFORE_LETTING_GO = 5_500;
/** A hash whose job may still go on is read again after so long, milliseconds. */
const HASH_STALE_MS = 5_000;
/** One that said how the job ended stays, for as long as it may be read at all. */
const HASH_OVER_STALE_MS = 10 * 60_000;

interface KnownJob {
  record: JobRecord;
  reading: JobHashReading | null;
  readAtMs: number;
  /** Events that were known when its hash was read. */
  eventsAtReading: number;
}

/** The jobs of this process, as events and hashes told of them so far. Asks nobody for anything. */
export class JobIndex {
  readonly #jobs = new Map<string, KnownJob>();
  forgotten = 0;

  get size(): number {
    return this.#jobs.size;
  }

  add(event: JobEvent): void {
    this.#known(event.jobId).record.add(event);
    if (this.#jobs.size > JOBS_MAX_BEFORE_LETTING_GO) this.#letGo();
  }

  /** A job whose hash is there; nothing where it is known already or there is no room. */
  found(jobId: string): void {
    if (!this.#jobs.has(jobId) && this.#jobs.size < JOBS_MAX) this.#known(jobId);
  }

  /** Its events are those of a stream that is no more; hashes stay what they are. */
  reset(): void {
    for (const [jobId, job] of this.#jobs) {
      if (job.reading?.state !== 'here') this.#jobs.delete(jobId);
      else this.#jobs.set(jobId, { ...job, record: new JobRecord(), eventsAtReading: 0 });
    }
    this.forgotten = 0;
  }

  noteHash(jobId: string, reading: JobHashReading, nowMs: number): void {
    const job = this.#jobs.get(jobId);
    if (!job) return;
    // Nothing else told of it than a key, and no hash is to be read there (any more).
    if (reading.state !== 'here' && job.record.events === 0) {
      this.#jobs.delete(jobId);
      return;
    }
    job.reading = reading;
    job.readAtMs = nowMs;
    job.eventsAtReading = job.record.events;
  }

  /** Jobs whose hash should be read next, those first that were never read, at most `max`. */
  hashesDue(nowMs: number, max: number): string[] {
    const due: { jobId: string; readAtMs: number }[] = [];
    for (const [jobId, job] of this.#jobs) {
      if (isDue(job, nowMs)) due.push({ jobId, readAtMs: job.readAtMs });
    }
    due.sort((a, b) => a.readAtMs - b.readAtMs);
    return due.slice(0, max).map(({ jobId }) => jobId);
  }

  summary(jobId: string, nowMs: number): JobSummary | null {
    const job = this.#jobs.get(jobId);
    return job ? summarizeJob({ jobId, ...job }, nowMs) : null;
  }

  /** All of them. A key that turned out to be no job is none. */
  summaries(nowMs: number): JobSummary[] {
    const summaries: JobSummary[] = [];
    for (const [jobId, job] of this.#jobs) {
      if (job.record.events === 0 && job.reading?.state !== 'here') continue;
      summaries.push(summarizeJob({ jobId, ...job }, nowMs));
    }
    return summaries;
  }

  #known(jobId: string): KnownJob {
    let job = this.#jobs.get(jobId);
    if (!job) {
      job = { record: new JobRecord(), reading: null, readAtMs: 0, eventsAtReading: 0 };
      this.#jobs.set(jobId, job);
    }
    return job;
  }

  /** First what is only a key so far: it is found again where there is room. */
  #letGo(): void {
    const heard = new Map<string, number>();
    for (const { job_id, heard_at } of this.summaries(Date.now())) {
      heard.set(job_id, heard_at === null ? 0 : Date.parse(heard_at));
    }
    const heardMs = (jobId: string) => heard.get(jobId) ?? -1;
    const jobIds = [...this.#jobs.keys()].sort((a, b) => heardMs(a) - heardMs(b));
    for (const jobId of jobIds.slice(0, this.#jobs.size - JOBS_MAX)) {
      this.#jobs.delete(jobId);
      if (heard.has(jobId)) this.forgotten++;
    }
  }
}

function isDue({ record, reading, readAtMs, eventsAtReading }: KnownJob, nowMs: number): boolean {
  if (reading === null) return true;
  const isNews = record.events !== eventsAtReading;
  const isOver = record.state?.value === 'completed' || record.state?.value === 'failed';
  const heardMs = record.last === null ? 0 : entryIdTimeMs(record.last.id);
  const isOld = reading.state !== 'here' && nowMs - heardMs >= JOB_HASH_LIFETIME_MS;
  // What has ended does not go on, and a hash that expired does not come back by itself.
  const isSettled = !isNews && (isOver || isOld);
  return nowMs - readAtMs >= (isSettled ? HASH_OVER_STALE_MS : HASH_STALE_MS);
}
