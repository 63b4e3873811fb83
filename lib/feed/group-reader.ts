import { ENTRY_ID_ZERO } from '@/lib/model/entry-id';
import { type DashboardError, hasErrorCode } from '@/lib/model/errors';
import type { RedisConnection } from '@/lib/redis/connect';
import {
  type CountedEntries,
  type CountedRead,
  type CountRequest,
  countEvents,
} from '@/lib/redis/event-count-commands';
import type { RedisStreamsClient } from '@/lib/redis/streams-client';
import { Alarm } from './alarm';
import { backoffMs, pause } from './pause';
import { readWithoutScript } from './plain-group-reading';

/** Entries of one read, at most. */
const ENTRIES_MAX = 1_000;
/** What comes within this time is read together, milliseconds. */
const REST_MS = 25;
/** The group is looked at this often though nobody told of an entry. */
const LOOK_EVERY_MS = 1_000;
/** Entries another process of this dashboard left pending this long are taken over. */
const RECLAIM_IDLE_MS = 60_000;
const RECLAIM_EVERY_MS = 60_000;
/** A right that was missing is tried again after this time. */
const RIGHTS_ASKED_EVERY_MS = 60_000;

/** Where the counts go that reading makes. */
export interface EventCounting extends Pick<CountRequest, 'keys' | 'redisMs'> {
  /** Told of every read, of those that brought nothing too. */
  note(read: CountedRead): void;
}

export interface GroupReaderOptions {
  streams: RedisStreamsClient;
  redis: RedisConnection;
  group: string;
  counting: EventCounting;
  /** Creates the group again where it is gone. */
  recreate: () => Promise<void>;
  /** Told of every failure; the reader goes on by itself. */
  onFailure: (error: unknown) => void;
}

/**
 * How the group is read: counted into Redis; counted but not stored, where the user may not write
 * the counts' keys; without a script, where the user may run none.
 */
const WAYS = ['stored', 'answered', 'plain'] as const;

/**
 * Keeps the dashboard's own consumer group at lag 0 with nothing pending, for as long as it runs,
 * and counts what it reads: one script delivers, acknowledges and counts, so that over all processes
 * each entry is counted once, whenever one of them dies.
 */
export class GroupReader {
  readonly #options: GroupReaderOptions;
  /** The first of `WAYS` that is not known to be denied, and by which error. */
  #denied: { way: number; error: DashboardError; atMs: number } | null = null;

  constructor(options: GroupReaderOptions) {
    this.#options = options;
  }

  /** Until aborted. `onAdded` calls its listener when entries may have come; it returns what ends that. */
  async run(signal: AbortSignal, onAdded: (listener: () => void) => () => void): Promise<void> {
    const alarm = new Alarm();
    const unlisten = onAdded(alarm.ring);
    signal.addEventListener('abort', alarm.ring, { once: true });
    let reclaimedAtMs = Number.NEGATIVE_INFINITY;
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (performance.now() - reclaimedAtMs >= RECLAIM_EVERY_MS) {
          await this.#takeLeftovers(signal);
          reclaimedAtMs = performance.now();
        }
        const { entries, isMore } = await this.#read({ of: 'new' });
        failures = 0;
        if (isMore) continue;
        if (entries > 0) await pause(REST_MS, signal);
        else await alarm.wait(LOOK_EVERY_MS);
      } catch (error) {
        if (signal.aborted) break;
        // Without a script, the answer to a read may be what was lost: it is pending with us now.
        reclaimedAtMs = Number.NEGATIVE_INFINITY;
        if (hasErrorCode(error, 'group_not_found')) await this.#options.recreate();
        else this.#options.onFailure(error);
        await pause(backoffMs(failures++), signal);
      }
    }
    unlisten();
  }

  /** After the loop: counts what a broken-off read left, and takes its consumer away. */
  async leave(): Promise<void> {
    await this.#takeOwn();
    await this.#options.streams.leaveEventGroup(this.#options.group);
  }

  /**
   * What an older version, or a read without a script, left pending: this consumer's own, those of
   * processes gone, and what Redis 6.2 claims without saying its id.
   */
  async #takeLeftovers(signal: AbortSignal): Promise<void> {
    await this.#takeOwn();
    let from = ENTRY_ID_ZERO;
    do {
      const idle = { of: 'idle', minIdleMs: RECLAIM_IDLE_MS, from } as const;
      ({ next: from } = await this.#read(idle));
    } while (from !== ENTRY_ID_ZERO && !signal.aborted);
    await this.#takeOwn();
  }

  async #takeOwn(): Promise<void> {
    while ((await this.#read({ of: 'own' })).entries > 0);
  }

  async #read(which: CountedEntries): Promise<CountedRead> {
    if (this.#denied && performance.now() - this.#denied.atMs >= RIGHTS_ASKED_EVERY_MS) {
      this.#denied = null;
    }
    for (let way = this.#denied?.way ?? 0; ; way++) {
      try {
        const read = await this.#readBy(WAYS[way] ?? 'plain', which);
        this.#options.counting.note({
          ...read,
          refusal: read.refusal ?? this.#denied?.error ?? null,
        });
        return read;
      } catch (error) {
        const isLast = way + 1 >= WAYS.length;
        if (isLast || !hasErrorCode(error, 'redis_permission_denied')) throw error;
        this.#denied = { way: way + 1, error, atMs: performance.now() };
      }
    }
  }

  #readBy(way: (typeof WAYS)[number], which: CountedEntries): Promise<CountedRead> {
    const { streams, redis, group, counting } = this.#options;
    const { keys, redisMs } = counting;
    if (way === 'plain') return readWithoutScript(streams, group, which, redisMs);
    return countEvents(redis, which, {
      stream: streams.eventStream,
      group,
      consumer: streams.consumer,
      entriesMax: ENTRIES_MAX,
      keys: way === 'stored' ? keys : null,
      redisMs,
    });
  }
}
