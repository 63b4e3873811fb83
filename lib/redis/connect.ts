import type { EntryMask } from '@/lib/model/mask';

/** An argument as Redis takes it. Replies come as Buffers, integers, nulls and arrays of them. */
export type CommandArgument = string | number | Uint8Array;

/** A request fails after this time, milliseconds; nobody waits longer for a page. */
export const REQUEST_TIMEOUT_MS = 3_000;
/** What a blocking read may take beyond its BLOCK before its socket counts as dead. */
export const BLOCK_GRACE_MS = 3_000;

export interface ConnectionOptions {
  /** Shown in CLIENT LIST, behind `shield-dashboard:`. */
  name: string;
  /** For connections that block: the longest BLOCK in milliseconds. */
  blockMs?: number;
}

/** One server that holds keys of its own: the Redis itself, or a master of a cluster. */
export interface RedisMaster {
  /** `host:port` */
  readonly address: string;
  command(name: string, ...args: CommandArgument[]): Promise<unknown>;
}

/**
 * A line to Redis, be it one server or a cluster: for requests, or for one blocking reader at a time.
 * It reconnects for ever, never queues a command while Redis is away and never sends one twice that
 * may have been run, so an XADD is one entry or none.
 */
export interface RedisConnection {
  /** Starts connecting; a failure is retried in the background. */
  open(): this;
  readonly ready: boolean;
  /** What entries that are read through it pass; null shows all. */
  readonly mask: EntryMask | null;
  /** Whether the keys of one command may be any: on a cluster they must share a slot. */
  readonly takesAnyKeys: boolean;
  /** Called with true when a server can be used, false when one is lost. */
  onChange(listener: (up: boolean) => void): () => void;
  /** Sends a command that may safely be repeated. Throws `DashboardError`. */
  command(name: string, ...args: CommandArgument[]): Promise<unknown>;
  /**
   * Sends a command that changes something. Where Redis was away nothing was sent and nothing
   * will be; where the answer was lost, throws `outcome_unknown`.
   */
  write(name: string, ...args: CommandArgument[]): Promise<unknown>;
  /** Asks whether Redis can be worked with. Throws the reason where it cannot. */
  check(): Promise<void>;
  /** Where all keys are, between them: a SCAN has to go through each. */
  masters(): Promise<readonly RedisMaster[]>;
  /** Ends the connection; commands in flight are rejected. */
  close(): void;
}
