import { setTimeout as sleep } from 'node:timers/promises';
import { createRespClient } from '@/scripts/setup/resp.mjs';
import { eventFields } from './redis-facts';
import type { RedisServer } from './stack';

const PACE_MS = 10;
const RETRY_MS = 20;

/**
 * Adds an event every few milliseconds over a connection of its own, again where Redis failed: what
 * was added without an answer stands there twice. Its types are `test.even` and `test.odd` in turn.
 */
export class RetryingWriter {
  #client;
  #ended = false;
  #running: Promise<void>;
  /** Entries that Redis has confirmed. */
  added = 0;
  failures = 0;

  constructor(
    redis: RedisServer,
    private readonly stream: string,
  ) {
    this.#client = createRespClient({ port: redis.port, password: redis.password });
    this.#running = this.#run();
  }

  /** Adds no more; resolves with the id of one last entry, of the type `test.even`. */
  async end(): Promise<string> {
    this.#ended = true;
    await this.#running;
    const id = await this.#addOne('test.even');
    this.#client.close();
    return id;
  }

  async #run(): Promise<void> {
    for (let n = 0; !this.#ended; n++) {
      await this.#addOne(n % 2 === 0 ? 'test.even' : 'test.odd');
      this.added++;
      await sleep(PACE_MS);
    }
  }

  async #addOne(type: string): Promise<string> {
    for (;;) {
      try {
        return String(await this.#client.command('XADD', this.stream, '*', ...eventFields(type)));
      } catch {
        this.failures++;
        // The next command then opens another connection, and gives the password anew.
        this.#client.close();
        await sleep(RETRY_MS);
      }
    }
  }
}
