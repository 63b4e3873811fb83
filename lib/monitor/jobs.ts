import { DashboardError } from '@/lib/model/errors';
import type { JobSummary } from '@/lib/model/job';
import type { JobHashReading } from '@/lib/model/job-hash';
import { JobRecord } from '@/lib/model/job-record';
import { summarizeJob } from '@/lib/model/job-summary';
import {
  type JobsCoverage,
  type JobsPage,
  type JobsQuery,
  pageOfJobs,
} from '@/lib/model/jobs-page';
import type { RedisConnection } from '@/lib/redis/connect';
import { readJobHash } from '@/lib/redis/job-hashes';
import { type EventSource, JobEvents, type PastEvents } from './job-events';
import { JobIndex } from './job-index';
import { JobKeys } from './job-keys';

/** However many ask, hashes and keys are looked at so often, milliseconds, and so many at a time. */
const REFRESH_EVERY_MS = 1_000;
const HASHES_A_REFRESH = 100;
const LIST_SHARED_MS = 500;
const PAGES_SHARED_MAX = 32;
/** Who asks first waits so long for the past to be read: mostly that is enough for all of it. */
const FIRST_ANSWER_MS = 800;

export interface JobsOptions {
  redis: RedisConnection;
  /** The stream whose events tell of jobs, and what is read of it anyway. */
  stream: string;
  source: EventSource;
  past: PastEvents;
  stopping: AbortSignal;
  nowMs?: () => number;
}

/** All jobs at one moment, and the pages of it that were asked for. */
interface SharedList {
  atMs: number;
  all: JobSummary[];
  pages: Map<string, JobsPage>;
}

/**
 * The recent jobs, read only: from the events this process reads anyway, and, while somebody asks,
 * from the past of the stream and the hashes of jobs, a bounded number a second for all who ask.
 */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #nowMs: () => number;
  readonly #index = new JobIndex();
  readonly events: JobEvents;
  readonly #keys: JobKeys;
  #refreshing: Promise<void> | null = null;
  #refreshedAtMs = Number.NEGATIVE_INFINITY;
  /** Why keys or hashes could not be looked at the last time. */
  #hashProblem: string | null = null;
  #summaries: SharedList | null = null;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    const { source, past, stopping, redis } = options;
    this.events = new JobEvents(source, past, this.#index, stopping);
    this.#keys = new JobKeys(redis, (jobId) => this.#index.found(jobId));
  }

  /** A page of them. Throws the codes of a Redis in trouble where nothing is known yet. */
  async page(query: JobsQuery): Promise<JobsPage> {
    await this.catchUp();
    const nowMs = this.#nowMs();
    if (query.jobId !== null) {
      const job = this.summaryOf(query.jobId, await this.readHash(query.jobId));
      return this.#pageOf(job === null ? [] : [job], query, nowMs);
    }
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
    // One list and its pages serve all who ask within half a second.
    if (!this.#summaries || nowMs - this.#summaries.atMs >= LIST_SHARED_MS) {
      this.#summaries = { atMs: nowMs, all: this.#index.summaries(nowMs), pages: new Map() };
    }
    const { all, pages, atMs } = this.#summaries;
    const asked = JSON.stringify(query);
    const page = pages.get(asked) ?? this.#pageOf(all, query, atMs);
    if (pages.size < PAGES_SHARED_MAX) pages.set(asked, page);
    return page;
  }

  #pageOf(all: readonly JobSummary[], query: JobsQuery, atMs: number): JobsPage {
    const asOf = new Date(atMs).toISOString();
    return { ...pageOfJobs(all, query), coverage: this.coverage, as_of: asOf };
  }

  get coverage(): JobsCoverage {
    const events = this.events.coverage;
    return {
      stream: this.#options.stream,
      ...events,
      problem: events.problem ?? this.#hashProblem,
      hashes: this.#keys.state,
      forgotten: this.#index.forgotten,
    };
  }

  /** One job after its hash was read; null where neither that nor an event tells of it. */
  summaryOf(jobId: string, reading: JobHashReading): JobSummary | null {
    const known = this.#index.summary(jobId, this.#nowMs());
    if (known !== null && (known.events > 0 || known.hash === 'here')) return known;
    if (reading.state !== 'here') return null;
    return summarizeJob({ jobId, record: new JobRecord(), reading }, this.#nowMs());
  }

  /** Takes the events that came, and waits a moment for those of the past. */
  async catchUp(): Promise<void> {
    await this.events.catchUp();
    await soonerOf(this.events.pastRead(), FIRST_ANSWER_MS);
  }

  /** Looks at the hashes that are due, once for all who ask meanwhile. */
  async #refresh(): Promise<void> {
    const nowMs = this.#nowMs();
    if (nowMs - this.#refreshedAtMs < REFRESH_EVERY_MS) return;
    this.#refreshedAtMs = nowMs;
    try {
      await this.#keys.step(nowMs);
      const due = this.#index.hashesDue(nowMs, HASHES_A_REFRESH);
      await Promise.all(due.map((jobId) => this.readHash(jobId)));
      this.#hashProblem = null;
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      this.#hashProblem = error.message;
      // What is known is shown; only who would be shown nothing is told the trouble instead.
      if (this.#index.size === 0) throw error;
    } finally {
      this.#summaries = null;
    }
  }

  async readHash(jobId: string): Promise<JobHashReading> {
    const reading = await readJobHash(this.#options.redis, jobId);
    if (reading.state === 'here') this.#index.found(jobId);
    this.#index.noteHash(jobId, reading, this.#nowMs());
    return reading;
  }
}

/** Waits for the promise, but no longer than so. */
async function soonerOf(done: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}
