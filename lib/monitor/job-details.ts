import { PAGE_VALUE_BYTES_MAX } from '@/lib/model/entries-page';
import { toWireEntry, toWireValue } from '@/lib/model/entry';
import { compareEntryIds, type EntryId, previousEntryId } from '@/lib/model/entry-id';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { JOB_HASH_FIELDS, type JobHashReading } from '@/lib/model/job-hash';
import { jobKeyName } from '@/lib/model/job-key';
import type { JobPage, JobQuery, JobTask } from '@/lib/model/job-page';
import { canonicalName } from '@/lib/model/name';
import type { RedisConnection } from '@/lib/redis/connect';
import { readEntriesById } from '@/lib/redis/entries-by-id';
import { readPending } from '@/lib/redis/group-reads';
import type { JobTasks, TaskPlace } from './job-tasks';
import type { Jobs } from './jobs';

/** Tasks of a job that are given, each asked for in every group of the queue. */
const TASKS_SHOWN_MAX = 20;
const GROUPS_ASKED_MAX = 8;
/** Remembered tasks looked for in the queue at one asking: most may be gone. */
const TASKS_CHECKED_MAX = 500;
/** Who asks first waits so long for the queue to be looked through, milliseconds. */
const TASKS_WAIT_MS = 500;

export interface JobDetailsOptions {
  redis: RedisConnection;
  jobs: Jobs;
  tasks: JobTasks;
  taskStream: string;
  /** The queue's groups by the newest sample. */
  groupsOf: (stream: string) => string[];
}

/** One job with all that is known of it; what is read is bounded however long the job is. */
export class JobDetails {
  constructor(private readonly options: JobDetailsOptions) {}

  /** Throws `job_not_found` and the codes of a Redis in trouble. */
  async read(requested: string, query: JobQuery): Promise<JobPage> {
    const { jobs, tasks } = this.options;
    const jobId = canonicalName(requested);
    await jobs.catchUp();
    const reading = await jobs.readHash(jobId);
    const job = jobs.summaryOf(jobId, reading);
    if (job === null) throw notFound(jobId, jobs);
    tasks.catchUp();
    const [events] = await Promise.all([this.#events(jobId, query), this.#tasksRead()]);
    return {
      job,
      hash: hashOf(jobId, reading),
      events,
      tasks: await this.#tasks(jobId),
      coverage: jobs.coverage,
      as_of: new Date().toISOString(),
    };
  }

  async #events(jobId: string, { after, limit }: JobQuery): Promise<JobPage['events']> {
    const { jobs, redis } = this.options;
    const { stream } = jobs.coverage;
    const all = jobs.events.idsOf(jobId);
    const ids = after === null ? all : all.filter((id) => compareEntryIds(id, after) > 0);
    const asked = ids.slice(0, limit);
    const found = await readEntriesById(redis, stream, asked);
    const lastId = asked[found.length - 1] ?? null;
    return {
      stream,
      entries: found.flatMap((event) =>
        event === null ? [] : [toWireEntry(event.entry, PAGE_VALUE_BYTES_MAX)],
      ),
      gone: found.filter((event) => event === null).length,
      next: found.length < ids.length ? lastId : null,
    };
  }

  async #tasksRead(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, TASKS_WAIT_MS);
    });
    await Promise.race([this.options.tasks.read(), late]);
    clearTimeout(timer);
  }

  async #tasks(jobId: string): Promise<JobPage['tasks']> {
    const { tasks, taskStream, groupsOf } = this.options;
    const places = tasks.of(jobId);
    const { shown, gone } = await this.#stillQueued(places);
    tasks.forget(gone);
    const groups = groupsOf(taskStream).slice(0, GROUPS_ASKED_MAX);
    const left = places.length - gone.size;
    // What follows those shown is counted as remembered; with fewer shown nobody knows what follows.
    const isKnown = shown.length >= Math.min(left, TASKS_SHOWN_MAX);
    return {
      stream: taskStream,
      tasks: await Promise.all(shown.map((place) => this.#task(place, groups))),
      total: isKnown ? left : null,
      is_reading: tasks.isReading || !isKnown,
      problem: tasks.problem,
    };
  }

  /** The first that the queue still holds, and those found gone on the way to them. */
  async #stillQueued(places: readonly TaskPlace[]) {
    const { redis, taskStream } = this.options;
    const shown: TaskPlace[] = [];
    const gone = new Set<EntryId>();
    const max = Math.min(places.length, TASKS_CHECKED_MAX);
    for (let checked = 0; checked < max && shown.length < TASKS_SHOWN_MAX; ) {
      const part = places.slice(checked, checked + TASKS_SHOWN_MAX);
      const ids = part.map(({ id }) => id);
      const found = await readEntriesById(redis, taskStream, ids);
      for (const [at, entry] of found.entries()) {
        const place = part[at];
        if (place === undefined) continue;
        if (entry === null) gone.add(place.id);
        else if (shown.length < TASKS_SHOWN_MAX) shown.push(place);
      }
      if (found.length === 0) break;
      checked += found.length;
    }
    return { shown, gone };
  }

  /** One lookup by id a group: XPENDING finds it without walking through the list. */
  async #task({ id, chunkId, retryCount }: TaskPlace, groups: string[]): Promise<JobTask> {
    const { redis, taskStream } = this.options;
    const task = { id, chunk_id: chunkId, retry_count: retryCount };
    const holders = groups.map(async (group) => {
      const pending = await pendingAt(redis, taskStream, group, id);
      if (pending === null) return [];
      const { consumer, idle_ms, deliveries } = pending;
      return [{ group, consumer, idle_ms, deliveries }];
    });
    try {
      return { ...task, pending: (await Promise.all(holders)).flat() };
    } catch (error) {
      // Of one group it is not known: that nobody holds the task cannot be said.
      if (error instanceof DashboardError) return { ...task, pending: null };
      throw error;
    }
  }
}

async function pendingAt(redis: RedisConnection, stream: string, group: string, id: EntryId) {
  const before = previousEntryId(id);
  const range = { limit: 1, ...(before !== null && { after: before }) };
  try {
    const [first] = await readPending(redis, stream, group, range);
    return first?.id === id ? first : null;
  } catch (error) {
    // A group that was destroyed since the sample holds nothing.
    if (hasErrorCode(error, 'group_not_found')) return null;
    throw error;
  }
}

function hashOf(jobId: string, { state, values, expiresInMs }: JobHashReading): JobPage['hash'] {
  const fields: JobPage['hash']['fields'] = [];
  for (const [at, value] of values.entries()) {
    const name = JOB_HASH_FIELDS[at];
    if (name === undefined || value === null) continue;
    fields.push([name, value instanceof Uint8Array ? toWireValue(value) : value]);
  }
  return { key: jobKeyName(jobId), state, fields, expires_in_ms: expiresInMs };
}

function notFound(jobId: string, { coverage }: Jobs): DashboardError {
  const more = coverage.is_reading ? ' Older events are still being looked at.' : '';
  return new DashboardError(
    'job_not_found',
    `Neither a hash nor an event of a job ${jobId} is known.${more}`,
  );
}
