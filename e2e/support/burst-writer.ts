import type { FeedRecord } from './feed-record';
import type { Random } from './random';
import { randomFields } from './random-entries';
import type { RedisServer } from './stack';

/** Adds random entries in bursts of random sizes; who waits for a number of them is woken by it. */
export class BurstWriter {
  readonly #clients = new Set<FeedRecord>();
  added = 0;
  ended = false;

  constructor(private readonly redis: RedisServer) {}

  /** With a `reader` the next burst waits until that one was sent the one before. */
  async addTo(stream: string, count: number, random: Random, reader?: FeedRecord): Promise<void> {
    for (let left = count; left > 0; ) {
      const burst = Math.min(left, random.pick([1, 3, 20, 150]));
      await Promise.all(
        Array.from({ length: burst }, () =>
          this.redis.command('XADD', stream, '*', ...randomFields(random)),
        ),
      );
      left -= burst;
      this.added += burst;
      this.#wake();
      await reader?.untilEntries(count - left);
    }
  }

  end(): void {
    this.ended = true;
    this.#wake();
  }

  /** Has a client look again at what it waits for, whenever something was added. */
  wakes(client: FeedRecord): void {
    this.#clients.add(client);
  }

  #wake(): void {
    for (const client of this.#clients) client.wake();
  }
}
