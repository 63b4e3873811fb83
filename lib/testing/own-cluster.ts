import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { parseConfig, type RedisTarget } from '@/lib/config';
import { SLOTS, slotOfKey } from '@/lib/redis/cluster-slots';
import { type RedisCluster, startRedisCluster } from '@/scripts/setup/redis-cluster.mjs';
import type { RedisServer } from '@/scripts/setup/redis-server.mjs';
import { OwnConnections } from './own-connections';

/** A real Redis Cluster for the tests of one file, and connections that end with each test. */
export function ownCluster(options: Parameters<typeof startRedisCluster>[0] = {}): OwnCluster {
  const own = new OwnCluster();
  beforeAll(async () => {
    own.cluster = await startRedisCluster(options);
  });
  afterEach(() => own.closeAll());
  afterAll(() => own.cluster.stop());
  return own;
}

class OwnCluster extends OwnConnections {
  #cluster: RedisCluster | null = null;

  get cluster(): RedisCluster {
    if (this.#cluster === null) throw new Error('The cluster runs only while tests do.');
    return this.#cluster;
  }

  set cluster(cluster: RedisCluster) {
    this.#cluster = cluster;
  }

  get target(): RedisTarget {
    return parseConfig({ REDIS_URL: this.cluster.url, REDIS_CLUSTER: 'true' }).redis;
  }

  get nodes(): RedisServer[] {
    return [...this.cluster.masters, ...this.cluster.replicas];
  }

  /** The node that has these slots at the start. */
  master(at: number): RedisServer {
    const node = this.cluster.masters[at];
    if (node === undefined) throw new Error(`There is no master ${at}.`);
    return node;
  }

  /** A name that hashes to a slot this master has at the start; another one each time. */
  nameOn(at: number): string {
    const { length } = this.cluster.masters;
    for (;;) {
      const name = `stream:${named++}`;
      if (Math.floor((slotOfKey(name) * length) / SLOTS) === at) return name;
    }
  }

  /** A command about a key, as somebody else would send it, to whoever has the key now. */
  async command(name: string, key: string, ...args: (string | number | Uint8Array)[]) {
    const others = this.nodes;
    let node = others.shift();
    for (let asking = false; node !== undefined; ) {
      try {
        if (asking) await node.command('ASKING');
        return await node.command(name, key, ...args);
      } catch (error) {
        if (String(error).includes('ECONNREFUSED') && !asking && others.length > 0) {
          node = others.shift();
          continue;
        }
        const redirection = /^(MOVED|ASK) \d+ .*:(\d+)$/.exec(String(error).replace('Error: ', ''));
        if (!redirection) throw error;
        asking = redirection[1] === 'ASK';
        const port = Number(redirection[2]);
        node = this.nodes.find((candidate) => candidate.port === port);
      }
    }
    throw new Error('The key is on a node that is none of ours.');
  }

  /** Whether the cluster is down as a whole while a slot has no master. */
  async require(fullCoverage: 'yes' | 'no'): Promise<void> {
    const setting = ['cluster-require-full-coverage', fullCoverage];
    for (const { command } of this.nodes) await command('CONFIG', 'SET', ...setting);
  }

  /** Resolves when every node says that the cluster is well. */
  async isWell(nodes = this.nodes): Promise<void> {
    await vi.waitFor(
      async () => {
        for (const { command } of nodes) {
          expect(await command('CLUSTER', 'INFO')).toContain('cluster_state:ok');
        }
      },
      { timeout: 30_000, interval: 50 },
    );
  }

  /** Begins to move a slot: from now on each key is on one of the two, or asked for on both. */
  async beginMove(slot: number, from: RedisServer, to: RedisServer): Promise<void> {
    const [fromId, toId] = await Promise.all([idOf(from), idOf(to)]);
    await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
    await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
  }

  async moveKey(key: string, from: RedisServer, to: RedisServer): Promise<void> {
    const { password } = this.cluster;
    const how = ['AUTH', password, 'KEYS', key];
    await from.command('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, ...how);
  }

  async endMove(slot: number, to: RedisServer): Promise<void> {
    const id = await idOf(to);
    const { masters } = this.cluster;
    // The new owner first, so that nobody is sent where the slot is not yet.
    await to.command('CLUSTER', 'SETSLOT', slot, 'NODE', id);
    for (const node of masters) await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', id);
  }
}

let named = 0;

async function idOf(node: RedisServer): Promise<string> {
  return String(await node.command('CLUSTER', 'MYID'));
}
