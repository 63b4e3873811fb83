import type { RedisTarget } from '@/lib/config';
import { hasErrorCode } from '@/lib/model/errors';
import { SLOTS } from './cluster-slots';
import { NodeConnection } from './connect-node';
import { redisError } from './redis-errors';
import { asArray, asInteger, asText } from './replies';

export interface NodeAddress {
  host: string;
  port: number;
}

/** A target of which the configuration says that it is a cluster. */
export type ClusterTarget = RedisTarget & { cluster: NonNullable<RedisTarget['cluster']> };

/** Nodes asked at once where the keys are: one that hangs keeps nobody waiting. */
const ASKED_MAX = 5;
/** A map is not asked for again sooner than this after the last. */
const ASK_EVERY_MS = 500;

/** One map for all connections to a cluster: what one of them finds out, all of them know. */
const maps = new WeakMap<RedisTarget['cluster'] & object, ClusterMap>();

export function clusterMapOf(target: ClusterTarget): ClusterMap {
  let map = maps.get(target.cluster);
  if (!map) {
    map = new ClusterMap(target);
    maps.set(target.cluster, map);
  }
  return map;
}

export function addressText({ host, port }: NodeAddress): string {
  return `${host}:${port}`;
}

/** Which master serves which hash slot, as the nodes last said (CLUSTER SLOTS). */
export class ClusterMap {
  readonly #target: ClusterTarget;
  #owners: (NodeAddress | undefined)[] = [];
  #masters: NodeAddress[] = [];
  #replicas: NodeAddress[] = [];
  #readAtMs: number | null = null;
  #refreshing: Promise<void> | null = null;
  #asked: { atMs: number; failure: unknown } | null = null;

  constructor(target: ClusterTarget) {
    this.#target = target;
  }

  /** Each address once. */
  get masters(): readonly NodeAddress[] {
    return this.#masters;
  }

  owner(slot: number): NodeAddress | undefined {
    return this.#owners[slot];
  }

  isMaster(address: string): boolean {
    return this.#masters.some((master) => addressText(master) === address);
  }

  /** Resolves when there is a map; throws why there is none. */
  async known(): Promise<void> {
    if (this.#readAtMs === null) await this.refresh();
  }

  /** Reads it anew where it is older than that; over a connection that stands, which costs little. */
  async freshen(ageMaxMs: number, by: NodeConnection): Promise<void> {
    const ageMs = performance.now() - (this.#readAtMs ?? Number.NEGATIVE_INFINITY);
    if (ageMs > ageMaxMs) this.#put(await readSlots(by));
  }

  /** A node said that a slot is elsewhere; the rest is asked for behind it. */
  moved(slot: number, to: NodeAddress): void {
    this.#owners[slot] = to;
    if (!this.isMaster(addressText(to))) this.#masters = [...this.#masters, to];
    this.refreshSoon();
  }

  /** Something is not as the map says. */
  refreshSoon(): void {
    this.refresh().catch(() => undefined);
  }

  /** Asks the nodes; throws what is told best where none of them knows. */
  async refresh(): Promise<void> {
    if (this.#refreshing === null) {
      const last = this.#asked;
      if (last !== null && performance.now() - last.atMs < ASK_EVERY_MS) {
        if (last.failure === null) return;
        throw last.failure;
      }
      this.#refreshing = this.#ask().finally(() => {
        this.#refreshing = null;
      });
    }
    return await this.#refreshing;
  }

  async #ask(): Promise<void> {
    const connections = this.#askable().map(
      (address) => new NodeConnection({ ...this.#target, ...address }, { name: 'cluster' }),
    );
    let failure: unknown = null;
    try {
      const ranges = await Promise.any(connections.map(readSlots));
      this.#put(ranges);
    } catch (error) {
      failure = tellingFailure(error);
      throw failure;
    } finally {
      this.#asked = { atMs: performance.now(), failure };
      for (const connection of connections) connection.close();
    }
  }

  /** Some of the nodes that are known, and of the configured ones at least one. */
  #askable(): NodeAddress[] {
    const seeds = shuffled(this.#target.cluster.seeds);
    const known = shuffled([...this.#masters, ...this.#replicas]);
    const wanted = [...seeds.slice(0, 1), ...known, ...seeds.slice(1)];
    return [...unique(wanted).values()].slice(0, ASKED_MAX);
  }

  #put(ranges: readonly SlotRange[]): void {
    const owners: (NodeAddress | undefined)[] = Array.from({ length: SLOTS });
    for (const { first, last, master } of ranges) owners.fill(master, first, last + 1);
    this.#owners = owners;
    this.#masters = [...unique(ranges.map(({ master }) => master)).values()];
    this.#replicas = [...unique(ranges.flatMap(({ replicas }) => replicas)).values()];
    this.#readAtMs = performance.now();
  }
}

interface SlotRange {
  first: number;
  last: number;
  master: NodeAddress;
  replicas: NodeAddress[];
}

async function readSlots(node: NodeConnection): Promise<SlotRange[]> {
  const reply = await node.command('CLUSTER', 'SLOTS');
  const ranges = asArray(reply).flatMap((item): SlotRange[] => {
    const [first, last, ...nodes] = asArray(item);
    const [master, ...replicas] = nodes.map((one) => asAddress(one, node.host));
    if (!master) return [];
    const others = replicas.filter((replica) => replica !== null);
    return [{ first: asInteger(first), last: asInteger(last), master, replicas: others }];
  });
  // A node that was never joined to others knows of no slots.
  if (ranges.length === 0) throw redisError('redis_cluster_down');
  return ranges;
}

/** A node that does not know its own address is where it was asked; `?` is one that nobody knows. */
function asAddress(reply: unknown, askedHost: string): NodeAddress | null {
  const [host, port] = asArray(reply);
  const name = host === null ? '' : asText(host);
  return name === '?' ? null : { host: name || askedHost, port: asInteger(port) };
}

/** Of several reasons the one that says more than that nobody is there. */
function tellingFailure(error: unknown): unknown {
  const reasons: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const unlike = (reason: unknown) => !hasErrorCode(reason, 'redis_unreachable', 'redis_timeout');
  return reasons.find(unlike) ?? reasons[0] ?? redisError('redis_unreachable');
}

function unique(addresses: readonly NodeAddress[]): Map<string, NodeAddress> {
  return new Map(addresses.map((address) => [addressText(address), address]));
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
