import { hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { DeliveryCounts } from '@/lib/model/snapshot';
import type { RedisConnection } from './connect';
import { asPendingEntry } from './group-reads';
import { asArray, asInteger } from './replies';
import { runScript } from './script-runner';
import { CLOCK } from './scripts';

/** Pending entries looked at, the oldest ones: a group may have millions. */
export const DELIVERIES_LOOKED_AT_MAX = 500;

/**
 * KEYS[1] a stream, ARGV[1] a group, ARGV[2] the most pending entries to look at.
 * Answers `[microseconds it took, entries looked at, delivery count, entries, …]`.
 */
const COUNT_DELIVERIES = `${CLOCK}
local begun = micros()
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', ARGV[2])
local counts = {}
for p = 1, #pending do
  local deliveries = pending[p][4]
  counts[deliveries] = (counts[deliveries] or 0) + 1
end
local reply = {0, #pending}
for deliveries, entries in pairs(counts) do
  reply[#reply + 1] = deliveries
  reply[#reply + 1] = entries
end
reply[1] = math.floor(micros() - begun)
return reply
`;

/**
 * How often the oldest pending entries of a group were delivered, and what Redis spent on it. Null
 * where there is no such group or it may not be looked at.
 */
export async function readDeliveryCounts(
  redis: RedisConnection,
  stream: string,
  group: string,
): Promise<{ deliveries: Omit<DeliveryCounts, 'total'>; redisUs: number } | null> {
  const [key, name] = [nameToBytes(stream), nameToBytes(group)] as const;
  try {
    const reply = asArray(
      await runScript(redis, COUNT_DELIVERIES, [key], [name, DELIVERIES_LOOKED_AT_MAX]),
    ).map(asInteger);
    const counts = new Map<number, number>();
    for (let at = 2; at < reply.length; at += 2) counts.set(reply[at] ?? 0, reply[at + 1] ?? 0);
    return { deliveries: inOrder(reply[1] ?? 0, counts), redisUs: reply[0] ?? 0 };
  } catch (error) {
    if (!hasErrorCode(error, 'redis_permission_denied')) return nullWhereGone(error);
  }
  try {
    const reply = asArray(
      await redis.command('XPENDING', key, name, '-', '+', DELIVERIES_LOOKED_AT_MAX),
    ).map(asPendingEntry);
    const counts = new Map<number, number>();
    for (const { deliveries } of reply) counts.set(deliveries, (counts.get(deliveries) ?? 0) + 1);
    return { deliveries: inOrder(reply.length, counts), redisUs: 0 };
  } catch (error) {
    return nullWhereGone(error);
  }
}

function inOrder(lookedAt: number, counts: Map<number, number>): Omit<DeliveryCounts, 'total'> {
  return {
    looked_at: lookedAt,
    counts: [...counts]
      .map(([deliveries, entries]) => ({ deliveries, entries }))
      .sort((a, b) => a.deliveries - b.deliveries),
  };
}

function nullWhereGone(error: unknown): null {
  const gone = [
    'group_not_found',
    'stream_not_found',
    'wrong_type',
    'redis_permission_denied',
  ] as const;
  if (hasErrorCode(error, ...gone)) return null;
  throw error;
}
