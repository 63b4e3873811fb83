import { compareEntryIds, ENTRY_ID_ZERO, type EntryId } from '@/lib/model/entry-id';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import {
  type CountsData,
  FEED_COUNTS,
  FEED_GAP,
  FEED_HELLO,
  FEED_POSITION,
  FEED_RESET,
  type FeedBatch,
  type FeedMessage,
  type GapData,
  type HelloData,
  type PositionData,
  type ResetData,
} from '@/lib/model/feed-message';
import type { FeedQuery } from '@/lib/model/feed-query';
import type { Filter } from '@/lib/model/filter';
import type { RedisHealth } from '@/lib/redis/health';
import { type StreamPosition, UNCHANGED } from '@/lib/redis/stream-reads';
import { CursorNews, type StatsSource } from './cursor-news';
import { AGAIN, isBatch, own, RETRY, RETRY_MS, type Step, WAIT, waitAtMost } from './cursor-step';
import { FilterCounts } from './filter-counts';
import type { FollowedStream } from './followed-stream';
import { type Hole, holeAfter } from './hole';
import { type SharedFilter, sharedFilter } from './shared-batches';

/** Who is sent nothing, because of the filter, is told this often where to resume. */
const POSITION_EVERY_MS = 5_000;

export interface CursorSources {
  health: RedisHealth;
  stats: StatsSource;
}

export interface CursorRequest {
  stream: string;
  /** Statistics alone, for somebody who may not know the stream they come beside. */
  hidesStream?: boolean;
  /** Send what came after this id; null: only what is new. */
  lastId: EntryId | null;
  filter: Filter;
  stats: FeedQuery['stats'];
  counts: boolean;
}

/**
 * Where one subscriber stands in a stream: the id of the last entry it was given or that its filter
 * left out. Each step takes what the log holds behind it or, further back, a page of Redis.
 */
export class Cursor {
  readonly #request: CursorRequest;
  readonly #followed: FollowedStream;
  readonly #filter: SharedFilter;
  /** Null until it is known where "only what is new" begins. */
  #id: EntryId | null;
  /** Entries ever added up to `#id`; null where that is not known. */
  #sequence: number | null = null;
  /** Where the client would resume by itself. */
  #toldId: EntryId | null;
  #positionDueMs = 0;
  readonly #filterCounts: FilterCounts;
  #epoch: number;
  #isGreeted = false;
  /** Not before this time is Redis asked again that refused, by `performance.now()`. */
  #retryAtMs = 0;
  readonly #news: CursorNews;

  constructor(request: CursorRequest, followed: FollowedStream, sources: CursorSources) {
    this.#request = request;
    this.#followed = followed;
    this.#filter = sharedFilter(request.filter);
    this.#id = request.lastId;
    this.#toldId = request.lastId;
    this.#filterCounts = new FilterCounts(request.counts);
    this.#epoch = followed.log.epoch;
    const stats = request.stats === 'none' ? null : sources.stats;
    this.#news = new CursorNews({ health: sources.health, followed, stats });
  }

  /** What comes next. A promise only where Redis has to be asked. */
  step(): Step | Promise<Step> {
    if (!this.#isGreeted) {
      this.#isGreeted = true;
      return this.#hello();
    }
    const news = this.#news.next();
    if (news !== null) return news;
    const counts = this.#countsStep();
    if (counts !== null) return counts;
    const step = this.#entryStep();
    return step instanceof Promise
      ? step.then((asked) => this.#orPosition(asked))
      : this.#orPosition(step);
  }

  /** What was left out, once that is due. Behind entries, so that a resume counts none twice. */
  #countsStep(): FeedBatch | null {
    const id = this.#id;
    const nowMs = performance.now();
    if (id === null || this.#filterCounts.dueInMs(nowMs) !== 0) return null;
    const counts = { id, filtered: this.#filterCounts.take(nowMs) };
    return [this.#resumable(own<CountsData>(FEED_COUNTS, counts))];
  }

  async #hello(): Promise<Step> {
    if (this.#id === null && this.#sendsEntries) await this.#resolveNow();
    const { stream, lastId, hidesStream } = this.#request;
    const hello = { stream: hidesStream ? '' : stream, requested: lastId, resumed_from: this.#id };
    return [this.#resumable(own<HelloData>(FEED_HELLO, hello))];
  }

  get #sendsEntries(): boolean {
    return this.#request.stats !== 'only';
  }

  #entryStep(): Step | Promise<Step> {
    if (!this.#sendsEntries) return WAIT;
    if (this.#news.isDown) return WAIT;
    const { log, batches } = this.#followed;
    if (log.epoch !== this.#epoch) return [this.#reset()];
    if (this.#id === null) return this.#beginNow();
    const batch = batches.after(this.#id, this.#filter);
    if (batch === null) return WAIT;
    if (batch === 'behind') return this.#askRedis(this.#id);
    if (this.#news.isRefused) {
      this.#news.forgive();
      return AGAIN;
    }
    this.#id = batch.lastId;
    this.#sequence = batch.sequence;
    this.#filterCounts.add(batch.filtered);
    return this.#sent(batch.messages);
  }

  async #beginNow(): Promise<Step> {
    return (await this.#resolveNow()) ? AGAIN : RETRY;
  }

  /** Trouble of Redis passes, and is told where it is one of this stream. */
  async #askRedis(id: EntryId): Promise<Step> {
    const waitMs = this.#retryAtMs - performance.now();
    if (waitMs > 0) return { waitMs };
    try {
      const step = await this.#fromRedis(id);
      this.#news.forgive();
      return step;
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      this.#retryAtMs = performance.now() + RETRY_MS;
      // Another type under the key is found, and told, by the reader.
      if (error.code !== 'redis_permission_denied') return RETRY;
      this.#news.refuse(error.code);
      return AGAIN;
    }
  }

  async #fromRedis(id: EntryId): Promise<Step> {
    const { log, pages } = this.#followed;
    const page = await pages.after(id);
    const { position, messages } = page;
    if (position !== UNCHANGED) {
      const lastId = position?.lastGeneratedId ?? ENTRY_ID_ZERO;
      if (compareEntryIds(lastId, id) < 0 || this.#isRecreated(position)) {
        // Told once, when the log has found that out as well.
        const known = log.ready && compareEntryIds(log.headId, lastId) <= 0;
        return known ? [this.#reset()] : RETRY;
      }
      if (position === null) return this.#skipTo(log.ready ? log.floorId : id);
    }
    // Ahead of the log, which is about to get here: what comes next is told there, a reset too.
    if (log.ready && compareEntryIds(id, log.headId) > 0) return WAIT;
    if (position !== UNCHANGED) {
      const hole = holeAfter(id, log.sequenceOf(id) ?? this.#sequence, position);
      if (hole) return [this.#stepOver(hole, id)];
      // Whoever reads from the start has before them what was removed so far, and counts on.
      if (id === ENTRY_ID_ZERO) this.#sequence = removed(position);
    }
    const last = messages.at(-1);
    // Nothing is left between here and where the log begins.
    if (!last) return this.#skipTo(log.ready ? log.floorId : id);
    this.#id = last.id;
    if (this.#sequence !== null) this.#sequence += messages.length;
    const matching = page.matching(this.#filter);
    this.#filterCounts.add(messages.length - matching.length);
    return this.#sent(matching);
  }

  /** Fewer entries were ever added than this subscriber knows of: it is another stream. */
  #isRecreated(position: StreamPosition | null): boolean {
    const added = position?.entriesAdded ?? null;
    return added !== null && this.#sequence !== null && added < this.#sequence;
  }

  #stepOver({ before, lost, resumeAfter, sequence }: Hole, after: EntryId): FeedMessage {
    this.#id = resumeAfter;
    this.#sequence = sequence;
    // Not all clients see where it leaves them: who gets no entry behind it is told once more.
    return { ...own<GapData>(FEED_GAP, { after, before, lost }), resume: resumeAfter };
  }

  /** The last entry handed over tells the client where it stands. */
  #sent(messages: FeedBatch): FeedBatch {
    this.#toldId = messages.at(-1)?.id ?? this.#toldId;
    return messages;
  }

  /** Lets the client know where it stands by a message that is no entry. */
  #resumable(message: FeedMessage): FeedMessage {
    if (this.#id === null) return message;
    this.#toldId = this.#id;
    return { ...message, resume: this.#id };
  }

  /** Moves on without sending anything, or waits where that is no move at all. */
  #skipTo(id: EntryId): Step {
    if (this.#id !== null && compareEntryIds(id, this.#id) <= 0) return WAIT;
    this.#id = id;
    return AGAIN;
  }

  #reset(): FeedMessage {
    this.#epoch = this.#followed.log.epoch;
    this.#id = ENTRY_ID_ZERO;
    this.#sequence = null;
    return this.#resumable(own<ResetData>(FEED_RESET, { stream: this.#followed.name }));
  }

  /** Finds where "only what is new" begins; false where Redis cannot tell now. */
  async #resolveNow(): Promise<boolean> {
    const { log, isAbandoned, price } = this.#followed;
    if (log.ready && !isAbandoned && price.askBy(performance.now()) !== null) {
      // Redis would copy megabytes to say it: what was read last is now, but for a moment.
      this.#id = log.headId;
      this.#sequence = log.headSequence;
      return true;
    }
    try {
      const position = await this.#followed.position.now();
      this.#id = position?.lastGeneratedId ?? ENTRY_ID_ZERO;
      this.#sequence = position ? position.entriesAdded : 0;
    } catch (error) {
      if (log.ready && !isAbandoned) this.#id = log.headId;
      // Under a key of another type there is no stream yet: all that it will hold is new.
      else if (hasErrorCode(error, 'wrong_type')) this.#id = ENTRY_ID_ZERO;
    }
    return this.#id !== null;
  }

  /** Nothing to send: the client may be far behind where it would have to resume. */
  #orPosition(step: Step): Step {
    if (isBatch(step) && step.length > 0) return step;
    const id = this.#id;
    const nowMs = performance.now();
    const countsInMs = this.#filterCounts.dueInMs(nowMs);
    if (countsInMs !== null) return waitAtMost(step, countsInMs);
    if (id === null || id === this.#toldId || !this.#sendsEntries) return step;
    if (nowMs < this.#positionDueMs) {
      return waitAtMost(step, Math.ceil(this.#positionDueMs - nowMs));
    }
    this.#positionDueMs = nowMs + POSITION_EVERY_MS;
    return [this.#resumable(own<PositionData>(FEED_POSITION, { id }))];
  }
}

/** How many entries were ever added and are gone; null where Redis does not count them. */
function removed({ entriesAdded, length }: StreamPosition): number | null {
  return entriesAdded === null ? null : entriesAdded - length;
}
