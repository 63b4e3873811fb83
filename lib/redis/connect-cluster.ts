import { setTimeout as sleep } from 'node:timers/promises';
import { type DashboardError, hasErrorCode } from '@/lib/model/errors';
import { EntryMask } from '@/lib/model/mask';
import {
  addressText,
  type ClusterMap,
  type ClusterTarget,
  clusterMapOf,
  type NodeAddress,
} from './cluster-map';
import { slotOfCommand } from './cluster-slots';
import {
  BLOCK_GRACE_MS,
  type CommandArgument,
  type ConnectionOptions,
  REQUEST_TIMEOUT_MS,
  type RedisConnection,
  type RedisMaster,
} from './connect';
import { NodeConnection } from './connect-node';
import { isUnsentError, redirectionOf, redisError, replyWord } from './redis-errors';
import { asText } from './replies';

/** Nodes that disagree could send a command round for ever. */
const REDIRECTIONS_MAX = 5;
/** Keys that lie on two nodes while their slot is moved are asked for again after this time. */
const TRY_AGAIN_MS = 100;
const TRY_AGAIN_FOR_MS = REQUEST_TIMEOUT_MS / 2;
/** Other nodes asked where the first one says that the cluster is not well. */
const SECOND_OPINIONS_MAX = 2;
/** A node that is no longer asked for anything is let go. */
const SWEEP_EVERY_MS = 10_000;
/** A map no older than this names the masters. */
const MASTERS_AGE_MAX_MS = 10_000;
/** Replies that mean that the map may be of yesterday. */
const STALE = /^(CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|UNBLOCKED)$/;

interface Member {
  connection: NodeConnection;
  usedAtMs: number;
}

/** Where a command goes next. */
interface Place {
  node: NodeAddress;
  asking: boolean;
}

/**
 * A line to a Redis Cluster: one connection to each node that is asked for something. A command is
 * sent again only where the node said that it had not run it, or where nothing was sent.
 */
export class ClusterConnection implements RedisConnection {
  readonly takesAnyKeys = false;
  readonly mask: EntryMask | null;
  readonly #target: ClusterTarget;
  readonly #options: ConnectionOptions;
  readonly #map: ClusterMap;
  readonly #members = new Map<string, Member>();
  readonly #listeners = new Set<(up: boolean) => void>();
  #sweeping: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(target: ClusterTarget, options: ConnectionOptions) {
    this.#target = target;
    this.mask = target.redactFields ? new EntryMask(target.redactFields) : null;
    this.#options = options;
    this.#map = clusterMapOf(target);
  }

  open(): this {
    this.#map.known().catch(() => undefined);
    return this;
  }

  get ready(): boolean {
    return [...this.#members.values()].some(({ connection }) => connection.ready);
  }

  onChange(listener: (up: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  command(name: string, ...args: CommandArgument[]): Promise<unknown> {
    return this.#route('command', name, args);
  }

  write(name: string, ...args: CommandArgument[]): Promise<unknown> {
    return this.#route('write', name, args);
  }

  /** Well is a cluster that serves every hash slot it must, in the opinion of one of its masters. */
  async check(): Promise<void> {
    await this.#map.known();
    const [first, ...others] = this.#byReadiness();
    if (!first) throw redisError('redis_cluster_down');
    try {
      await this.#checkBy(first);
    } catch (error) {
      this.#map.refreshSoon();
      const asked = others.slice(0, SECOND_OPINIONS_MAX).map((node) => this.#checkBy(node));
      await Promise.any(asked).catch((second: AggregateError) => {
        // Who answers knows more than who does not.
        const down = [error, ...second.errors].find((e) => hasErrorCode(e, 'redis_cluster_down'));
        throw down ?? error;
      });
    }
  }

  async masters(): Promise<readonly RedisMaster[]> {
    await this.#map.known();
    const [first] = this.#byReadiness();
    // Masters that were added since are found; those that are known can be asked all the same.
    if (first)
      await this.#map.freshen(MASTERS_AGE_MAX_MS, this.#member(first)).catch(() => undefined);
    return this.#map.masters.map((node) => this.#member(node));
  }

  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
    clearInterval(this.#sweeping);
    for (const { connection } of this.#members.values()) connection.close();
    this.#members.clear();
  }

  async #route(kind: 'command' | 'write', name: string, args: CommandArgument[]): Promise<unknown> {
    const slot = slotOfCommand(name, args);
    const tried = new Set<string>();
    const startedMs = performance.now();
    let place: Place = { node: await this.#nodeFor(slot), asking: false };
    for (let redirections = 0; ; ) {
      const { node, asking } = place;
      const connection = this.#member(node);
      tried.add(connection.address);
      try {
        return await connection.send(name, args, { asking });
      } catch (error) {
        const again = replyWord(error) === 'TRYAGAIN';
        if (again && slot !== null && performance.now() - startedMs < TRY_AGAIN_FOR_MS) {
          await sleep(TRY_AGAIN_MS);
          place = { node: await this.#nodeFor(slot), asking: false };
          continue;
        }
        const next =
          redirections < REDIRECTIONS_MAX
            ? await this.#next(error, { slot, tried, host: node.host })
            : null;
        if (next === null) throw this.#explain(connection, error, kind);
        place = next;
        redirections++;
      }
    }
  }

  /** Where a command goes that was certainly not run; null where there is nowhere to go. */
  async #next(
    error: unknown,
    { slot, tried, host: askedHost }: { slot: number | null; tried: Set<string>; host: string },
  ): Promise<Place | null> {
    const redirection = redirectionOf(error);
    if (redirection !== null) {
      const { kind, slot: moved, host, port } = redirection;
      // An empty host is that of the node which answered.
      const node = { host: host || askedHost, port };
      if (kind === 'moved') this.#map.moved(moved, node);
      return { node, asking: kind === 'ask' };
    }
    if (!isUnsentError(error)) {
      const word = replyWord(error);
      if (word === null || STALE.test(word)) this.#map.refreshSoon();
      return null;
    }
    await this.#map.refresh().catch(() => undefined);
    const node =
      slot === null
        ? this.#byReadiness().find((master) => !tried.has(addressText(master)))
        : this.#map.owner(slot);
    return node === undefined || tried.has(addressText(node)) ? null : { node, asking: false };
  }

  async #nodeFor(slot: number | null): Promise<NodeAddress> {
    await this.#map.known();
    const find = () => (slot === null ? this.#byReadiness()[0] : this.#map.owner(slot));
    const found = find();
    if (found) return found;
    await this.#map.refresh();
    const late = find();
    if (late) return late;
    throw redisError('redis_cluster_down');
  }

  /** Masters, those first that are connected. */
  #byReadiness(): NodeAddress[] {
    const isReady = (node: NodeAddress) =>
      this.#members.get(addressText(node))?.connection.ready === true;
    return [...this.#map.masters].sort((a, b) => Number(isReady(b)) - Number(isReady(a)));
  }

  async #checkBy(node: NodeAddress): Promise<void> {
    const connection = this.#member(node);
    const info = await connection.command('CLUSTER', 'INFO').then(asText, (error: unknown) => {
      if (hasErrorCode(error, 'redis_permission_denied')) return null;
      throw error;
    });
    if (info === null) await connection.command('PING');
    else if (!/^cluster_state:ok/m.test(info)) throw redisError('redis_cluster_down');
  }

  #member({ host, port }: NodeAddress): NodeConnection {
    // Nothing is opened that nobody would close.
    if (this.#isClosed) throw redisError('redis_unreachable');
    const address = addressText({ host, port });
    const member = this.#members.get(address) ?? this.#newMember(address, { host, port });
    member.usedAtMs = performance.now();
    return member.connection;
  }

  #newMember(address: string, at: NodeAddress): Member {
    const connection = new NodeConnection({ ...this.#target, ...at }, this.#options);
    connection.onChange((up) => {
      for (const listener of this.#listeners) listener(up);
    });
    const member = { connection, usedAtMs: 0 };
    this.#members.set(address, member);
    this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref();
    return member;
  }

  /** Lets go of nodes that left, and of those a blocking reader no longer reads. */
  #sweep(): void {
    const { blockMs } = this.#options;
    const longestUseMs = (blockMs ?? 0) + REQUEST_TIMEOUT_MS + BLOCK_GRACE_MS;
    for (const [address, { connection, usedAtMs }] of this.#members) {
      if (performance.now() - usedAtMs < longestUseMs + SWEEP_EVERY_MS) continue;
      if (blockMs === undefined && this.#map.isMaster(address)) continue;
      connection.close();
      this.#members.delete(address);
    }
  }

  #explain(connection: NodeConnection, error: unknown, kind: 'command' | 'write'): DashboardError {
    if (redirectionOf(error) !== null) return redisError('redis_slot_moving');
    return connection.explain(error, kind);
  }
}
