import { DashboardError } from '@/lib/model/errors';
import type { RedisState } from '@/lib/model/snapshot';
import type { RedisConnection } from './connect';
import { toRedisError } from './redis-errors';
import { asText } from './replies';

const PING_EVERY_MS = 1_000;

/**
 * Whether Redis answers, as a state with a beginning. A PING a second finds a Redis that hangs;
 * the connection's own events tell at once of one that went away or came back.
 */
export class RedisHealth {
  #state: RedisState;
  readonly #listeners = new Set<(state: RedisState) => void>();
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | null = null;
  #stopped = false;

  constructor(
    private readonly redis: RedisConnection,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.#state = {
      status: 'down',
      since: now().toISOString(),
      code: 'redis_unreachable',
      message: 'Not connected to Redis yet.',
    };
  }

  get state(): RedisState {
    return this.#state;
  }

  start(): void {
    this.redis.onChange(() => void this.check());
    this.redis.open();
    this.#tick();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** Called on every turn from up to down, down to up, or from one trouble to another. */
  onChange(listener: (state: RedisState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks now. Never rejects. */
  check(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  #tick(): void {
    void this.check().then(() => {
      if (this.#stopped) return;
      this.#timer = setTimeout(() => this.#tick(), PING_EVERY_MS);
      this.#timer.unref();
    });
  }

  async #ask(): Promise<void> {
    const startedMs = performance.now();
    try {
      await this.redis.check();
      const latency_ms = Math.round((performance.now() - startedMs) * 100) / 100;
      const before = this.#state;
      if (before.status === 'up') {
        this.#state = { ...before, latency_ms };
        return;
      }
      const version = await this.#version();
      this.#turn({ status: 'up', since: this.now().toISOString(), latency_ms, version });
    } catch (error) {
      const { code, message } = error instanceof DashboardError ? error : toRedisError(error);
      if (this.#state.status === 'down' && this.#state.code === code) {
        this.#state = { ...this.#state, message };
        return;
      }
      const since = this.#state.status === 'down' ? this.#state.since : this.now().toISOString();
      this.#turn({ status: 'down', since, code, message });
    }
  }

  /** INFO may be denied to a narrow user: the version is then not known. */
  async #version(): Promise<string | null> {
    try {
      const info = asText(await this.redis.command('INFO', 'server'));
      return /(?:valkey|redis)_version:(\S+)/.exec(info)?.[1] ?? null;
    } catch {
      return null;
    }
  }

  #turn(state: RedisState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
