import { entryBytes } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { PendingEntry } from '@/lib/model/pending';
import type { RedisConnection } from './connect';
import { asPendingEntry } from './group-reads';
import {
  asArray,
  asBytes,
  asEntries,
  asEntryId,
  asInteger,
  asName,
  asPairs,
  asText,
  nullable,
} from './replies';
import { runSample } from './sample-batch';
import {
  CONSUMERS_LOOKED_THROUGH_MAX,
  EVERYTHING,
  type InfoRequest,
  type KnownPosition,
} from './sample-request';

/** What Redis says of a group, before anything is concluded from it. */
export interface GroupInfo {
  name: string;
  consumers: number;
  pending: number;
  lastDeliveredId: EntryId;
  entriesRead: number | null;
  /** Redis's own lag: to be checked before it is believed. */
  lag: number | null;
  oldestPending: PendingEntry | null;
  /** Least idle of its consumers, milliseconds; null with none or too many to look through. */
  idleMs: number | null;
  /** What counting found behind its cursor; null where it lies before or past all entries. */
  behind: BehindCursor | null;
}

/** Entries behind a cursor that lies among the entries. */
export interface BehindCursor {
  /** How many were counted; null where there was no room for it. */
  counted: number | null;
  /** Whether those are all. */
  complete: boolean;
  firstId: EntryId | null;
  /** Where counting stopped. */
  lastId: EntryId | null;
}

/** What Redis says of a stream. */
export interface StreamInfo extends KnownPosition {
  memoryBytes: number | null;
  /** Bytes of the first and the last entry; null where they were not looked at again. */
  edgeBytes: number | null;
  /** The tree its entries hang in: keys (each a node of many entries) and inner nodes; null likewise. */
  radixTree: { keys: number; nodes: number } | null;
  groups: GroupInfo[];
  /** Time Redis spent, microseconds; 0 where the server shows scripts no clock. */
  redisUs: number;
  /** Commands it took; a part of one where several streams shared it. */
  commands: number;
}

/**
 * Reads a stream and its groups in one round trip, counting included so far as there is room. Where
 * the user may not run scripts, the same facts are asked for one by one and nothing is counted.
 */
export async function readStreamInfo(
  redis: RedisConnection,
  stream: string,
  request: InfoRequest = EVERYTHING,
): Promise<StreamInfo | 'absent' | 'wrong_type'> {
  const key = nameToBytes(stream);
  try {
    const { reply, commands } = await runSample(redis, key, request);
    return parseStreamInfo(reply, commands);
  } catch (error) {
    if (!hasErrorCode(error, 'redis_permission_denied')) throw error;
    return await readWithoutScript(redis, key);
  }
}

const HEAD_FIELDS = 13;
const GROUP_FIELDS = 8;

/** Reads what SAMPLE_STREAMS answers for one stream. What Redis 6.2 does not keep is null. */
export function parseStreamInfo(
  reply: unknown,
  commands = 1,
): StreamInfo | 'absent' | 'wrong_type' {
  const items = asArray(reply);
  const [type, redisUs, , memory, length, first, last, generated, added, deleted, edges, ...tree] =
    items;
  if (asText(type) === 'none') return 'absent';
  if (asText(type) !== 'stream') return 'wrong_type';
  const groups: GroupInfo[] = [];
  for (let at = HEAD_FIELDS; at < items.length; at += GROUP_FIELDS) {
    groups.push(parseGroup(items.slice(at, at + GROUP_FIELDS)));
  }
  const edgeBytes = asInteger(edges);
  return {
    length: asInteger(length),
    firstId: asIdOrNone(first),
    lastId: asIdOrNone(last),
    lastGeneratedId: asEntryId(generated),
    entriesAdded: nullable(added, asInteger),
    maxDeletedId: nullable(deleted, asEntryId),
    memoryBytes: nullable(memory, asInteger),
    edgeBytes: edgeBytes < 0 ? null : edgeBytes,
    radixTree: asRadixTree(tree[0], tree[1]),
    groups,
    redisUs: asInteger(redisUs),
    commands,
  };
}

function asRadixTree(keys: unknown, nodes: unknown): StreamInfo['radixTree'] {
  const [keysNow, nodesNow] = [nullable(keys, asInteger), nullable(nodes, asInteger)];
  return keysNow === null || nodesNow === null ? null : { keys: keysNow, nodes: nodesNow };
}

function parseGroup(items: unknown[]): GroupInfo {
  const [name, consumers, pending, cursor, read, lag, details, behind] = items;
  const [oldest, idle] = nullable(details, asArray) ?? [];
  return {
    name: asName(name),
    consumers: asInteger(consumers),
    pending: asInteger(pending),
    lastDeliveredId: asEntryId(cursor),
    entriesRead: nullable(read, asInteger),
    lag: nullable(lag, asInteger),
    oldestPending: nullable(oldest, asPendingEntry),
    idleMs: nullable(idle, asInteger),
    behind: nullable(behind, asBehind),
  };
}

function asBehind(reply: unknown): BehindCursor | null {
  const [count, complete, first, lastId] = asArray(reply);
  const counted = asInteger(count) < 0 ? null : asInteger(count);
  const firstId = asIdOrNone(first);
  if (counted === null && firstId === null) return null;
  return { counted, complete: asInteger(complete) === 1, firstId, lastId: asIdOrNone(lastId) };
}

function asIdOrNone(reply: unknown): EntryId | null {
  return asBytes(reply).length === 0 ? null : asEntryId(reply);
}

/** What the script tells, from plain commands. */
async function readWithoutScript(
  redis: RedisConnection,
  key: Uint8Array,
): Promise<StreamInfo | 'absent' | 'wrong_type'> {
  const type = asText(await redis.command('TYPE', key));
  if (type !== 'stream') return type === 'none' ? 'absent' : 'wrong_type';
  const info = asPairs(await redis.command('XINFO', 'STREAM', key));
  const groups = asArray(await redis.command('XINFO', 'GROUPS', key)).map(asPairs);
  const oldest = await Promise.all(groups.map((group) => readOldestPending(redis, key, group)));
  const idle = await Promise.all(groups.map((group) => readLeastIdle(redis, key, group)));
  // A right that is missing leaves a figure out, as it does in the script.
  const memory = await redis.command('MEMORY', 'USAGE', key).catch(nullWhereDenied);
  return {
    length: asInteger(info.get('length')),
    firstId: nullable(info.get('first-entry'), idOfEntry),
    lastId: nullable(info.get('last-entry'), idOfEntry),
    lastGeneratedId: asEntryId(info.get('last-generated-id')),
    entriesAdded: nullable(info.get('entries-added'), asInteger),
    maxDeletedId: nullable(info.get('max-deleted-entry-id'), asEntryId),
    memoryBytes: nullable(memory, asInteger),
    edgeBytes: sizeOfEntry(info.get('first-entry')) + sizeOfEntry(info.get('last-entry')),
    radixTree: asRadixTree(info.get('radix-tree-keys'), info.get('radix-tree-nodes')),
    groups: groups.map((group, at) => ({
      name: asName(group.get('name')),
      consumers: asInteger(group.get('consumers')),
      pending: asInteger(group.get('pending')),
      lastDeliveredId: asEntryId(group.get('last-delivered-id')),
      entriesRead: nullable(group.get('entries-read'), asInteger),
      lag: nullable(group.get('lag'), asInteger),
      oldestPending: nullable(oldest[at], asPendingEntry),
      idleMs: idle[at] ?? null,
      behind: null,
    })),
    redisUs: 0,
    commands: 4 + 2 * groups.length,
  };
}

function sizeOfEntry(entry: unknown): number {
  return asEntries(null, Array.isArray(entry) ? [entry] : []).reduce(
    (bytes, one) => bytes + entryBytes(one),
    0,
  );
}

function idOfEntry(entry: unknown): EntryId {
  return asEntryId(asArray(entry)[0]);
}

async function readOldestPending(
  redis: RedisConnection,
  key: Uint8Array,
  group: Map<string, unknown>,
): Promise<unknown> {
  if (asInteger(group.get('pending')) === 0) return null;
  const name = asBytes(group.get('name'));
  return asArray(await redis.command('XPENDING', key, name, '-', '+', 1))[0] ?? null;
}

async function readLeastIdle(
  redis: RedisConnection,
  key: Uint8Array,
  group: Map<string, unknown>,
): Promise<number | null> {
  const consumers = asInteger(group.get('consumers'));
  if (consumers === 0 || consumers > CONSUMERS_LOOKED_THROUGH_MAX) return null;
  const reply = await redis.command('XINFO', 'CONSUMERS', key, asBytes(group.get('name')));
  const idle = asArray(reply).map((consumer) => asInteger(asPairs(consumer).get('idle')));
  return idle.length === 0 ? null : Math.min(...idle);
}

function nullWhereDenied(error: unknown): null {
  if (hasErrorCode(error, 'redis_permission_denied')) return null;
  throw error;
}
