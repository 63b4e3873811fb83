import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import type { RedisConnection } from '@/lib/redis/connect';
import { scanJobKeys } from '@/lib/redis/job-hashes';

/** After a whole pass the keys are looked through again so much later, milliseconds. */
const PASS_AGAIN_MS = 30_000;

/** Finds jobs that no event tells of by their keys, one bounded SCAN a step on each master. */
export class JobKeys {
  readonly #cursors = new Map<string, string>();
  #isDenied = false;
  #passed = false;
  #againAtMs = 0;

  constructor(
    private readonly redis: RedisConnection,
    private readonly onFound: (jobId: string) => void,
  ) {}

  /** Whether all keys were looked through once. */
  get state(): 'yes' | 'no' | 'denied' {
    return this.#isDenied ? 'denied' : this.#passed ? 'yes' : 'no';
  }

  /** Goes on where the last step stopped. Throws the codes of a Redis in trouble. */
  async step(nowMs: number): Promise<void> {
    if (nowMs < this.#againAtMs) return;
    const masters = await this.redis.masters();
    const isNew = this.#cursors.size === 0;
    let isDone = true;
    for (const master of masters) {
      const cursor = this.#cursors.get(master.address) ?? (isNew ? '0' : null);
      // Done in this pass; a master that joined has its turn in the next.
      if (cursor === null || cursor === DONE) continue;
      try {
        const answer = await scanJobKeys(master, cursor);
        this.#isDenied = false;
        for (const jobId of answer.jobIds) this.onFound(jobId);
        this.#cursors.set(master.address, answer.cursor === '0' ? DONE : answer.cursor);
        if (answer.cursor !== '0') isDone = false;
      } catch (error) {
        // Without it, a node that fails at first would count as one that joined in between.
        this.#cursors.set(master.address, cursor);
        if (hasErrorCode(error, 'redis_permission_denied')) this.#isDenied = true;
        // Of a cluster the other nodes can be looked through.
        else if (masters.length === 1 || !(error instanceof DashboardError)) throw error;
        else isDone = false;
      }
    }
    if (!isDone) return;
    this.#cursors.clear();
    this.#passed = true;
    this.#againAtMs = nowMs + PASS_AGAIN_MS;
  }
}

const DONE = 'done';
