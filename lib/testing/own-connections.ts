import type { RedisTarget } from '@/lib/config';
import type { RedisConnection } from '@/lib/redis/connect';
import { connectRedis } from '@/lib/redis/connect-redis';

/** Connections of ours to a Redis of a test's own, which end with each test. */
export abstract class OwnConnections {
  readonly #closing: { close(): void }[] = [];

  abstract get target(): RedisTarget;

  /** An opened connection of ours. `blockMs` makes it one for blocking reads. */
  connect(target: Partial<RedisTarget> = {}, blockMs?: number): RedisConnection {
    const options = { name: 'test', ...(blockMs === undefined ? {} : { blockMs }) };
    return this.closing(connectRedis({ ...this.target, ...target }, options)).open();
  }

  /** Closes it when the test ends. */
  closing<T extends { close(): void }>(closable: T): T {
    this.#closing.push(closable);
    return closable;
  }

  closeAll(): void {
    for (const closable of this.#closing.splice(0)) closable.close();
  }
}
