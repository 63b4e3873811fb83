import type { EntryId } from '@/lib/model/entry-id';
import { type Lag, type LagCount, type LagFacts, lagFromIds, lagOf } from '@/lib/model/lag';
import type { RedisConnection } from '@/lib/redis/connect';
import { type GroupInfo, readStreamInfo, type StreamInfo } from '@/lib/redis/stream-info';
import { countAfter } from '@/lib/redis/stream-reads';
import type { StreamMemory } from './stream-memory';

/** What one call may walk over inside Redis, and what a whole count may: entries and their bytes. */
const STEP = { entries: 1_000, bytes: 512 * 1024 };
/** Past this the lag is said to be at least what was counted. */
const WHOLE = { entries: 100_000, bytes: 64 * 1024 * 1024 };
/** What an entry is taken for where MEMORY USAGE may not be asked. */
const ENTRY_BYTES_ASSUMED = 4 * 1024;

/** How far one reading may go. */
export interface ReadingLimits {
  /** Whether to read what is read less often: memory, oldest pending, least idle. */
  detailed: boolean;
  /** Most entries to walk over within the first round trip. */
  firstStep: number;
  /** Entries that may still be walked over after it, by all who share this. */
  allowance: { entries: number };
}

/** One stream, its groups' lags in the same order, and what Redis spent on it. */
export interface StreamReading {
  info: StreamInfo;
  lags: Lag[];
  /** Microseconds; 0 where the server shows scripts no clock. */
  redisUs: number;
  commands: number;
}

export const UNLIMITED: ReadingLimits = {
  detailed: true,
  firstStep: STEP.entries,
  allowance: { entries: Number.POSITIVE_INFINITY },
};

/**
 * Reads a stream and the lag of each group: one round trip, but for lags that are still being
 * counted. What is learned goes into `memory`.
 */
export async function readStream(
  redis: RedisConnection,
  stream: string,
  memory: StreamMemory,
  limits: ReadingLimits,
  nowMs: number,
): Promise<StreamReading | 'absent' | 'wrong_type'> {
  const countMax = { entries: Math.min(STEP.entries, limits.firstStep), bytes: STEP.bytes };
  const request = memory.request({ detailed: limits.detailed, countMax }, nowMs);
  const found = await readStreamInfo(redis, stream, request);
  if (typeof found === 'string') return found;
  const info = memory.complete(found, limits.detailed);
  const cost = { redisUs: info.redisUs, commands: info.commands };
  const counting = new Counting(redis, stream, info, memory, limits, cost);
  const lags: Lag[] = [];
  const learned: Parameters<StreamMemory['learn']>[0][number][] = [];
  for (const group of info.groups) {
    const facts = lagFacts(info, group);
    const addedUpToCursor = memory.addedUpTo(group.lastDeliveredId);
    const lag = lagOf(facts, await counting.count(group, facts), nowMs, { addedUpToCursor });
    lags.push(lag);
    if (lag.value !== null && (group.behind?.complete ?? lagFromIds(facts) !== null)) {
      learned.push({
        facts,
        lag: lag.value,
        nextId: group.behind?.firstId ?? null,
        ofOneMoment: true,
      });
    } else if (lag.value !== null && lag.quality === 'counted') {
      learned.push({ facts, lag: lag.value, nextId: null, ofOneMoment: false });
    }
  }
  memory.learn(learned);
  return { info, lags, ...cost };
}

/** By name: thousands are made every sample, and a copy of all that is known costs more than the lag. */
function lagFacts(stream: StreamInfo, group: GroupInfo): LagFacts {
  return {
    length: stream.length,
    firstId: stream.firstId,
    lastGeneratedId: stream.lastGeneratedId,
    entriesAdded: stream.entriesAdded,
    maxDeletedId: stream.maxDeletedId,
    lastDeliveredId: group.lastDeliveredId,
    entriesRead: group.entriesRead,
    lag: group.lag,
  };
}

/** Goes on with counts that one round trip did not finish. */
class Counting {
  readonly #done = new Map<EntryId, LagCount>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly stream: string,
    private readonly info: StreamInfo,
    private readonly memory: StreamMemory,
    private readonly limits: ReadingLimits,
    private readonly cost: { redisUs: number; commands: number },
  ) {}

  /** What is known behind a cursor; null where ids decide, or counting is not allowed. */
  async count({ behind, lastDeliveredId }: GroupInfo, facts: LagFacts): Promise<LagCount | null> {
    if (behind === null) return null;
    const { counted, complete, firstId: oldestId } = behind;
    const first: LagCount = { counted: counted ?? 0, complete, oldestId };
    // What Redis says is believed past the first step, where the step does not contradict it.
    if (complete || lagOf(facts, first, 0).quality === 'exact') return first;
    const before = this.#done.get(lastDeliveredId);
    if (before) return before;
    const count = await this.#goOn(lastDeliveredId, behind.lastId, first);
    this.#done.set(lastDeliveredId, count);
    return count;
  }

  async #goOn(cursor: EntryId, stoppedAt: EntryId | null, first: LagCount): Promise<LagCount> {
    const { allowance } = this.limits;
    const partial = this.memory.partial(cursor);
    let counted = partial?.counted ?? first.counted;
    let after = partial?.lastId ?? stoppedAt ?? cursor;
    const max = this.#within(WHOLE);
    while (counted < max && allowance.entries > 0) {
      const step = Math.min(this.#within(STEP), max - counted, allowance.entries);
      const range = { after, upTo: this.info.lastGeneratedId };
      const found = await countAfter(this.redis, this.stream, range, step);
      allowance.entries -= found.count;
      this.cost.redisUs += found.redisUs;
      this.cost.commands++;
      counted += found.count;
      if (found.count < step || found.lastId === null) {
        return { counted, complete: true, oldestId: first.oldestId };
      }
      after = found.lastId;
    }
    this.memory.keepPartial(cursor, { counted, lastId: after });
    return {
      counted,
      complete: false,
      oldestId: first.oldestId,
      why:
        counted < max
          ? `counted ${counted} entries so far, within the sampling budget`
          : `counting stopped at ${counted} entries`,
    };
  }

  /** Entries that stay within a limit, going by their mean size: Redis builds each one it counts. */
  #within(limit: typeof STEP): number {
    const meanBytes = this.memory.meanBytes ?? ENTRY_BYTES_ASSUMED;
    return Math.max(1, Math.min(limit.entries, Math.floor(limit.bytes / Math.max(1, meanBytes))));
  }
}
