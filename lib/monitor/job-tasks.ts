import { compareEntryIds, type EntryId, previousEntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { fieldText, fieldValue } from '@/lib/model/event';
import { asCount, JOB_ID_BYTES_MAX } from '@/lib/model/job-event';
import { nameFromBytes } from '@/lib/model/name';
import { previewText } from '@/lib/model/value-preview';
import { type SizedEntry, type StreamPage, UNCHANGED } from '@/lib/redis/stream-reads';

/** Tasks of the queue that are remembered, the newest; as many of the past are looked at. */
const TASKS_MAX = 20_000;
/** Pages read at one asking of what has come since. */
const PAGES_MAX = 50;
const AGAIN_MS = 2_000;
const CHUNK_ID_CHARS_MAX = 200;

/** Reads the queue at a pace, forwards and back. */
export interface QueuePages {
  after(id: EntryId): Promise<StreamPage>;
  back(from: string, downTo: string): Promise<StreamPage>;
}

export interface TaskPlace {
  id: EntryId;
  jobId: string;
  chunkId: string | null;
  retryCount: number | null;
}

/**
 * Which tasks of the queue belong to which job, read only while somebody looks at a job: once all of
 * the queue, and then what has come since. What was deleted meanwhile is found out by who asks.
 */
export class JobTasks {
  #places: TaskPlace[] = [];
  #lastId: EntryId | null = null;
  #isComplete = false;
  #reading: Promise<void> | null = null;
  #problem: string | null = null;
  #againAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly queue: QueuePages) {}

  get isReading(): boolean {
    return this.#problem === null && (this.#reading !== null || !this.#isComplete);
  }

  /** Why the queue could not be read the last time; null where it could. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Begins to read what is not known yet; resolves at once. */
  catchUp(): void {
    if (this.#reading !== null || performance.now() < this.#againAtMs) return;
    this.#reading = this.#read()
      .then(() => {
        this.#problem = null;
      })
      .catch((error: unknown) => {
        // The queue is one of several things on the page: what is known of it stays.
        if (!(error instanceof DashboardError)) throw error;
        this.#problem = error.message;
      })
      .finally(() => {
        this.#reading = null;
        this.#againAtMs = performance.now() + AGAIN_MS;
      });
  }

  /** Resolves when what was begun is read. */
  async read(): Promise<void> {
    await this.#reading;
  }

  of(jobId: string): TaskPlace[] {
    return this.#places
      .filter((place) => place.jobId === jobId)
      .sort((a, b) => compareEntryIds(a.id, b.id));
  }

  /** Those that are not in the queue any more. */
  forget(ids: ReadonlySet<EntryId>): void {
    if (ids.size > 0) this.#places = this.#places.filter(({ id }) => !ids.has(id));
  }

  async #read(): Promise<void> {
    if (this.#lastId === null) await this.#readPast();
    else await this.#readNew(this.#lastId);
  }

  async #readPast(): Promise<void> {
    this.#places = [];
    let from: string | null = '+';
    let newest: EntryId | null = null;
    for (let read = 0; from !== null && read < TASKS_MAX; ) {
      const { entries } = await this.queue.back(from, '-');
      read += entries.length;
      newest ??= entries[0]?.entry.id ?? null;
      this.#note(entries);
      const oldest = entries.at(-1)?.entry.id;
      from = oldest === undefined ? null : previousEntryId(oldest);
    }
    this.#lastId = newest;
    this.#isComplete = true;
  }

  async #readNew(after: EntryId): Promise<void> {
    let lastId = after;
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const { position, entries } = await this.queue.after(lastId);
      const isOther =
        position === null ||
        (position !== UNCHANGED && compareEntryIds(position.lastGeneratedId, lastId) < 0);
      if (isOther) {
        // Deleted or recreated: it is another queue.
        this.#lastId = null;
        this.#places = [];
        return;
      }
      this.#note(entries);
      lastId = entries.at(-1)?.entry.id ?? lastId;
      this.#lastId = lastId;
      if (entries.length === 0) return;
    }
  }

  #note(entries: readonly SizedEntry[]): void {
    for (const { entry } of entries) {
      const jobId = fieldValue(entry, 'job_id');
      if (jobId === null || jobId.length === 0 || jobId.length > JOB_ID_BYTES_MAX) continue;
      const { id } = entry;
      const chunk = fieldText(entry, 'chunk_id');
      const chunkId = chunk === null ? null : previewText(chunk, CHUNK_ID_CHARS_MAX);
      const retryCount = asCount(fieldText(entry, 'retry_count'));
      this.#places.push({ id, jobId: nameFromBytes(jobId), chunkId, retryCount });
    }
    if (this.#places.length <= TASKS_MAX * 1.2) return;
    this.#places.sort((a, b) => compareEntryIds(a.id, b.id));
    this.#places.splice(0, this.#places.length - TASKS_MAX);
  }
}
