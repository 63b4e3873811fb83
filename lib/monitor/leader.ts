import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '@/lib/redis/connect';
import { type LeaseAnswer, releaseLease, takeLease } from '@/lib/redis/history-commands';
import type { HistoryKeys } from '@/lib/redis/keys';

/** How long the lease lasts without a renewal: a crash is noticed after this time. */
export const LEASE_MS = 5_000;
/** It is renewed, or asked for, this often. */
const ASK_EVERY_MS = 1_500;
/** By the own clock it ends this much earlier: clocks of two machines run apart a little. */
const LEASE_MARGIN_MS = 250;

export interface LeaderOptions {
  redis: RedisConnection;
  keys: HistoryKeys;
  /** Told after every question to Redis that was answered. */
  onAnswer: (answer: LeaseAnswer) => void;
  onFailure: (error: unknown) => void;
  /** A clock that never goes back, milliseconds. */
  monotonicMs?: () => number;
}

/**
 * One process at a time over all replicas: a lease in Redis that its holder renews and anybody
 * takes over when it has run out. Whether it is held is known without asking, from the moment
 * before the question that got it.
 */
export class Leader {
  readonly holder = randomUUID();
  readonly #options: LeaderOptions;
  readonly #monotonicMs: () => number;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | null = null;
  #stopped = false;

  constructor(options: LeaderOptions) {
    this.#options = options;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
  }

  get holds(): boolean {
    return this.#monotonicMs() < this.#heldUntilMs;
  }

  start(): void {
    void this.#ask().finally(() => {
      if (this.#stopped) return;
      this.#timer = setTimeout(() => this.start(), ASK_EVERY_MS);
      this.#timer.unref();
    });
  }

  /** It is another's: Redis said so. */
  lose(): void {
    this.#heldUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** Stops asking; `release` lets another take it at once. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Never rejects: a lease that cannot be released runs out. */
  async release(): Promise<void> {
    this.stop();
    await this.#asking;
    if (!this.holds) return;
    this.lose();
    await releaseLease(this.#options.redis, this.#options.keys, this.holder).catch(() => undefined);
  }

  #ask(): Promise<void> {
    this.#asking = this.#take().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #take(): Promise<void> {
    const { redis, keys, onAnswer, onFailure } = this.#options;
    const askedMs = this.#monotonicMs();
    try {
      const answer = await takeLease(redis, keys, this.holder, LEASE_MS);
      if (answer.held) this.#heldUntilMs = askedMs + LEASE_MS - LEASE_MARGIN_MS;
      else this.lose();
      onAnswer(answer);
    } catch (error) {
      onFailure(error);
    }
  }
}
