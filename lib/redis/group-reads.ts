import { nextEntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { PendingEntry, PendingRange } from '@/lib/model/pending';
import type { ConsumerSnapshot } from '@/lib/model/snapshot';
import type { RedisConnection } from './connect';
import { asArray, asEntryId, asInteger, asName, asPairs, nullable } from './replies';

/** How many consumers a group has. Throws `group_not_found` and `stream_not_found`. */
export async function countConsumers(
  redis: RedisConnection,
  stream: string,
  group: string,
): Promise<number> {
  const reply = asArray(await redis.command('XINFO', 'GROUPS', nameToBytes(stream)));
  const found = reply.map(asPairs).find((facts) => asName(facts.get('name')) === group);
  if (found) return asInteger(found.get('consumers'));
  throw new DashboardError('group_not_found', `${stream} has no consumer group ${group}.`);
}

/** The consumers of a group. Throws `group_not_found` and `stream_not_found`. */
export async function readConsumers(
  redis: RedisConnection,
  stream: string,
  group: string,
): Promise<ConsumerSnapshot[]> {
  const reply = asArray(
    await redis.command('XINFO', 'CONSUMERS', nameToBytes(stream), nameToBytes(group)),
  );
  return reply.map((item) => {
    const facts = asPairs(item);
    return {
      name: asName(facts.get('name')),
      pending: asInteger(facts.get('pending')),
      idle_ms: asInteger(facts.get('idle')),
      inactive_ms: nullable(facts.get('inactive'), asInteger),
    };
  });
}

/** Entries delivered and not acknowledged, lowest id first. */
export async function readPending(
  redis: RedisConnection,
  stream: string,
  group: string,
  { after, limit, consumer, minIdleMs }: PendingRange,
): Promise<PendingEntry[]> {
  const start = after === undefined ? '-' : nextEntryId(after);
  if (start === null) return [];
  const reply = await redis.command(
    'XPENDING',
    nameToBytes(stream),
    nameToBytes(group),
    ...(minIdleMs === undefined ? [] : ['IDLE', minIdleMs]),
    start,
    '+',
    limit,
    ...(consumer === undefined ? [] : [nameToBytes(consumer)]),
  );
  return asArray(reply).map(asPendingEntry);
}

export function asPendingEntry(reply: unknown): PendingEntry {
  const [id, consumer, idle, deliveries] = asArray(reply);
  return {
    id: asEntryId(id),
    consumer: asName(consumer),
    idle_ms: Math.max(0, asInteger(idle)),
    deliveries: asInteger(deliveries),
  };
}
