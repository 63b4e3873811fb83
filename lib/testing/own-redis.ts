import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { parseConfig, type RedisTarget } from '@/lib/config';
import {
  type RedisServer,
  type RedisServerOptions,
  startRedisServer,
} from '@/scripts/setup/redis-server.mjs';
import { OwnConnections } from './own-connections';

/** A real redis-server for the tests of one file, and connections that end with each test. */
export function ownRedis(options: RedisServerOptions = {}): OwnRedis {
  const redis = new OwnRedis();
  beforeAll(async () => {
    redis.server = await startRedisServer(options);
  });
  afterEach(() => redis.closeAll());
  afterAll(() => redis.server.stop());
  return redis;
}

class OwnRedis extends OwnConnections {
  #server: RedisServer | null = null;

  get server(): RedisServer {
    if (this.#server === null) throw new Error('The server runs only while tests do.');
    return this.#server;
  }

  set server(server: RedisServer) {
    this.#server = server;
  }

  get target(): RedisTarget {
    return parseConfig({ REDIS_URL: this.server.url }).redis;
  }

  /** Resolves when Redis has seen every connection of ours end: what they had sent is done by then. */
  async untilAlone(): Promise<void> {
    await vi.waitFor(
      async () => expect(await this.command('CLIENT', 'LIST')).not.toContain('shield-dashboard:'),
      { timeout: 60_000, interval: 5 },
    );
  }

  /** A command as somebody else would send it, over a connection of no library. */
  command(...args: (string | number | Uint8Array)[]) {
    return this.server.command(...args);
  }
}
