import { setImmediate } from 'node:timers/promises';
import { type Entry, entryBytes } from '@/lib/model/entry';
import {
  compareEntryIds,
  ENTRY_ID_ZERO,
  type EntryId,
  previousEntryId,
} from '@/lib/model/entry-id';
import { DashboardError, type ErrorCode, hasErrorCode, isKeyError } from '@/lib/model/errors';
import { canonicalName } from '@/lib/model/name';
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
import { EntryLog } from './entry-log';
import { holeAfter, lostBefore } from './hole';
import { backoffMs, pause } from './pause';
import { PositionPrice } from './position-price';
import { SharedBatches } from './shared-batches';
import { SharedPages } from './shared-pages';
import { SharedPosition } from './shared-position';
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

/** Most streams followed at once: the reader asks for all of them in one command. */
const STREAMS_MAX = 256;
/** After its last follower left a stream is read no more, but remembered for this long. */
const REMEMBERED_MS = 10 * 60_000;

/** One followed stream: its log, and what stands in the way of reading it. */
export interface FollowedStream {
  name: string;
  log: EntryLog;
  batches: SharedBatches;
  pages: SharedPages;
  /**
   * Set while the key cannot be read as a stream: `wrong_type`, `redis_permission_denied`. With
   * `reading` it is XREAD itself that is denied: it is tried again.
   */
  trouble: { code: ErrorCode; since: string; reading: boolean } | null;
  followers: number;
  price: PositionPrice;
  position: SharedPosition;
  /** Nobody followed it for a while: its log ends somewhere in the past. */
  isAbandoned: boolean;
  /** Runs from when the last follower left. */
  forgetting: NodeJS.Timeout | undefined;
}

export interface ReaderOptions {
  /** A connection of its own: it blocks. */
  blocking: RedisConnection;
  requests: RedisConnection;
  /** Told of every failure; the reader goes on by itself. */
  onFailure: (error: unknown) => void;
  /** How long a stream is remembered after its last follower left, milliseconds. */
  rememberedMs?: number;
  now?: () => Date;
}

/**
 * The one blocking reader of a process: it reads every followed stream into its log, however many
 * watch. It never asks for `$` after the start, so nothing falls between two reads.
 */
export class StreamReader {
  readonly #blocking: RedisConnection;
  readonly #requests: RedisConnection;
  readonly #onFailure: (error: unknown) => void;
  readonly #rememberedMs: number;
  readonly #now: () => Date;
  readonly #streams = new Map<string, FollowedStream>();
  readonly #alarm = new Alarm();
  readonly #batch = new BatchSize(READ_ENTRIES_MAX, READ_BYTES_MAX, READ_ENTRIES_FIRST);
  /** Streams whose place must be found before they can be read: new ones, and all after a failure. */
  readonly #unchecked = new Set<string>();

  /** Answers of Redis to a read, since the start. */
  reads = 0;
  /** Failures since the start, each waited out and read on from. */
  failures = 0;
  /** How long the last hand-out to all subscribers took, milliseconds. */
  handOutMs = 0;

  constructor({
    blocking,
    requests,
    onFailure,
    rememberedMs = REMEMBERED_MS,
    now = () => new Date(),
  }: ReaderOptions) {
    this.#blocking = blocking;
    this.#requests = requests;
    this.#onFailure = onFailure;
    this.#rememberedMs = rememberedMs;
    this.#now = now;
  }

  /**
   * Follows a stream as long as somebody does. Where it stood is remembered for a while after the
   * last `unfollow`: who comes back learns how much was lost. Throws `stream_limit` where too many
   * others are followed.
   */
  follow(requested: string): FollowedStream {
    const name = canonicalName(requested);
    let stream = this.#streams.get(name);
    if (!stream) {
      if (this.#streams.size >= STREAMS_MAX && !this.#letOneGo()) {
        throw new DashboardError(
          'stream_limit',
          `${STREAMS_MAX} other streams are being followed; try again when one is let go.`,
        );
      }
      stream = this.#newStream(name);
      this.#streams.set(name, stream);
    }
    stream.followers++;
    if (stream.followers === 1) {
      clearTimeout(stream.forgetting);
      this.#shareMemory();
      this.#unchecked.add(name);
      this.#alarm.ring();
    }
    return stream;
  }

  #newStream(name: string): FollowedStream {
    const log = new EntryLog();
    const batches = new SharedBatches(log);
    const pages = new SharedPages(this.#requests, name, log);
    const price = new PositionPrice();
    const position = new SharedPosition(this.#requests, name);
    const idle = { trouble: null, followers: 0, isAbandoned: false, forgetting: undefined };
    return { name, log, batches, pages, price, position, ...idle };
  }

  unfollow(stream: FollowedStream): void {
    stream.followers--;
    if (stream.followers > 0) return;
    stream.isAbandoned = true;
    // Its entries are let go, its ids are what is remembered.
    if (stream.log.ready) stream.log.startAfter(stream.log.headId, stream.log.headSequence);
    this.#shareMemory();
    stream.forgetting = setTimeout(() => this.#letGo(stream), this.#rememberedMs).unref();
  }

  #letGo(stream: FollowedStream): void {
    clearTimeout(stream.forgetting);
    this.#streams.delete(stream.name);
  }

  /** Makes room by a stream that nobody follows any more; false where there is none. */
  #letOneGo(): boolean {
    const left = [...this.#streams.values()].find(({ followers }) => followers === 0);
    if (left) this.#letGo(left);
    return left !== undefined;
  }

  /** Runs until aborted; every failure is waited out and read on from where it stopped. */
  async run(signal: AbortSignal): Promise<void> {
    const end = () => {
      this.#alarm.ring();
      // Subscribers look for the end when they are woken: a listener each would cost thousands.
      for (const { log } of this.#streams.values()) log.announce();
    };
    signal.addEventListener('abort', end, { once: true });
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#turn(signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        // Redis is away or refuses: the health check says so to those who watch.
        this.failures++;
        this.#onFailure(error);
        this.#batch.shrink();
        if (hasErrorCode(error, 'redis_permission_denied')) this.#denyReading();
        for (const { name } of this.#followed()) this.#unchecked.add(name);
        await pause(backoffMs(failures++), signal);
      }
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    await this.#checkPlaces();
    const cursors = this.#cursors();
    if (cursors.size === 0) {
      await this.#alarm.wait(READ_BLOCK_MS);
      for (const { name } of this.#followed()) this.#unchecked.add(name);
      return;
    }
    const count = this.#batch.entries;
    // Sent behind the read on the same connection: where the streams stand right after it.
    const [read, positions] = await Promise.all([
      readBehind(this.#blocking, cursors, { count, blockMs: READ_BLOCK_MS }),
      readPositions(this.#blocking, this.#anchors(cursors)),
    ]);
    this.reads++;
    const unasked = read.filter(({ stream }) => !positions.has(stream));
    if (unasked.length > 0) {
      const asked = new Map(unasked.map(({ stream }) => [stream, null]));
      for (const [name, position] of await readPositions(this.#blocking, asked)) {
        positions.set(name, position);
      }
    }
    const readAtMs = performance.now();
    const entriesOf = new Map(read.map(({ stream, entries }) => [stream, entries]));
    let earlyMs = 0;
    for (const stream of this.#followed()) {
      if (stream.trouble?.reading) this.#setTrouble(stream, null);
      const cursor = cursors.get(stream.name);
      // A stream that was left and followed anew meanwhile stands elsewhere.
      if (stream.log.ready && !stream.isAbandoned && stream.log.headId === cursor) {
        const position =
          positions.get(stream.name) ?? (positions.has(stream.name) ? null : UNCHANGED);
        earlyMs = Math.max(earlyMs, stream.price.note(position, readAtMs));
        this.#take(stream, entriesOf.get(stream.name) ?? [], position);
      }
      if (stream.trouble !== null) this.#unchecked.add(stream.name);
    }
    this.#batch.learn(read.flatMap(({ entries }) => entries.map(entryBytes)));
    // Small entries go as they come and large ones stay: the feed is late then, not Redis.
    if (earlyMs > 0) await pause(Math.min(earlyMs * EARLY_REST_FACTOR, EARLY_REST_MS_MAX), signal);
    if (read.length === 0) return;
    // Subscribers are woken by now; they have written when this comes round.
    await setImmediate();
    this.handOutMs = performance.now() - readAtMs;
    const isMoreWaiting = read.some(({ entries }) => entries.length >= count);
    if (!isMoreWaiting) await pause(restMs(this.handOutMs), signal);
  }

  /** Puts what was read into the log, behind a hole where something before it is missing. */
  #take(stream: FollowedStream, entries: Entry[], position: StreamPositionNow): void {
    const { name, log, price } = stream;
    if (position === 'wrong_type') {
      this.#unchecked.add(name);
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
    for (const name of cursors.keys()) {
      const by = this.#streams.get(name)?.price.askBy(performance.now()) ?? null;
      if (by !== 'later') anchors.set(name, by);
    }
    return anchors;
  }

  #cursors(): Map<string, EntryId> {
    const cursors = new Map<string, EntryId>();
    for (const { name, log, trouble, isAbandoned } of this.#followed()) {
      if (log.ready && !isAbandoned && (trouble === null || trouble.reading))
        cursors.set(name, log.headId);
    }
    return cursors;
  }

  async #checkPlaces(): Promise<void> {
    for (const name of [...this.#unchecked]) {
      // Before the wait: a stream that is let go and followed anew meanwhile is checked again.
      this.#unchecked.delete(name);
      const stream = this.#streams.get(name);
      if (stream && stream.followers > 0) await this.#checkPlace(stream);
    }
  }

  async #checkPlace(stream: FollowedStream): Promise<void> {
    let position: StreamPosition | null;
    try {
      position = await readPosition(this.#requests, stream.name);
    } catch (error) {
      // Trouble of one key must not keep the other streams from being read.
      if (!isKeyError(error)) throw error;
      this.#setTrouble(stream, error.code);
      return;
    }
    if (!stream.trouble?.reading) this.#setTrouble(stream, null);
    const { log, isAbandoned } = stream;
    stream.isAbandoned = false;
    if (isAbandoned && log.ready && position !== null && !isRecreated(log, position)) {
      // What came while nobody followed is read by who asks for it: the log begins anew.
      log.startAfter(position.lastGeneratedId, position.entriesAdded);
    } else placeLog(log, position);
  }

  #followed(): FollowedStream[] {
    return [...this.#streams.values()].filter(({ followers }) => followers > 0);
  }

  #shareMemory(): void {
    const followed = this.#followed();
    for (const { log } of followed) log.shareMemory(followed.length);
  }

  /** One XREAD reads all streams: denied, it keeps every one of them from being read. */
  #denyReading(): void {
    for (const stream of this.#followed()) {
      const isRead = stream.log.ready && stream.trouble === null;
      if (isRead) this.#setTrouble(stream, 'redis_permission_denied', true);
    }
  }

  #setTrouble(stream: FollowedStream, code: ErrorCode | null, reading = false): void {
    const { trouble } = stream;
    if (trouble?.code === code) trouble.reading = reading;
    if ((trouble?.code ?? null) === code) return;
    const since = this.#now().toISOString();
    stream.trouble = code === null ? null : { code, since, reading };
    stream.log.announce();
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
