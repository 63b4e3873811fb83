import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
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

/** Entries one call steps over inside Redis: about a millisecond of its time. */
const COUNT_STEP = 1_000;
/** Past this many entries the lag is said to be at least that. */
const COUNT_MAX = 20_000;

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
  const countMax = lagFromCounters(facts) === null ? COUNT_MAX : 1;
  return lagFromCount(facts, await count(redis, stream, group.lastDeliveredId, countMax), nowMs);
}

async function count(
  redis: RedisConnection,
  stream: string,
  cursor: EntryId,
  countMax: number,
): Promise<LagCount> {
  const stepMax = Math.min(COUNT_STEP, countMax);
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
    if (error instanceof DashboardError && error.code === 'redis_permission_denied') {
      return { failed: 'the Redis user may not run the script that counts (EVAL)' };
    }
    throw error;
  }
}
