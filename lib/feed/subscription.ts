import { compareEntryIds, ENTRY_ID_ZERO, type EntryId } from '@/lib/model/entry-id';
import { DashboardError, type ErrorCode, hasErrorCode } from '@/lib/model/errors';
import { type FeedFilter, feedMatcher } from '@/lib/model/feed-filter';
import {
  FEED_GAP,
  FEED_HELLO,
  FEED_RESET,
  FEED_STATUS,
  type FeedMessage,
  type GapData,
  type HelloData,
  type ResetData,
  type StatusData,
} from '@/lib/model/feed-message';
import { BatchSize } from '@/lib/redis/batch-size';
import type { RedisConnection } from '@/lib/redis/connect';
import type { RedisHealth } from '@/lib/redis/health';
import { readPosition, readRange } from '@/lib/redis/stream-reads';
import { Alarm } from './alarm';
import { encodeEntry } from './encode';
import { holeAfter } from './hole';
import type { FollowedStream, StreamReader } from './reader';

/** Most messages handed over at once. */
const BATCH_MAX = 500;
/** Entries a page of Redis holds for a subscriber that is behind the log: at most, at first. */
const PAGE_ENTRIES_MAX = 200;
const PAGE_ENTRIES_FIRST = 20;
const PAGE_BYTES_MAX = 16 * 1024 * 1024;
/** How long to wait before a look at Redis that failed is tried again. */
const RETRY_MS = 1_000;

export interface SubscriptionRequest {
  stream: string;
  /** Send what came after this id; null: only what is new. */
  lastId: EntryId | null;
  filter: FeedFilter;
  signal: AbortSignal;
}

export interface SubscriptionSources {
  reader: StreamReader;
  requests: RedisConnection;
  health: RedisHealth;
  /** Ends every subscription of the process. */
  stopping: AbortSignal;
}

/**
 * A subscriber is a cursor: the id of the last entry it was given. Each step it takes what the log
 * holds after that id, or, further back, a page of Redis. It runs only as fast as it is drawn from,
 * so a slow browser holds no memory; Redis trouble is told and waited out; only the signals end it.
 */
export async function* subscribe(
  { reader, requests, health, stopping }: SubscriptionSources,
  request: SubscriptionRequest,
): AsyncGenerator<FeedMessage[], void, void> {
  const followed = reader.follow(request.stream);
  const cursor = new Cursor(request, followed, requests, health);
  const forget = [
    followed.log.onChange(cursor.alarm.ring),
    health.onChange(cursor.alarm.ring),
    onAbort(request.signal, cursor.alarm.ring),
    onAbort(stopping, cursor.alarm.ring),
  ];
  try {
    yield [await cursor.hello()];
    while (!request.signal.aborted && !stopping.aborted) {
      const step = await cursor.step();
      if (step === 'wait') await cursor.alarm.wait();
      else if (step === 'retry') await cursor.alarm.wait(RETRY_MS);
      else if (step.length > 0) yield step;
    }
  } finally {
    for (const stop of forget) stop();
    reader.unfollow(followed);
  }
}

/** Messages (none means: ask again), or to wait until woken, or to try again in a while. */
type Step = FeedMessage[] | 'wait' | 'retry';

class Cursor {
  readonly alarm = new Alarm();
  readonly #request: SubscriptionRequest;
  readonly #followed: FollowedStream;
  readonly #requests: RedisConnection;
  readonly #health: RedisHealth;
  readonly #matches: ((message: FeedMessage) => boolean) | null;
  /** Null until it is known where "only what is new" begins. */
  #id: EntryId | null;
  #epoch: number;
  readonly #page = new BatchSize(PAGE_ENTRIES_MAX, PAGE_BYTES_MAX, PAGE_ENTRIES_FIRST);
  #told: StatusData = { redis: 'up', since: '' };

  constructor(
    request: SubscriptionRequest,
    followed: FollowedStream,
    requests: RedisConnection,
    health: RedisHealth,
  ) {
    this.#request = request;
    this.#followed = followed;
    this.#requests = requests;
    this.#health = health;
    this.#matches = feedMatcher(request.filter);
    this.#id = request.lastId;
    this.#epoch = followed.log.epoch;
  }

  async hello(): Promise<FeedMessage> {
    if (this.#id === null) await this.#resolveNow();
    const { stream, lastId } = this.#request;
    return own<HelloData>(FEED_HELLO, { stream, requested: lastId, resumed_from: this.#id });
  }

  async step(): Promise<Step> {
    const status = this.#statusTurn();
    if (status) return [status];
    if (this.#health.state.status === 'down' || this.#followed.trouble !== null) return 'wait';
    const { log } = this.#followed;
    if (log.epoch !== this.#epoch) return [this.#reset()];
    try {
      if (this.#id === null) return (await this.#resolveNow()) ? [] : 'retry';
      return log.covers(this.#id) ? this.#fromLog(this.#id) : await this.#fromRedis(this.#id);
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      this.#page.shrink();
      return 'retry';
    }
  }

  #fromLog(id: EntryId): Step {
    const messages = this.#followed.log.after(id, BATCH_MAX);
    const last = messages.at(-1);
    if (!last) return 'wait';
    this.#id = last.id;
    return this.#filter(messages);
  }

  async #fromRedis(id: EntryId): Promise<Step> {
    const { name, log } = this.#followed;
    const position = await readPosition(this.#requests, name);
    const lastId = position?.lastGeneratedId ?? ENTRY_ID_ZERO;
    if (compareEntryIds(lastId, id) < 0) {
      // Recreated; told once, when the log has found that out as well.
      const known = log.ready && compareEntryIds(log.headId, lastId) <= 0;
      return known ? [this.#reset()] : 'retry';
    }
    if (position === null) return this.#skipTo(log.ready ? log.floorId : id);
    // Ahead of the log, which is about to get here: what comes next is told there, a reset too.
    if (log.ready && compareEntryIds(id, log.headId) > 0) return 'wait';
    const hole = holeAfter(id, log.sequenceOf(id), position);
    if (hole) {
      this.#id = hole.resumeAfter;
      return [own<GapData>(FEED_GAP, { after: id, before: hole.before, lost: hole.lost })];
    }
    const entries = await readRange(this.#requests, name, {
      start: `(${id}`,
      end: '+',
      count: this.#page.entries,
      order: 'asc',
    });
    this.#page.learn(entries);
    const last = entries.at(-1);
    // Nothing is left between here and where the log begins.
    if (!last) return this.#skipTo(log.ready ? log.floorId : id);
    this.#id = last.id;
    return this.#filter(entries.map((entry) => encodeEntry(name, entry)));
  }

  /** Moves on without sending anything, or waits where that is no move at all. */
  #skipTo(id: EntryId): Step {
    if (this.#id !== null && compareEntryIds(id, this.#id) <= 0) return 'wait';
    this.#id = id;
    return [];
  }

  #filter(messages: FeedMessage[]): FeedMessage[] {
    return this.#matches === null ? messages : messages.filter(this.#matches);
  }

  #reset(): FeedMessage {
    this.#epoch = this.#followed.log.epoch;
    this.#id = ENTRY_ID_ZERO;
    return own<ResetData>(FEED_RESET, { stream: this.#followed.name });
  }

  /** Finds where "only what is new" begins; false where Redis cannot tell now. */
  async #resolveNow(): Promise<boolean> {
    try {
      const position = await readPosition(this.#requests, this.#followed.name);
      this.#id = position?.lastGeneratedId ?? ENTRY_ID_ZERO;
    } catch (error) {
      const { log } = this.#followed;
      if (log.ready) this.#id = log.headId;
      // Under a key of another type there is no stream yet: all that it will hold is new.
      else if (hasErrorCode(error, 'wrong_type')) this.#id = ENTRY_ID_ZERO;
    }
    return this.#id !== null;
  }

  /** The state of Redis as far as this stream goes, where it is not what was told last. */
  #statusTurn(): FeedMessage | null {
    const status = this.#status();
    if (status.redis === this.#told.redis && status.code === this.#told.code) return null;
    this.#told = status;
    return own<StatusData>(FEED_STATUS, status);
  }

  #status(): StatusData {
    const { state } = this.#health;
    if (state.status === 'down') return { redis: 'down', code: state.code, since: state.since };
    const { trouble } = this.#followed;
    return trouble === null
      ? { redis: 'up', since: state.since }
      : { redis: 'up', code: trouble.code satisfies ErrorCode, since: trouble.since };
  }
}

/** One of the dashboard's own messages: no id, so that nobody resumes from it. */
function own<T>(event: string, data: T): FeedMessage {
  return { event, data: JSON.stringify(data) };
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  signal.addEventListener('abort', listener);
  return () => signal.removeEventListener('abort', listener);
}
