import type { RedisConnection } from '@/lib/redis/connect';
import { StreamFinder } from './stream-finder';

/** Which streams there are: those that are configured, in their order, then those that are found. */
export class KnownStreams {
  readonly #configured: readonly string[];
  readonly #hidden: ReadonlySet<string>;
  readonly #finder = new StreamFinder();

  /** `hidden`: not told of where they are only found. */
  constructor(configured: readonly string[], hidden: readonly string[]) {
    this.#configured = configured;
    this.#hidden = new Set(hidden);
  }

  get names(): string[] {
    const found = this.#finder.names.filter((name) => !this.#hidden.has(name));
    return [...new Set([...this.#configured, ...found])];
  }

  get someConfigured(): boolean {
    return this.#configured.length > 0;
  }

  isConfigured(name: string): boolean {
    return this.#configured.includes(name);
  }

  /** Looks a step further; see `StreamFinder`. Resolves to what it cost. */
  find(redis: RedisConnection): Promise<{ commands: number; redisUs: number }> {
    return this.#finder.step(redis);
  }
}
