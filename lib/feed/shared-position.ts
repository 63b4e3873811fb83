import type { RedisConnection } from '@/lib/redis/connect';
import { readPosition, type StreamPosition } from '@/lib/redis/stream-reads';

/** Where a stream stands now, asked of Redis once for all who ask while an earlier answer is out. */
export class SharedPosition {
  #running: Promise<StreamPosition | null> | null = null;
  #next: Promise<StreamPosition | null> | null = null;

  constructor(
    private readonly requests: RedisConnection,
    private readonly stream: string,
  ) {}

  /** As `readPosition`, of a moment that is not before this call. */
  now(): Promise<StreamPosition | null> {
    if (this.#running === null) return this.#ask();
    this.#next ??= this.#running
      .catch(() => null)
      .then(() => {
        this.#next = null;
        return this.#ask();
      });
    return this.#next;
  }

  #ask(): Promise<StreamPosition | null> {
    const running = readPosition(this.requests, this.stream).finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }
}
