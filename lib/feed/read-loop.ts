import { setImmediate } from 'node:timers/promises';
import { type Entry, entryBytes } from '@/lib/model/entry';
import {
  compareEntryIds,
  ENTRY_ID_ZERO,
  type EntryId,
  previousEntryId,
} from '@/lib/model/entry-id';
import { DashboardError, type ErrorCode, hasErrorCode, isKeyError } from '@/lib/model/errors';
import { BatchSize } from '@/lib/redis/batch-size';
import type { RedisConnection } from '@/lib/redis/connect';
import {
  readBehind,
  readPosition,
  readPositions,
  type StreamPosition,
  type StreamPositionNow,
  UNCHANGED,
} from '@/lib/redis/stream-reads';
import { Alarm } from './alarm';
import { encodeEntry } from './encode';
import type { EntryLog } from './entry-log';
import { type FollowedStream, setTrouble } from './followed-stream';
import { holeAfter, lostBefore } from './hole';
import { backoffMs, pause } from './pause';
import { restMs } from './tick';

/** How long one read blocks. A stream that is newly followed waits at most this long. */
export const READ_BLOCK_MS = 1_000;
/** Entries of a stream asked for at once: at most, at first, and of what size together. */
const READ_ENTRIES_MAX = 2_000;
const READ_ENTRIES_FIRST = 50;
const READ_BYTES_MAX = 32 * 1024 * 1024;

/** Where a dear position had to be asked for early, nothing is read for so many times as long. */
const EARLY_REST_FACTOR = 5;
const EARLY_REST_MS_MAX = 5_000;

/** What all the loops of a reader count together. */
export interface ReadCounts {
  /** Answers of Redis to a read, since the start. */
  reads: number;
  /** Failures since the start, each waited out and read on from. */
  failures: number;
  /** How long the last hand-out to all subscribers took, milliseconds. */
  handOutMs: number;
}

export interface ReadLoopOptions {
  /** A connection of its own: it blocks. The loop closes it. */
  blocking: RedisConnection;
  requests: RedisConnection;
  counts: ReadCounts;
  /** Told of every failure; the loop goes on by itself. */
  onFailure: (error: unknown) => void;
  /** Whether a failure is the trouble of these streams, beside others that may well be read. */
  tellsFailures: boolean;
  now: () => Date;
}

/** Reads some streams into their logs, by one XREAD after the other on one connection. */
export class ReadLoop {
  readonly #options: ReadLoopOptions;
  readonly #streams = new Set<FollowedStream>();
  readonly #alarm = new Alarm();
  readonly #batch = new BatchSize(READ_ENTRIES_MAX, READ_BYTES_MAX, READ_ENTRIES_FIRST);
  /** Streams whose place must be found before they can be read: new ones, and all after a failure. */
  readonly #unchecked = new Set<FollowedStream>();
  readonly #stopping = new AbortController();

  constructor(options: ReadLoopOptions) {
    this.#options = options;
  }

  add(stream: FollowedStream): void {
    this.#streams.add(stream);
    this.#unchecked.add(stream);
    this.#alarm.ring();
  }

  remove(stream: FollowedStream): void {
    this.#streams.delete(stream);
    this.#unchecked.delete(stream);
  }

  /** Ends the loop and breaks off its read. */
  stop(): void {
    this.#stopping.abort();
    this.#alarm.ring();
    this.#options.blocking.close();
  }

  /** Runs until stopped; every failure is waited out and read on from where it stopped. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#turn(signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        // Redis is away or refuses: the health check says so to those who watch.
        this.#options.counts.failures++;
        this.#options.onFailure(error);
        this.#batch.shrink();
        if (hasErrorCode(error, 'redis_permission_denied')) this.#denyReading();
        // A connection that breaks once is no news: the second attempt is made by a new one.
        else if (this.#options.tellsFailures && failures > 0) this.#tellFailure(error);
        for (const stream of this.#streams) this.#unchecked.add(stream);
        await pause(backoffMs(failures++), signal);
      }
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    await this.#checkPlaces(signal);
    if (signal.aborted) return;
    const cursors = this.#cursors();
    if (cursors.size === 0) {
      await this.#alarm.wait(READ_BLOCK_MS);
      for (const stream of this.#streams) this.#unchecked.add(stream);
      return;
    }
    const { blocking, counts } = this.#options;
    const count = this.#batch.entries;
    const anchors = this.#anchors(cursors);
    // Sent behind the read on the same connection: where the streams stand right after it.
    const [read, positions] = await Promise.all([
      readBehind(blocking, cursors, { count, blockMs: READ_BLOCK_MS }),
      readPositions(blocking, anchors),
    ]);
    if (signal.aborted) return;
    counts.reads++;
    const unasked = read.filter(({ stream }) => !positions.has(stream));
    if (unasked.length > 0) {
      const asked = new Map(unasked.map(({ stream }) => [stream, null]));
      for (const [name, position] of await readPositions(blocking, asked)) {
        positions.set(name, position);
      }
      if (signal.aborted) return;
    }
    const readAtMs = performance.now();
    const entriesOf = new Map(read.map(({ stream, entries }) => [stream, entries]));
    let earlyMs = 0;
    for (const stream of this.#streams) {
      if (stream.trouble?.reading) this.#setTrouble(stream, null);
      const cursor = cursors.get(stream.name);
      // A stream that was left and followed anew meanwhile stands elsewhere.
      if (stream.log.ready && !stream.isAbandoned && stream.log.headId === cursor) {
        const position =
          positions.get(stream.name) ?? (positions.has(stream.name) ? null : UNCHANGED);
        earlyMs = Math.max(earlyMs, stream.price.note(position, readAtMs));
        this.#take(stream, entriesOf.get(stream.name) ?? [], position);
      }
      if (stream.trouble !== null) this.#unchecked.add(stream);
    }
    this.#batch.learn(read.flatMap(({ entries }) => entries.map(entryBytes)));
    // Small entries go as they come and large ones stay: the feed is late then, not Redis.
    if (earlyMs > 0) await pause(Math.min(earlyMs * EARLY_REST_FACTOR, EARLY_REST_MS_MAX), signal);
    if (read.length === 0) return;
    // Subscribers are woken by now; they have written when this comes round.
    await setImmediate();
    counts.handOutMs = performance.now() - readAtMs;
    const isMoreWaiting = read.some(({ entries }) => entries.length >= count);
    if (!isMoreWaiting) await pause(restMs(counts.handOutMs), signal);
  }

  /** Puts what was read into the log, behind a hole where something before it is missing. */
  #take(stream: FollowedStream, entries: Entry[], position: StreamPositionNow): void {
    const { name, log, price } = stream;
    if (position === 'wrong_type') {
      this.#unchecked.add(stream);
      return;
    }
    const [first] = entries;
    if (position !== UNCHANGED && (!first || isRecreated(log, position))) {
      placeLog(log, position);
      return;
    }
    if (!first) return;
    const where = position === UNCHANGED ? null : position;
    if (where !== null) {
      const ids = entries.map(({ id }) => id);
      const lost = lostBefore(ids, log.headId, log.headSequence, where);
      if (lost > 0) {
        const sequence = log.headSequence === null ? null : log.headSequence + lost;
        log.startAfter(previousEntryId(first.id) ?? ENTRY_ID_ZERO, sequence);
      }
    }
    log.append(entries.map((entry) => encodeEntry(name, entry)));
    price.saw(entries);
    // Entries deleted before they could be read are counted with the others.
    if (where?.lastGeneratedId === log.headId) log.correctSequence(where.entriesAdded);
  }

  /** By what each stream's position is asked for; one that waits is left out until something came. */
  #anchors(cursors: ReadonlyMap<string, EntryId>): Map<string, EntryId | null> {
    const anchors = new Map<string, EntryId | null>();
    for (const { name, price } of this.#streams) {
      const by = price.askBy(performance.now());
      if (cursors.has(name) && by !== 'later') anchors.set(name, by);
    }
    return anchors;
  }

  #cursors(): Map<string, EntryId> {
    const cursors = new Map<string, EntryId>();
    for (const { name, log, trouble, isAbandoned } of this.#streams) {
      if (log.ready && !isAbandoned && (trouble === null || trouble.reading))
        cursors.set(name, log.headId);
    }
    return cursors;
  }

  async #checkPlaces(signal: AbortSignal): Promise<void> {
    for (const stream of [...this.#unchecked]) {
      if (signal.aborted) return;
      // Before the wait: a stream that is let go and followed anew meanwhile is checked again.
      if (this.#unchecked.delete(stream)) await this.#checkPlace(stream, signal);
    }
  }

  async #checkPlace(stream: FollowedStream, signal: AbortSignal): Promise<void> {
    let position: StreamPosition | null;
    try {
      position = await readPosition(this.#options.requests, stream.name);
    } catch (error) {
      // Trouble of one key must not keep the other streams from being read.
      if (!isKeyError(error)) throw error;
      this.#setTrouble(stream, error.code);
      return;
    }
    // Another loop may read it by now, and be further.
    if (signal.aborted) return;
    if (!stream.trouble?.reading) this.#setTrouble(stream, null);
    const { log, isAbandoned } = stream;
    stream.isAbandoned = false;
    if (isAbandoned && log.ready && position !== null && !isRecreated(log, position)) {
      // What came while nobody followed is read by who asks for it: the log begins anew.
      log.startAfter(position.lastGeneratedId, position.entriesAdded);
    } else placeLog(log, position);
  }

  /** One XREAD reads all streams: denied, it keeps every one of them from being read. */
  #denyReading(): void {
    for (const stream of this.#streams) {
      const isRead = stream.log.ready && stream.trouble === null;
      if (isRead) this.#setTrouble(stream, 'redis_permission_denied', true);
    }
  }

  #tellFailure(error: unknown): void {
    const code = error instanceof DashboardError ? error.code : 'internal';
    const { now } = this.#options;
    for (const stream of this.#streams) setTrouble(stream, code, { now, redis: 'down' });
  }

  #setTrouble(stream: FollowedStream, code: ErrorCode | null, reading = false): void {
    setTrouble(stream, code, { now: this.#options.now, reading });
  }
}

/** Holds the log against where the stream stands: new, recreated, trimmed past, or as it was. */
function placeLog(log: EntryLog, position: StreamPosition | null): void {
  if (!log.ready) {
    log.startAfter(
      position?.lastGeneratedId ?? ENTRY_ID_ZERO,
      position ? position.entriesAdded : 0,
    );
    return;
  }
  if (isRecreated(log, position)) {
    log.reset();
    return;
  }
  if (position === null) return;
  const hole = holeAfter(log.headId, log.headSequence, position);
  if (hole) log.startAfter(hole.resumeAfter, hole.sequence);
  else if (position.lastGeneratedId === log.headId) log.correctSequence(position.entriesAdded);
}

function isRecreated(log: EntryLog, position: StreamPosition | null): boolean {
  if (position === null) return log.headId !== ENTRY_ID_ZERO;
  if (compareEntryIds(position.lastGeneratedId, log.headId) < 0) return true;
  const { entriesAdded } = position;
  return entriesAdded !== null && log.headSequence !== null && entriesAdded < log.headSequence;
}
