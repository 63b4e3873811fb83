import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from '@/lib/config';
import { DashboardError } from '@/lib/model/errors';
import { EntryMask } from '@/lib/model/mask';
import {
  BLOCK_GRACE_MS,
  type CommandArgument,
  type ConnectionOptions,
  REQUEST_TIMEOUT_MS,
  type RedisConnection,
  type RedisMaster,
} from './connect';
import {
  errorReplyText,
  isHelloUnheard,
  isReplyError,
  isSelectError,
  isUnsentError,
  redirectionOf,
  redisError,
  toRedisError,
  UnsentError,
} from './redis-errors';
import { asText } from './replies';

const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 2_000;
/** Each attempt with a wrong password stands in Redis's ACL LOG. */
const REFUSED_PAUSE_MS = 500;
/**
 * A request's own timeout gives up the request, not the socket: on a line that a router has
 * forgotten every later one would be waited for in vain.
 */
const SILENCE_MAX_MS = 2 * REQUEST_TIMEOUT_MS;

const CONNECTING: ReadonlySet<string> = new Set(['connecting', 'connect']);
/**
 * After a failover the address may lead to the new master: a refused write is worth a new
 * connection, but not every one of them, for a replica that stays one can still be read.
 */
const READONLY_RECONNECT_EVERY_MS = 30_000;

/** One socket to one server: the Redis itself, or a node of a cluster. */
export class NodeConnection implements RedisConnection, RedisMaster {
  readonly host: string;
  readonly address: string;
  readonly takesAnyKeys = true;
  readonly mask: EntryMask | null;
  readonly #client: Redis;
  #lastError: DashboardError | null = null;
  /** Set where the connection stands but must not be used: it is on another database. */
  #wrongDatabase: DashboardError | null = null;
  /** The attempt that commands have asked for, until it begins. */
  #asked: Promise<void> | null = null;
  /** The end of the attempt that is under way: one for all who wait for it. */
  #ending: Promise<void> | null = null;
  /** The next attempt that nobody has to ask for, and how many have failed in a row. */
  #retry: NodeJS.Timeout | undefined;
  #retries = 0;
  /** When the connection was last lost or an attempt at it failed, by `performance.now()`. */
  #endedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  readonly #listeners = new Set<(up: boolean) => void>();
  /** What answers was found to be a Redis of its own, since the connection stands. */
  #isAlone = false;
  /** When a refused write last led to a new connection, by `performance.now()`. */
  #reconnectedAtMs = Number.NEGATIVE_INFINITY;

  constructor(target: RedisTarget, { name, blockMs }: ConnectionOptions) {
    this.host = target.host;
    this.address = `${target.host}:${target.port}`;
    this.mask = target.redactFields ? new EntryMask(target.redactFields) : null;
    this.#client = new Redis({
      ...addressOptions(target),
      connectionName: `shield-dashboard:${name}`,
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      enableOfflineQueue: false,
      // LOADING and MASTERDOWN are then answers we can name, not a silent wait.
      enableReadyCheck: false,
      // What is in flight when the connection breaks is rejected at once and never sent again.
      maxRetriesPerRequest: 0,
      // Ours, for ioredis's own cannot be brought forward: see `#connect`.
      retryStrategy: () => null,
      reconnectOnError: (error) => (this.#isWorthReconnecting(error) ? 1 : false),
      replyMapping: 'legacy',
      ...(blockMs === undefined
        ? { commandTimeout: REQUEST_TIMEOUT_MS, socketTimeout: SILENCE_MAX_MS }
        : { socketTimeout: blockMs + BLOCK_GRACE_MS }),
    });
    this.#client.on('error', (error) => {
      this.#lastError = toRedisError(error);
      // ioredis goes on with database 0.
      if (isSelectError(error)) this.#wrongDatabase = this.#lastError;
      if (isHelloUnheard(error, target.password)) this.#client.options.protocol = 2;
    });
    this.#client.on('connect', () => {
      this.#wrongDatabase = null;
      this.#isAlone = false;
    });
    this.#client.on('ready', () => {
      this.#retries = 0;
      if (this.#wrongDatabase) return;
      this.#lastError = null;
      this.#emit(true);
    });
    this.#client.on('close', () => this.#emit(false));
    this.#client.on('end', () => this.#retryLater());
  }

  open(): this {
    if (this.#client.status === 'wait') this.#connect();
    return this;
  }

  get ready(): boolean {
    return this.#client.status === 'ready' && this.#wrongDatabase === null;
  }

  onChange(listener: (up: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async command(name: string, ...args: CommandArgument[]): Promise<unknown> {
    try {
      return await this.send(name, args);
    } catch (error) {
      throw this.explain(error, 'command');
    }
  }

  async write(name: string, ...args: CommandArgument[]): Promise<unknown> {
    try {
      return await this.send(name, args);
    } catch (error) {
      throw this.explain(error, 'write');
    }
  }

  async check(): Promise<void> {
    await this.command('PING');
    if (this.#isAlone) return;
    // A user who may not ask learns it from the first key that lies elsewhere.
    const info = await this.command('INFO', 'server').then(asText, () => '');
    if (/^(?:redis|server)_mode:cluster/m.test(info)) throw redisError('redis_is_cluster');
    this.#isAlone = true;
  }

  async masters(): Promise<readonly RedisMaster[]> {
    return [this];
  }

  close(): void {
    this.#listeners.clear();
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#client.disconnect();
  }

  /**
   * Sends a command once, behind ASKING where it is about a key that is just being moved here.
   * Throws what ioredis does: see `explain`.
   */
  async send(name: string, args: CommandArgument[], { asking = false } = {}): Promise<unknown> {
    this.open();
    if (CONNECTING.has(this.#client.status)) await this.#attemptEnds();
    if (this.#client.status === 'end' && !this.#isClosed) await this.#attempt();
    if (this.#wrongDatabase) throw this.#reconnectBecause(this.#wrongDatabase);
    if (this.#client.status !== 'ready') throw new UnsentError();
    const asked = asking ? this.#client.callBuffer('ASKING') : null;
    const reply = this.#client.callBuffer(name, args.map(toRedisArgument));
    if (asked === null) return await reply;
    const [first, second] = await Promise.allSettled([asked, reply]);
    if (second.status === 'fulfilled') return second.value;
    // A user without ASKING is turned away for ever: that is the reason to tell.
    const isTurnedAway = redirectionOf(second.reason) !== null && first.status === 'rejected';
    throw isTurnedAway ? first.reason : second.reason;
  }

  /** What `send` threw, with a code: one that was not sent failed for what the connection last met. */
  explain(error: unknown, kind: 'command' | 'write'): DashboardError {
    const isUnsent = isUnsentError(error);
    const isKnown = isUnsent || error instanceof DashboardError || isReplyError(error);
    if (kind === 'write' && !isKnown) {
      return new DashboardError(
        'outcome_unknown',
        'Redis did not answer in time: the write may or may not have happened.',
      );
    }
    return isUnsent && this.#lastError ? this.#lastError : toRedisError(error);
  }

  /** Whoever asks next finds out whether the reason still holds. */
  #reconnectBecause(reason: DashboardError): DashboardError {
    if (this.#client.status === 'ready') this.#client.disconnect(true);
    return reason;
  }

  #connect(): void {
    clearTimeout(this.#retry);
    if (!this.#isClosed) this.#client.connect().catch(() => undefined);
  }

  #retryLater(): void {
    this.#endedAtMs = performance.now();
    if (this.#isClosed) return;
    this.#retries += 1;
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(this.#retries, 10));
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), delayMs * (0.5 + Math.random() / 2));
  }

  /**
   * A new attempt for all who ask before it begins, rather than the next retry: Redis may be back,
   * and they may have been told so. However many ask while it is away, attempts stay apart.
   */
  #attempt(): Promise<void> {
    const pauseMs = this.#lastError?.code === 'redis_auth_failed' ? REFUSED_PAUSE_MS : RETRY_MIN_MS;
    const restMs = Math.max(0, this.#endedAtMs + pauseMs - performance.now());
    this.#asked ??= sleep(restMs).then(() => {
      this.#asked = null;
      if (this.#client.status === 'end') this.#connect();
      return CONNECTING.has(this.#client.status) ? this.#attemptEnds() : undefined;
    });
    return this.#asked;
  }

  /** Waits out the attempt that is under way; the outcome shows when sending. */
  #attemptEnds(): Promise<void> {
    this.#ending ??= new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#client.off('ready', done).off('end', done);
        this.#ending = null;
        resolve();
      };
      const timer = setTimeout(done, CONNECT_TIMEOUT_MS);
      this.#client.on('ready', done).on('end', done);
    });
    return this.#ending;
  }

  #isWorthReconnecting(error: Error): boolean {
    const nowMs = performance.now();
    if (!errorReplyText(error.message).startsWith('READONLY')) return false;
    if (nowMs - this.#reconnectedAtMs < READONLY_RECONNECT_EVERY_MS) return false;
    this.#reconnectedAtMs = nowMs;
    return true;
  }

  #emit(up: boolean): void {
    for (const listener of this.#listeners) listener(up);
  }
}

function toRedisArgument(argument: CommandArgument): string | number | Buffer {
  return argument instanceof Uint8Array
    ? Buffer.from(argument.buffer, argument.byteOffset, argument.byteLength)
    : argument;
}

function addressOptions(target: RedisTarget): RedisOptions {
  const { host, port, username, password, db, tls } = target;
  return {
    host,
    port,
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: tls.ca === undefined ? {} : { ca: tls.ca } } : {}),
  };
}
