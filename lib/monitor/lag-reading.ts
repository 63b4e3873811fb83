import type { EntryId } from '@/lib/model/entry-id';
import { hasErrorCode } from '@/lib/model/errors';
import {
  type Lag,
  type LagCount,
  type LagFacts,
  lagFromCount,
  lagFromCounters,
  lagFromIds,
} from '@/lib/model/lag';
import type { RedisConnection } from '@/lib/redis/connect';
import type { GroupInfo, StreamInfo } from '@/lib/redis/stream-info';
import { countAfter } from '@/lib/redis/stream-reads';

/** What one call may step over inside Redis, and what a whole count may: entries and their bytes. */
const STEP = { entries: 1_000, bytes: 512 * 1024 };
/** Past this the lag is said to be at least what was counted. */
const WHOLE = { entries: 20_000, bytes: 8 * 1024 * 1024 };
/** What an entry is taken for where MEMORY USAGE may not be asked. */
const ENTRY_BYTES_ASSUMED = 4 * 1024;

/** A group's lag: by ids where they decide, by counting inside Redis where they do not. */
export async function readLag(
  redis: RedisConnection,
  stream: string,
  state: StreamInfo,
  group: GroupInfo,
  nowMs: number,
): Promise<Lag> {
  const facts: LagFacts = { ...state, ...group };
  const decided = lagFromIds(facts, nowMs);
  if (decided !== null) return decided;
  // Where the counters are right only the oldest undelivered entry is looked up.
  const countMax = lagFromCounters(facts) === null ? within(WHOLE, state) : 1;
  const stepMax = Math.min(within(STEP, state), countMax);
  const cursor = group.lastDeliveredId;
  return lagFromCount(facts, await count(redis, stream, cursor, stepMax, countMax), nowMs);
}

/** Entries that stay within a limit, going by their mean size: Redis builds each one it counts. */
function within(limit: typeof STEP, { memoryBytes, length }: StreamInfo): number {
  const meanBytes = memoryBytes === null ? ENTRY_BYTES_ASSUMED : memoryBytes / Math.max(1, length);
  return Math.max(1, Math.min(limit.entries, Math.floor(limit.bytes / Math.max(1, meanBytes))));
}

async function count(
  redis: RedisConnection,
  stream: string,
  cursor: EntryId,
  stepMax: number,
  countMax: number,
): Promise<LagCount> {
  let after = cursor;
  let counted = 0;
  let oldestId: EntryId | null = null;
  try {
    while (counted < countMax) {
      const step = await countAfter(redis, stream, after, stepMax);
      counted += step.count;
      oldestId ??= step.firstId;
      if (step.count < stepMax || step.lastId === null)
        return { counted, complete: true, oldestId };
      after = step.lastId;
    }
    return { counted, complete: false, oldestId };
  } catch (error) {
    if (hasErrorCode(error, 'redis_permission_denied')) {
      return { failed: 'the Redis user may not run the script that counts (EVAL)' };
    }
    throw error;
  }
}
