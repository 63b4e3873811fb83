import type { Access } from '@/lib/access/access';
import type { Config } from '@/lib/config';
import type { EntryLog } from '@/lib/feed/entry-log';
import type { FollowedStream } from '@/lib/feed/followed-stream';
import { READ_BLOCK_MS } from '@/lib/feed/read-loop';
import { StreamReader } from '@/lib/feed/reader';
import { subscribeAll } from '@/lib/feed/subscribe-all';
import { Subscribers, type Transport } from '@/lib/feed/subscribers';
import type { FeedEnd } from '@/lib/http/feed-pump';
import { type Actor, userKey } from '@/lib/model/actor';
import { addressKey } from '@/lib/model/address-key';
import type { FeedCounts } from '@/lib/model/feed-counts';
import type { FeedBatches } from '@/lib/model/feed-message';
import type { FeedQuery } from '@/lib/model/feed-query';
import type { Sampler } from '@/lib/monitor/sampler';
import { StatsByScope } from '@/lib/monitor/stats-by-scope';
import type { RedisConnection } from '@/lib/redis/connect';
import { connectRedis } from '@/lib/redis/connect-redis';
import type { RedisHealth } from '@/lib/redis/health';

/** What the live feed needs of the process. */
export interface LiveFeedMeans {
  config: Pick<Config, 'redis' | 'streams' | 'eventStream' | 'feed'>;
  access: Pick<Access, 'demand' | 'sees'>;
  requests: RedisConnection;
  health: RedisHealth;
  monitor: Sampler;
  /** Ends every subscription. */
  stopping: AbortSignal;
  own: {
    /** Whether an actor's address is more than what the client claims. */
    readonly knowsAddresses: boolean;
  };
  onFailure: (error: unknown) => void;
}

/** Who asks for the live feed, and until when. */
export interface FeedClient {
  transport: Transport;
  actor: Actor;
  signal: AbortSignal;
}

/** What happens now: one reader, and everybody it is handed to, each as far as they may see. */
export class LiveFeed {
  readonly #means: LiveFeedMeans;
  readonly #reader: StreamReader;
  readonly #events: FollowedStream;
  readonly #subscribers: Subscribers;
  readonly #stats: StatsByScope;

  constructor(means: LiveFeedMeans) {
    this.#means = means;
    const { config, requests, monitor, onFailure } = means;
    this.#reader = new StreamReader({
      connect: () => connectRedis(config.redis, { name: 'reader', blockMs: READ_BLOCK_MS }),
      requests,
      isCluster: config.redis.cluster !== undefined,
      onFailure,
    });
    // The default stream is followed for ever, so that its newest entries are at hand.
    this.#events = this.#reader.follow(config.eventStream);
    this.#subscribers = new Subscribers({
      max: config.feed.subscribersMax,
      perAddressMax: config.feed.subscribersPerAddressMax,
      perUserMax: config.feed.subscribersPerUserMax,
    });
    this.#stats = new StatsByScope(monitor, config.streams);
  }

  /** The newest entries of the default stream. */
  get events(): EntryLog {
    return this.#events.log;
  }

  /** Reads until the process stops. */
  run(): Promise<void> {
    return this.#reader.run(this.#means.stopping);
  }

  /**
   * The live feed for one subscriber, until its signal or the process ends it. Throws `forbidden`,
   * `subscriber_limit`, `address_limit`, `user_limit` and `stream_limit`.
   */
  subscribe(query: FeedQuery, { transport, actor, signal }: FeedClient): FeedBatches {
    const request = { ...this.#asked(query, actor), signal };
    const { health, stopping, access, own } = this.#means;
    const { counts } = this.#subscribers;
    const sources = {
      reader: this.#reader,
      health,
      stats: this.#stats.of(actor, access.sees(actor)),
      stopping,
      onTaken: (messages: number) => {
        counts.delivered += messages;
      },
    };
    const address = own.knowsAddresses ? addressKey(actor.address) : null;
    const leave = this.#subscribers.admit(transport, { address, user: userKey(actor) });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return subscribeAll(sources, request);
    } catch (error) {
      leave();
      counts.opened--;
      counts.refused++;
      throw error;
    }
  }

  /** What of a query somebody is given. Throws `forbidden`. */
  #asked({ from, filter, stats, counts }: FeedQuery, actor: Actor) {
    const { access, config } = this.#means;
    const { eventStream } = config;
    // Of statistics alone no stream is read that nobody named.
    const unnamed = stats === 'only' ? null : eventStream;
    for (const { stream } of from) {
      const asked = stream ?? unnamed;
      if (asked !== null) access.demand(actor, 'look', asked);
    }
    // Who wants no entries has no stream followed for that.
    const named = from.map(({ stream, lastId }) => ({ stream: stream ?? eventStream, lastId }));
    const alone = named.slice(0, 1).map((first) => ({ ...first, stream: eventStream }));
    const hidesStream = stats === 'only' && access.sees(actor)?.(eventStream) === false;
    return { from: stats === 'only' ? alone : named, filter, stats, counts, hidesStream };
  }

  /** What the transports tell of each live connection's end. */
  noteEnd(end: FeedEnd): void {
    if (end === 'stalled') this.#subscribers.counts.stalled++;
  }

  /** The live feed in figures. */
  get counts(): FeedCounts {
    const { reads, failures, handOutMs } = this.#reader.counts;
    return {
      ...this.#subscribers.counts,
      reads,
      read_failures: failures,
      hand_out_ms: Math.round(handOutMs * 100) / 100,
    };
  }
}
