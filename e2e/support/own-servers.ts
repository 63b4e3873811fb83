import { afterAll, beforeAll } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '@/lib/testing/cutting-proxy';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { PERSISTENT, type RedisServer } from './stack';
import { type Servers, startServers } from './transports';

interface Options {
  /** Further arguments of the Redis. */
  args?: string[];
  /** Whether the dashboards reach Redis over a line that can be cut. */
  behindProxy?: boolean;
  /** Further variables of the dashboards. */
  env?: Record<string, string>;
}

/** A Redis of one suite's own that keeps its data, and dashboards on it: nobody else is harmed. */
export function ownServers({ args = [], behindProxy = false, env = {} }: Options = {}): OwnServers {
  const own = new OwnServers();
  beforeAll(async () => {
    const redis = await startRedisServer({ args: [...PERSISTENT, ...args] });
    const line = behindProxy ? await startCuttingProxy(redis.port) : undefined;
    const url = redis.url.replace(/\d+$/, String(line?.port ?? redis.port));
    own.started = { redis, line, servers: await startServers(url, env) };
  });
  afterAll(() => own.stop());
  return own;
}

interface Started {
  redis: RedisServer;
  servers: Servers;
  line: CuttingProxy | undefined;
}

export class OwnServers {
  started: Started | undefined;

  get redis(): RedisServer {
    return this.#running.redis;
  }

  get servers(): Servers {
    return this.#running.servers;
  }

  get line(): CuttingProxy {
    const { line } = this.#running;
    if (line === undefined) throw new Error('These servers are not behind a proxy.');
    return line;
  }

  get #running(): Started {
    if (this.started === undefined) throw new Error('The servers run only while tests do.');
    return this.started;
  }

  async stop(): Promise<void> {
    await this.started?.servers.stop();
    this.started?.line?.close();
    await this.started?.redis.stop();
  }
}
