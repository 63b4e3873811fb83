import { setImmediate } from 'node:timers/promises';
import {
  compareEntryIds,
  ENTRY_ID_ZERO,
  type EntryId,
  nextEntryId,
  previousEntryId,
} from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { toFeedMessage } from '@/lib/model/event';
import type { FeedMessage } from '@/lib/model/feed-message';
import { type JobEvent, jobEventOf } from '@/lib/model/job-event';
import type { StreamPage } from '@/lib/redis/stream-reads';

/** Events of the past that are looked at, newest first: twice what a stream of the contract holds. */
const PAST_EVENTS_MAX = 20_000;
/** Events of jobs whose ids are kept, the newest. */
const PLACES_MAX = 50_000;
/** Events taken from the log at a time: others have their turn in between. */
const SLICE_EVENTS = 1_000;
/** What was appended is taken so long after, at the latest: the log holds it meanwhile. */
const TAKE_AFTER_MS = 1_000;
const RETRY_MS = 5_000;
/** Ranges that the log let go before they were taken, and that wait to be read. */
const MISSING_MAX = 20;

/** The newest events as the process's one reader holds them. */
export interface EventSource {
  readonly ready: boolean;
  readonly epoch: number;
  readonly headId: EntryId;
  covers(id: EntryId): boolean;
  after(id: EntryId, max: number): readonly FeedMessage[];
  onChange(wake: () => void): () => void;
}

/** Reads the stream's past newest first, at a pace. */
export interface PastEvents {
  back(from: string, downTo: string): Promise<StreamPage>;
}

/** Told of the events of jobs, each once. */
export interface JobEventSink {
  add(event: JobEvent): void;
  /** The stream was deleted or recreated: what its events told is of another stream. */
  reset(): void;
}

/**
 * Follows the events of jobs: what is new from the log that is read anyway, and, once somebody
 * asks, the past from Redis, a bounded number of events at a pace. Redis is asked for nothing twice.
 */
export class JobEvents {
  readonly #source: EventSource;
  readonly #past: PastEvents;
  readonly #sink: JobEventSink;
  readonly #stopping: AbortSignal;
  /** Everything after the place where it began, up to here, was taken or is in `#missing`. */
  #takenId: EntryId | null = null;
  #missing: MissingRange[] = [];
  #fromId: EntryId | null = null;
  #reachesFirst = false;
  #hasSkipped = false;
  #lookedAt = 0;
  #epoch: number;
  #timer: NodeJS.Timeout | undefined;
  #taking: Promise<void> | null = null;
  #readingPast: Promise<void> | null = null;
  #problem: string | null = null;
  #retryAtMs = 0;
  /** Which events are of which job, in no order. */
  #places: Place[] = [];

  constructor(source: EventSource, past: PastEvents, sink: JobEventSink, stopping: AbortSignal) {
    this.#source = source;
    this.#past = past;
    this.#sink = sink;
    this.#stopping = stopping;
    this.#epoch = source.epoch;
    const leave = source.onChange(() => this.#wake());
    stopping.addEventListener(
      'abort',
      () => {
        leave();
        clearTimeout(this.#timer);
      },
      { once: true },
    );
  }

  get coverage() {
    return {
      from: this.#fromId,
      reaches_first: this.#reachesFirst && !this.#hasSkipped,
      // Before the reader knows where the stream ends nothing is known of the past either.
      is_reading: this.#takenId === null || this.#readingPast !== null,
      problem: this.#problem,
      looked_at: this.#lookedAt,
    };
  }

  /** Takes what has come since, and begins to read what is missing before. */
  async catchUp(): Promise<void> {
    await this.#take();
    if (this.#missing.length === 0 || performance.now() < this.#retryAtMs) return;
    this.#readingPast ??= this.#readMissing().finally(() => {
      this.#readingPast = null;
    });
  }

  /** Resolves once the past was read, or could not be. */
  async pastRead(): Promise<void> {
    await this.#readingPast;
  }

  /** Ids of the events of one job that are remembered, oldest first. */
  idsOf(jobId: string): EntryId[] {
    const places = this.#places.filter((place) => place.jobId === jobId);
    return places.map(({ id }) => id).sort(compareEntryIds);
  }

  #wake(): void {
    if (this.#timer !== undefined || this.#stopping.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#take();
    }, TAKE_AFTER_MS).unref();
  }

  /** One at a time: each event is added once. */
  #take(): Promise<void> {
    this.#taking ??= this.#takeNew().finally(() => {
      this.#taking = null;
    });
    return this.#taking;
  }

  async #takeNew(): Promise<void> {
    const source = this.#source;
    while (source.ready && !this.#stopping.aborted) {
      if (source.epoch !== this.#epoch) this.#reset();
      if (this.#takenId === null) {
        this.#takenId = source.headId;
        this.#missing.push({ from: source.headId, downTo: '-' });
      } else if (!source.covers(this.#takenId)) {
        // More came at once than the log holds: it is read from Redis.
        const downTo = nextEntryId(this.#takenId);
        if (downTo !== null) this.#miss({ from: source.headId, downTo });
        this.#takenId = source.headId;
      }
      const messages = source.after(this.#takenId, SLICE_EVENTS);
      for (const message of messages) {
        this.#add(message);
        this.#takenId = message.id ?? this.#takenId;
      }
      if (messages.length < SLICE_EVENTS) break;
      await setImmediate();
    }
    this.#letGo();
  }

  /** Nobody may have asked for long: of many such ranges the newest are worth reading. */
  #miss(range: MissingRange): void {
    this.#missing.push(range);
    if (this.#missing.length <= MISSING_MAX) return;
    // The first one may be being read.
    this.#missing.splice(1, 1);
    this.#hasSkipped = true;
  }

  async #readMissing(): Promise<void> {
    const epoch = this.#epoch;
    try {
      for (let range = this.#missing[0]; range; range = this.#missing[0]) {
        await this.#readRange(range, epoch);
        if (this.#epoch !== epoch || this.#stopping.aborted) return;
        this.#missing.shift();
      }
      this.#problem = null;
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      this.#problem = error.message;
      this.#retryAtMs = performance.now() + RETRY_MS;
    }
  }

  /** Newest first; `from` moves along, so that a failure is gone on from where it was. */
  async #readRange(range: MissingRange, epoch: number): Promise<void> {
    for (let read = 0; read < PAST_EVENTS_MAX; ) {
      const { entries } = await this.#past.back(range.from, range.downTo);
      if (this.#epoch !== epoch) return;
      for (const { entry } of entries) this.#add(toFeedMessage(entry));
      read += entries.length;
      const oldest = entries.at(-1)?.entry.id;
      const next = oldest === undefined ? null : previousEntryId(oldest);
      if (oldest !== undefined) this.#fromId = lowest(this.#fromId, oldest);
      if (next === null || isBelow(next, range.downTo)) {
        if (range.downTo === '-') this.#reachesFirst = true;
        this.#letGo();
        return;
      }
      range.from = next;
    }
    // The rest of a gap is left out: what is older was looked at, and does not make up for it.
    if (range.downTo !== '-') this.#hasSkipped = true;
    this.#letGo();
  }

  #add(message: FeedMessage): void {
    this.#lookedAt++;
    const event = jobEventOf(message);
    if (event === null) return;
    this.#sink.add(event);
    this.#places.push({ id: event.id, jobId: event.jobId });
  }

  #letGo(): void {
    if (this.#places.length <= PLACES_MAX * 1.2) return;
    this.#places.sort((a, b) => compareEntryIds(a.id, b.id));
    this.#places.splice(0, this.#places.length - PLACES_MAX);
  }

  #reset(): void {
    this.#epoch = this.#source.epoch;
    this.#takenId = ENTRY_ID_ZERO;
    this.#missing = [];
    this.#fromId = null;
    this.#reachesFirst = true;
    this.#hasSkipped = false;
    this.#lookedAt = 0;
    this.#places = [];
    this.#sink.reset();
  }
}

interface Place {
  id: EntryId;
  jobId: string;
}

/** From an id down to another (or `-`), both included. */
interface MissingRange {
  from: string;
  downTo: string;
}

function lowest(known: EntryId | null, id: EntryId): EntryId {
  return known === null || compareEntryIds(id, known) < 0 ? id : known;
}

function isBelow(id: EntryId, downTo: string): boolean {
  return downTo !== '-' && compareEntryIds(id, downTo) < 0;
}
