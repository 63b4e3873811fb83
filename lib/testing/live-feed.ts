import { expect, vi } from 'vitest';
import type { RedisTarget } from '@/lib/config';
import type { StatsSource } from '@/lib/feed/cursor-news';
import { READ_BLOCK_MS } from '@/lib/feed/read-loop';
import { StreamReader } from '@/lib/feed/reader';
import { subscribe } from '@/lib/feed/subscription';
import type { EntryId } from '@/lib/model/entry-id';
import { parseFeedFilter } from '@/lib/model/feed-filter';
import type { FeedBatches, FeedMessage } from '@/lib/model/feed-message';
import { RedisHealth } from '@/lib/redis/health';
import type { OwnConnections } from './own-connections';

/** A deadline nobody should come near, for waits that poll. */
export const PATIENT = { timeout: 60_000, interval: 20 };

/** The feed as the runtime wires it, on a Redis of the test's own. */
export function liveFeed(
  redis: OwnConnections,
  target: Partial<RedisTarget> = {},
  { startsReading = Promise.resolve(), rememberedMs = 60_000 } = {},
) {
  const isCluster = redis.target.cluster !== undefined;
  const requests = redis.connect(target);
  const connect = () => redis.connect(target, READ_BLOCK_MS);
  const health = new RedisHealth(requests);
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const reader = new StreamReader({ connect, requests, isCluster, onFailure, rememberedMs });
  const stopping = new AbortController();
  health.start();
  const running = startsReading.then(() => reader.run(stopping.signal));
  redis.closing({
    close() {
      stopping.abort();
      health.stop();
    },
  });
  const stats: StatsSource = { current: [], onChange: () => () => undefined };
  const onTaken = () => undefined;
  const sources = { reader, health, stats, stopping: stopping.signal, onTaken };
  return {
    ...sources,
    failures,
    running,
    stop: () => stopping.abort(),
    /** Resolves when Redis was found: who comes then is told of no trouble. */
    isUp: () => vi.waitFor(() => expect(health.state.status).toBe('up'), PATIENT),
    /** Resolves when the reader knows where the stream stands. */
    async followed(stream: string) {
      const followed = reader.follow(stream);
      await vi.waitFor(() => expect(followed.log.ready).toBe(true), PATIENT);
      return followed;
    },
    open(
      stream: string,
      options: { lastId?: EntryId | null; query?: string; counts?: boolean } = {},
    ) {
      const filter = parseFeedFilter(new URLSearchParams(options.query));
      const gone = new AbortController();
      const lastId = options.lastId ?? null;
      const { counts = false } = options;
      const { signal } = gone;
      const request = { stream, lastId, filter, stats: 'none', counts, signal } as const;
      return new Subscriber(subscribe(sources, request), gone);
    },
  };
}

/** One subscriber, drawn from as fast as it goes until it is paused. */
export class Subscriber {
  readonly messages: FeedMessage[] = [];
  readonly done: Promise<void>;
  isDone = false;
  /** Batches it was handed while it was paused. */
  batchesPaused = 0;
  #resume: (() => void) | null = null;
  #paused = Promise.resolve();

  constructor(
    private readonly source: FeedBatches,
    private readonly gone: AbortController,
  ) {
    this.done = this.#draw();
  }

  /** Ids of the entries it was sent, in order. */
  get ids(): EntryId[] {
    return this.messages.flatMap(({ id }) => id ?? []);
  }

  /** The dashboard's own messages of that name. */
  own(event: string): Record<string, unknown>[] {
    return this.messages.filter((m) => m.event === event).map((m) => JSON.parse(m.data));
  }

  pause(): void {
    this.#paused = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#resume?.();
    this.#resume = null;
    this.#paused = Promise.resolve();
  }

  async leave(): Promise<void> {
    this.resume();
    this.gone.abort();
    await this.done;
  }

  async #draw(): Promise<void> {
    for await (const batch of this.source) {
      this.messages.push(...batch);
      if (this.#resume !== null) this.batchesPaused++;
      await this.#paused;
    }
    this.isDone = true;
  }
}
