import type { RedisConnection } from '@/lib/redis/connect';
import { asArray, asName, asText } from '@/lib/redis/replies';

/** Most streams shown beside the configured ones. */
const FOUND_MAX = 500;
const SCAN_COUNT = 1_000;
/** SCAN calls a step: a database of any size is walked through without ever holding Redis up. */
const SCANS_A_STEP = 5;

/** Finds the streams of a database by SCAN TYPE, a few calls at a time. */
export class StreamFinder {
  #cursor = '0';
  #found: string[] = [];
  #pass = new Set<string>();

  /** Names found by the last whole pass, and so far by this one, sorted. */
  get names(): string[] {
    return [...new Set([...this.#found, ...this.#pass])].sort().slice(0, FOUND_MAX);
  }

  /** Goes on scanning where the last step stopped. */
  async step(redis: RedisConnection): Promise<void> {
    for (let calls = 0; calls < SCANS_A_STEP; calls++) {
      const reply = await redis.command(
        ...(['SCAN', this.#cursor, 'TYPE', 'stream', 'COUNT', SCAN_COUNT] as const),
      );
      const [cursor, names] = asArray(reply);
      this.#cursor = asText(cursor);
      for (const name of asArray(names)) {
        if (this.#pass.size < FOUND_MAX) this.#pass.add(asName(name));
      }
      if (this.#cursor === '0') {
        this.#found = [...this.#pass];
        this.#pass = new Set();
        return;
      }
    }
  }
}
