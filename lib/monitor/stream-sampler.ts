import { hasErrorCode } from '@/lib/model/errors';
import { NO_RATES } from '@/lib/model/recent-rates';
import type { RedisConnection } from '@/lib/redis/connect';
import { readDeliveryCounts } from '@/lib/redis/delivery-counts';
import { type ReadingLimits, readStream } from './lag-reading';
import { StreamHistory } from './stream-history';
import { StreamMemory } from './stream-memory';
import { type ReportedStream, reportNoStream, reportStream } from './stream-report';

/** What Redis is taken to spend, where it does not tell: on a command, and on copying entries. */
const COMMAND_US = 250;
const COPIED_BYTES_PER_US = 150;

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
export interface StreamSample extends ReportedStream {
  commands: number;
  /** Microseconds of Redis; 0 where the server shows scripts no clock, or runs none. */
  redisUs: number;
  /** The same as it is taken to be from what was asked, where Redis does not tell. */
  assumedUs: number;
}

/** Samples one stream again and again: what rates, trends and cheap counts need is kept here. */
export class StreamSampler {
  readonly #history = new StreamHistory();
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
    const figures = { name: this.name, watched, sampled_at: new Date(atMs).toISOString() };
    if (typeof reading === 'string') {
      this.#memory = new StreamMemory();
      if (record) this.#history.end();
      const stream = reportNoStream({ ...NO_FIGURES, ...figures, status: reading }, atMs);
      const commands = 1 + groups.length;
      return { stream, facts: new Map(), commands, redisUs: 0, assumedUs: COMMAND_US * commands };
    }
    const { info, lags } = reading;
    const found = new Map(groups.map((group, at) => [group, deliveries[at]?.deliveries] as const));
    const sampled = info.groups.flatMap((group, at) => {
      const lag = lags[at];
      const counts = found.get(group.name);
      return lag ? [{ group, lag, deliveries: counts && { ...counts, total: group.pending } }] : [];
    });
    const history = this.#history;
    if (record) {
      history.add(atMs, info, new Map(sampled.map(({ group, lag }) => [group.name, lag])));
    }
    const commands = reading.commands + groups.length;
    const copiedUs = (info.edgeBytes ?? 0) / COPIED_BYTES_PER_US;
    return {
      ...reportStream(
        {
          ...figures,
          status: 'ok',
          length: info.length,
          first_entry: info.firstId,
          last_entry: info.lastId,
          last_generated_id: info.lastGeneratedId,
          entries_added: info.entriesAdded,
          memory_bytes: info.memoryBytes,
          structure: { max_deleted_entry_id: info.maxDeletedId, radix_tree: info.radixTree },
          in_per_second: history.inPerSecond(),
          rate_window_ms: history.rateWindowMs(),
          recent: history.recent(),
        },
        sampled,
        history,
        atMs,
      ),
      commands,
      assumedUs: COMMAND_US * commands + copiedUs,
      redisUs:
        reading.redisUs + deliveries.reduce((total, counts) => total + (counts?.redisUs ?? 0), 0),
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

const NO_FIGURES = {
  length: 0,
  first_entry: null,
  last_entry: null,
  last_generated_id: null,
  entries_added: null,
  memory_bytes: null,
  in_per_second: null,
  rate_window_ms: 0,
  recent: NO_RATES,
};
