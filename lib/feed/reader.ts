import { DashboardError } from '@/lib/model/errors';
import { canonicalName } from '@/lib/model/name';
import type { RedisConnection } from '@/lib/redis/connect';
import { EntryLog } from './entry-log';
import type { FollowedStream } from './followed-stream';
import { PositionPrice } from './position-price';
import { type ReadCounts, ReadLoop } from './read-loop';
import { SharedBatches } from './shared-batches';
import { SharedPages } from './shared-pages';
import { SharedPosition } from './shared-position';

/** Most streams followed at once: the reader asks for all of them in one command. */
const STREAMS_MAX = 256;
/** After its last follower left a stream is read no more, but remembered for this long. */
const REMEMBERED_MS = 10 * 60_000;

export interface ReaderOptions {
  /** Opens a connection that may block; the reader closes it. */
  connect: () => RedisConnection;
  requests: RedisConnection;
  /** On a cluster one XREAD may not read keys of several nodes: each stream is read by itself. */
  isCluster: boolean;
  /** Told of every failure; the reader goes on by itself. */
  onFailure: (error: unknown) => void;
  /** How long a stream is remembered after its last follower left, milliseconds. */
  rememberedMs?: number;
  now?: () => Date;
}

/**
 * The reader of a process: it reads every followed stream into its log, however many watch. One
 * blocking read serves all streams; on a cluster each has its own. It never asks for `$` after the
 * start, so nothing falls between two reads.
 */
export class StreamReader {
  readonly #options: Required<ReaderOptions>;
  readonly #streams = new Map<string, FollowedStream>();
  /** What reads each stream that somebody follows. */
  readonly #loops = new Map<FollowedStream, ReadLoop>();
  /** What reads all of them; null on a cluster. */
  readonly #shared: ReadLoop | null;
  readonly #running = new Set<Promise<void>>();
  #isRunning = false;
  readonly #counts: ReadCounts = { reads: 0, failures: 0, handOutMs: 0 };

  constructor(options: ReaderOptions) {
    this.#options = { rememberedMs: REMEMBERED_MS, now: () => new Date(), ...options };
    this.#shared = options.isCluster ? null : this.#newLoop();
  }

  /** What it read so far, and what failed. */
  get counts(): Readonly<ReadCounts> {
    return this.#counts;
  }

  /**
   * Follows a stream as long as somebody does. Where it stood is remembered for a while after the
   * last `unfollow`: who comes back learns how much was lost. Throws `stream_limit` where too many
   * others are followed.
   */
  follow(requested: string): FollowedStream {
    const name = canonicalName(requested);
    let stream = this.#streams.get(name);
    if (!stream) {
      if (this.#streams.size >= STREAMS_MAX && !this.#letOneGo()) {
        throw new DashboardError(
          'stream_limit',
          `${STREAMS_MAX} other streams are being followed; try again when one is let go.`,
        );
      }
      stream = this.#newStream(name);
      this.#streams.set(name, stream);
    }
    stream.followers++;
    if (stream.followers === 1) {
      clearTimeout(stream.forgetting);
      this.#read(stream);
      this.#shareMemory();
    }
    return stream;
  }

  #newStream(name: string): FollowedStream {
    const log = new EntryLog();
    const batches = new SharedBatches(log);
    const { requests } = this.#options;
    const pages = new SharedPages(requests, name, log);
    const price = new PositionPrice();
    const position = new SharedPosition(requests, name);
    const idle = { trouble: null, followers: 0, isAbandoned: false, forgetting: undefined };
    return { name, log, batches, pages, price, position, ...idle };
  }

  unfollow(stream: FollowedStream): void {
    stream.followers--;
    if (stream.followers > 0) return;
    stream.isAbandoned = true;
    this.#readNoMore(stream);
    // Its entries are let go, its ids are what is remembered.
    if (stream.log.ready) stream.log.startAfter(stream.log.headId, stream.log.headSequence);
    this.#shareMemory();
    stream.forgetting = setTimeout(() => this.#letGo(stream), this.#options.rememberedMs).unref();
  }

  #letGo(stream: FollowedStream): void {
    clearTimeout(stream.forgetting);
    this.#streams.delete(stream.name);
  }

  /** Makes room by a stream that nobody follows any more; false where there is none. */
  #letOneGo(): boolean {
    const left = [...this.#streams.values()].find(({ followers }) => followers === 0);
    if (left) this.#letGo(left);
    return left !== undefined;
  }

  /** Runs until aborted; every failure is waited out and read on from where it stopped. */
  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#isRunning = true;
    const loops = this.#shared === null ? this.#loops.values() : [this.#shared];
    for (const loop of loops) this.#start(loop);
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      signal.addEventListener('abort', () => this.#end(), { once: true });
    });
    await Promise.all(this.#running);
  }

  #end(): void {
    this.#isRunning = false;
    this.#shared?.stop();
    for (const loop of this.#loops.values()) loop.stop();
    // Subscribers look for the end when they are woken: a listener each would cost thousands.
    for (const { log } of this.#streams.values()) log.announce();
  }

  #read(stream: FollowedStream): void {
    const loop = this.#shared ?? this.#newLoop();
    this.#loops.set(stream, loop);
    loop.add(stream);
    if (this.#shared === null && this.#isRunning) this.#start(loop);
  }

  #readNoMore(stream: FollowedStream): void {
    const loop = this.#loops.get(stream);
    this.#loops.delete(stream);
    loop?.remove(stream);
    if (loop !== this.#shared) loop?.stop();
  }

  #newLoop(): ReadLoop {
    const { connect, requests, isCluster, onFailure, now } = this.#options;
    return new ReadLoop({
      blocking: connect(),
      requests,
      counts: this.#counts,
      onFailure,
      tellsFailures: isCluster,
      now,
    });
  }

  #start(loop: ReadLoop): void {
    const run = loop.run().finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  #shareMemory(): void {
    const followed = [...this.#loops.keys()];
    for (const { log } of followed) log.shareMemory(followed.length);
  }
}
