import type { ErrorCode } from '@/lib/model/errors';
import {
  FEED_STATUS,
  type FeedBatch,
  type FeedMessage,
  type StatusData,
} from '@/lib/model/feed-message';
import type { RedisHealth } from '@/lib/redis/health';
import { own } from './cursor-step';
import type { FollowedStream } from './followed-stream';

/** The newest statistics as a message, for those who ask for them. */
export interface StatsSource {
  /** The same array until there are newer ones. */
  readonly current: FeedBatch;
  onChange(listener: () => void): () => void;
}

export interface CursorNewsMeans {
  health: RedisHealth;
  followed: Pick<FollowedStream, 'trouble'>;
  /** Null for who wants none. */
  stats: StatsSource | null;
}

/** What one subscriber is told that is no entry: how Redis stands, and the statistics, once each. */
export class CursorNews {
  /** What Redis refused this subscriber alone: a page that it may not read. */
  #refused: { redis: 'up'; code: ErrorCode; since: string } | null = null;
  #status: StatusData = { redis: 'up', since: '' };
  #stats: FeedBatch | null = null;

  constructor(private readonly means: CursorNewsMeans) {}

  /** What is news; null where nothing is. */
  next(): FeedBatch | null {
    const status = this.#statusNow();
    if (status.redis !== this.#status.redis || status.code !== this.#status.code) {
      this.#status = status;
      return [{ ...own<StatusData>(FEED_STATUS, status), standing: this.#standing }];
    }
    const current = this.means.stats?.current ?? this.#stats;
    if (current === this.#stats) return null;
    this.#stats = current;
    return current;
  }

  /** Redis, or this stream, cannot be read by anybody now. */
  get isDown(): boolean {
    return this.means.health.state.status === 'down' || this.means.followed.trouble !== null;
  }

  get isRefused(): boolean {
    return this.#refused !== null;
  }

  /** Tells of the first refusal since the last page that was read. */
  refuse(code: ErrorCode): void {
    this.#refused ??= { redis: 'up', code, since: new Date().toISOString() };
  }

  /** A page was read. */
  forgive(): void {
    this.#refused = null;
  }

  /** The state of Redis as far as this stream goes. */
  #statusNow(): StatusData {
    const { state } = this.means.health;
    if (state.status === 'down') return { redis: 'down', code: state.code, since: state.since };
    const trouble = this.means.followed.trouble ?? this.#refused;
    return trouble === null
      ? { redis: 'up', since: state.since }
      : { redis: trouble.redis, code: trouble.code, since: trouble.since };
  }

  get #standing(): FeedMessage['standing'] {
    if (this.means.health.state.status === 'down') return 'redis_away';
    return (this.means.followed.trouble ?? this.#refused) ? 'stream_trouble' : 'well';
  }
}
