import type { RedisConnection, RedisMaster } from '@/lib/redis/connect';
import { asArray, asName, asText } from '@/lib/redis/replies';

/** Most streams shown beside the configured ones. */
const FOUND_MAX = 500;
const SCAN_COUNT = 1_000;
/** SCAN calls a step: a database of any size is walked through without ever holding Redis up. */
const SCANS_A_STEP = 5;

/** Finds the streams of a database by SCAN TYPE, a few calls at a time, on one master after another. */
export class StreamFinder {
  readonly #scans = new Map<string, Scan>();

  /** Names found by the last whole pass, and so far by this one, sorted. */
  get names(): string[] {
    const names = new Set([...this.#scans.values()].flatMap((scan) => scan.names));
    return [...names].sort().slice(0, FOUND_MAX);
  }

  /**
   * Goes on scanning where the last step stopped. Throws where no master lets itself be scanned; of
   * one among several that does not answer, what was found before stays.
   */
  async step(redis: RedisConnection): Promise<void> {
    const masters = await redis.masters();
    for (const address of this.#scans.keys()) {
      if (!masters.some((master) => master.address === address)) this.#scans.delete(address);
    }
    const steps = await Promise.allSettled(
      masters.map((master) => this.#scanOf(master).step(master)),
    );
    const failure = steps.find((step) => step.status === 'rejected');
    if (failure && steps.every((step) => step.status === 'rejected')) throw failure.reason;
  }

  #scanOf({ address }: RedisMaster): Scan {
    const scan = this.#scans.get(address) ?? new Scan();
    this.#scans.set(address, scan);
    return scan;
  }
}

/** The walk through the keys of one master. */
class Scan {
  #cursor = '0';
  #found: string[] = [];
  #pass = new Set<string>();

  get names(): string[] {
    return [...this.#found, ...this.#pass];
  }

  async step(redis: RedisMaster): Promise<void> {
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
