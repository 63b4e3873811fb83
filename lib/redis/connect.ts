import { Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from '@/lib/config';
import { DashboardError } from '@/lib/model/errors';
import {
  errorReplyText,
  isHelloUnheard,
  isReplyError,
  isSelectError,
  isUnsentError,
  toRedisError,
} from './redis-errors';

/** An argument as Redis takes it. Replies come as Buffers, integers, nulls and arrays of them. */
export type CommandArgument = string | number | Uint8Array;

/** A request fails after this time, milliseconds; nobody waits longer for a page. */
export const REQUEST_TIMEOUT_MS = 3_000;
const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 2_000;
/** What a blocking read may take beyond its BLOCK before its socket counts as dead. */
const BLOCK_GRACE_MS = 3_000;
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

export interface ConnectionOptions {
  /** Shown in CLIENT LIST, behind `shield-dashboard:`. */
  name: string;
  /** For connections that block: the longest BLOCK in milliseconds. */
  blockMs?: number;
}

/**
 * One connection to Redis, for requests or for one blocking reader. It reconnects for ever, never
 * queues a command while away and never sends one twice, so an XADD is one entry or none.
 */
export class RedisConnection {
  readonly #client: Redis;
  #lastError: DashboardError | null = null;
  /** Set where the connection stands but must not be used: it is on another database. */
  #wrongDatabase: DashboardError | null = null;
  /** The connection attempt that commands wait for: one for all of them. */
  #attempt: Promise<void> | null = null;
  readonly #listeners = new Set<(up: boolean) => void>();
  /** When a refused write last led to a new connection, by `performance.now()`. */
  #reconnectedAtMs = Number.NEGATIVE_INFINITY;

  constructor(target: RedisTarget, { name, blockMs }: ConnectionOptions) {
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
      retryStrategy: (attempt) =>
        Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(attempt, 10)) *
        (0.5 + Math.random() / 2),
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
    });
    this.#client.on('ready', () => {
      if (this.#wrongDatabase) return;
      this.#lastError = null;
      this.#emit(true);
    });
    this.#client.on('close', () => this.#emit(false));
  }

  /** Starts connecting; a failure is retried in the background. */
  open(): this {
    if (this.#client.status === 'wait') this.#client.connect().catch(() => undefined);
    return this;
  }

  get ready(): boolean {
    return this.#client.status === 'ready' && this.#wrongDatabase === null;
  }

  /** Called with true when the connection is usable, false when it is lost. */
  onChange(listener: (up: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends a command that may safely be repeated. Throws `DashboardError`. */
  async command(name: string, ...args: CommandArgument[]): Promise<unknown> {
    try {
      return await this.#send(name, args);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /**
   * Sends a command that changes something. Where Redis was away nothing was sent and nothing
   * will be; where the answer was lost, throws `outcome_unknown`.
   */
  async write(name: string, ...args: CommandArgument[]): Promise<unknown> {
    try {
      return await this.#send(name, args);
    } catch (error) {
      const known = error instanceof DashboardError || isReplyError(error);
      if (known || isUnsentError(error)) throw this.#explain(error);
      throw new DashboardError(
        'outcome_unknown',
        'Redis did not answer in time: the write may or may not have happened.',
      );
    }
  }

  /** Ends the connection; commands in flight are rejected. */
  close(): void {
    this.#listeners.clear();
    this.#client.disconnect();
  }

  async #send(name: string, args: CommandArgument[]): Promise<unknown> {
    this.open();
    if (CONNECTING.has(this.#client.status)) await this.#connected();
    if (this.#wrongDatabase) throw this.#reconnectBecause(this.#wrongDatabase);
    return await this.#client.callBuffer(name, args.map(toRedisArgument));
  }

  /** Whoever asks next finds out whether the reason still holds. */
  #reconnectBecause(reason: DashboardError): DashboardError {
    if (this.#client.status === 'ready') this.#client.disconnect(true);
    return reason;
  }

  /** Waits out a connection attempt that is under way; the outcome shows when sending. */
  #connected(): Promise<void> {
    this.#attempt ??= this.#attemptEnds().finally(() => {
      this.#attempt = null;
    });
    return this.#attempt;
  }

  #attemptEnds(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#client.off('ready', done).off('close', done);
        resolve();
      };
      const timer = setTimeout(done, CONNECT_TIMEOUT_MS);
      this.#client.on('ready', done).on('close', done);
    });
  }

  /** A command that could not be sent failed for the reason the connection last gave. */
  #explain(error: unknown): DashboardError {
    return isUnsentError(error) && this.#lastError ? this.#lastError : toRedisError(error);
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
