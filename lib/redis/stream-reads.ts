import type { Entry } from '@/lib/model/entry';
import { type EntryId, nextEntryId } from '@/lib/model/entry-id';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { PendingEntry, PendingRange } from '@/lib/model/pending';
import type { ConsumerSnapshot } from '@/lib/model/snapshot';
import type { RedisConnection } from './connect';
import {
  asArray,
  asEntries,
  asEntryId,
  asInteger,
  asName,
  asPairs,
  asStreamEntries,
  asText,
  nullable,
} from './replies';
import { runScript } from './script-runner';
import { COUNT_ENTRIES_AFTER, READ_STREAM_POSITION } from './scripts';

/** XRANGE or XREVRANGE bounds as Redis takes them: an id, `(id` for exclusive, `-`, `+`. */
export interface EntryRange {
  start: string;
  end: string;
  count: number;
  order: 'asc' | 'desc';
}

/** Entries of one stream in the order asked for; an absent stream has none. */
export async function readRange(
  redis: RedisConnection,
  stream: string,
  { start, end, count, order }: EntryRange,
): Promise<Entry[]> {
  const key = nameToBytes(stream);
  const reply =
    order === 'asc'
      ? await redis.command('XRANGE', key, start, end, 'COUNT', count)
      : await redis.command('XREVRANGE', key, end, start, 'COUNT', count);
  return asEntries(reply);
}

/** Entries behind each stream's cursor, waiting up to `blockMs` for the first. */
export async function readBehind(
  blocking: RedisConnection,
  cursors: ReadonlyMap<string, EntryId>,
  { count, blockMs }: { count: number; blockMs: number },
): Promise<{ stream: string; entries: Entry[] }[]> {
  const keys = [...cursors.keys()].map(nameToBytes);
  const reply = await blocking.command(
    ...(['XREAD', 'COUNT', count, 'BLOCK', blockMs, 'STREAMS'] as const),
    ...keys,
    ...cursors.values(),
  );
  return asStreamEntries(reply);
}

/** Where a stream stands. Ids and counts are null where the server does not know them. */
export interface StreamPosition {
  length: number;
  lastGeneratedId: EntryId;
  /** Entries ever added; null on Redis 6.2. */
  entriesAdded: number | null;
  firstId: EntryId | null;
  maxDeletedId: EntryId | null;
}

/**
 * Null for an absent stream. Throws `wrong_type` where the key holds something else. Where the user
 * may not run scripts, XINFO tells the same and carries the first and last entry along.
 */
export async function readPosition(
  redis: RedisConnection,
  stream: string,
): Promise<StreamPosition | null> {
  const key = nameToBytes(stream);
  const reply = await runScript(redis, READ_STREAM_POSITION, [key], []).catch((error: unknown) => {
    if (hasErrorCode(error, 'redis_permission_denied')) {
      return readPositionWithoutScript(redis, key);
    }
    throw error;
  });
  const [type, length, lastGeneratedId, entriesAdded, firstId, maxDeletedId] = asArray(reply);
  if (asText(type) === 'none') return null;
  if (asText(type) !== 'stream') throw wrongType(stream, asText(type));
  return {
    length: asInteger(length),
    lastGeneratedId: asEntryId(lastGeneratedId),
    entriesAdded: nullable(entriesAdded, asInteger),
    firstId: nullable(firstId, asEntryId),
    maxDeletedId: nullable(maxDeletedId, asEntryId),
  };
}

/** The script's answer, put together from plain commands. */
async function readPositionWithoutScript(
  redis: RedisConnection,
  key: Uint8Array,
): Promise<unknown[]> {
  const type = await redis.command('TYPE', key);
  if (asText(type) !== 'stream') return [type];
  const info = asPairs(await redis.command('XINFO', 'STREAM', key));
  const first = info.get('first-entry');
  return [
    type,
    info.get('length'),
    info.get('last-generated-id'),
    info.get('entries-added'),
    Array.isArray(first) ? first[0] : null,
    info.get('max-deleted-entry-id'),
  ];
}

export function wrongType(stream: string, type: string): DashboardError {
  return new DashboardError('wrong_type', `The key ${stream} holds a ${type}, not a stream.`);
}

/** One bounded step of counting inside Redis: no payload leaves it. */
export async function countAfter(
  redis: RedisConnection,
  stream: string,
  after: EntryId,
  steps: number,
): Promise<{ count: number; firstId: EntryId | null; lastId: EntryId | null }> {
  const reply = asArray(
    await runScript(redis, COUNT_ENTRIES_AFTER, [nameToBytes(stream)], [after, steps]),
  );
  return {
    count: asInteger(reply[0]),
    firstId: nullable(reply[1], asEntryId),
    lastId: nullable(reply[2], asEntryId),
  };
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
