import { hasErrorCode } from '@/lib/model/errors';
import { groupState } from '@/lib/model/group-state';
import type { Lag } from '@/lib/model/lag';
import type { DeliveryCounts, GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';
import type { RedisConnection } from '@/lib/redis/connect';
import { readDeliveryCounts } from '@/lib/redis/delivery-counts';
import type { GroupInfo } from '@/lib/redis/stream-info';
import { type ReadingLimits, readStream } from './lag-reading';
import { RATE_WINDOW_MS, StreamHistory } from './stream-history';
import { StreamMemory } from './stream-memory';

/** How one stream is to be sampled. */
export interface StreamSampling {
  limits: ReadingLimits;
  /** Groups somebody looks at: their pending entries are looked through. */
  groups: readonly string[];
  watched: boolean;
  /** Only the loop records: what is asked for in between would crowd the history. */
  record: boolean;
}

/** A sample of one stream, and what it cost. */
export interface StreamSample {
  stream: StreamSnapshot;
  commands: number;
  /** Microseconds of Redis; 0 where the server shows scripts no clock. */
  redisUs: number;
}

type Unreadable = 'absent' | 'wrong_type' | 'denied';

/** Samples one stream again and again: what rates, trends and cheap counts need is kept here. */
export class StreamSampler {
  #history = new StreamHistory();
  #memory = new StreamMemory();

  constructor(
    private readonly redis: RedisConnection,
    private readonly name: string,
    private readonly nowMs: () => number,
  ) {}

  /** One round trip, but for lags that are still being counted. */
  async sample({ limits, groups, watched, record }: StreamSampling): Promise<StreamSample> {
    const [reading, ...deliveries] = await Promise.all([
      this.#read(limits),
      ...groups.map((group) => readDeliveryCounts(this.redis, this.name, group)),
    ]);
    const atMs = this.nowMs();
    const sampledAt = new Date(atMs).toISOString();
    if (typeof reading === 'string') {
      this.#memory = new StreamMemory();
      if (record) this.#history = new StreamHistory();
      const stream = { ...emptyStream(this.name, reading, watched), sampled_at: sampledAt };
      return { stream, commands: 1 + groups.length, redisUs: 0 };
    }
    const { info, lags } = reading;
    if (record) {
      const lagEntries = info.groups.map(
        (group, at) => [group.name, lags[at]?.value ?? null] as const,
      );
      this.#history.add(atMs, info, new Map(lagEntries));
    }
    const deliveriesOf = new Map(
      groups.map((group, at) => [group, deliveries[at]?.deliveries] as const),
    );
    const history = this.#history;
    return {
      commands: reading.commands + groups.length,
      redisUs:
        reading.redisUs + deliveries.reduce((total, found) => total + (found?.redisUs ?? 0), 0),
      stream: {
        name: this.name,
        status: 'ok',
        watched,
        sampled_at: sampledAt,
        length: info.length,
        first_entry: info.firstId,
        last_entry: info.lastId,
        last_generated_id: info.lastGeneratedId,
        entries_added: info.entriesAdded,
        memory_bytes: info.memoryBytes,
        in_per_second: history.inPerSecond(),
        rate_window_ms: RATE_WINDOW_MS,
        groups: info.groups.flatMap((group, at) => {
          const lag = lags[at];
          return lag ? [groupSnapshot(group, lag, history, deliveriesOf.get(group.name))] : [];
        }),
        recent: history.recent(),
      },
    };
  }

  async #read(limits: ReadingLimits) {
    try {
      return await readStream(this.redis, this.name, this.#memory, limits, this.nowMs());
    } catch (error) {
      if (hasErrorCode(error, 'redis_permission_denied')) return 'denied';
      throw error;
    }
  }
}

function groupSnapshot(
  group: GroupInfo,
  lag: Lag,
  history: StreamHistory,
  deliveries: Omit<DeliveryCounts, 'total'> | undefined,
): GroupSnapshot {
  const { state, reason } = groupState({
    ...group,
    lag,
    trend: history.trend(group.name),
  });
  return {
    name: group.name,
    consumers: group.consumers,
    pending: group.pending,
    last_delivered_id: group.lastDeliveredId,
    entries_read: group.entriesRead,
    lag,
    out_per_second: history.outPerSecond(group.name),
    idle_ms: group.idleMs,
    oldest_pending: group.oldestPending,
    state,
    state_reason: reason,
    ...(deliveries === undefined ? {} : { deliveries: { ...deliveries, total: group.pending } }),
  };
}

function emptyStream(name: string, status: Unreadable, watched: boolean): StreamSnapshot {
  return {
    name,
    status,
    watched,
    length: 0,
    first_entry: null,
    last_entry: null,
    last_generated_id: null,
    entries_added: null,
    memory_bytes: null,
    in_per_second: null,
    rate_window_ms: RATE_WINDOW_MS,
    groups: [],
    recent: [],
  };
}
