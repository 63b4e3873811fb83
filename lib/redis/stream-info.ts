import type { EntryId } from '@/lib/model/entry-id';
import { hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { PendingEntry } from '@/lib/model/pending';
import type { RedisConnection } from './connect';
import {
  asArray,
  asBytes,
  asEntryId,
  asInteger,
  asName,
  asPairs,
  asText,
  nullable,
} from './replies';
import { runScript } from './script-runner';
import { READ_STREAM_INFO } from './scripts';
import { asPendingEntry } from './stream-reads';

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
}

/** What Redis says of a stream. */
export interface StreamInfo {
  length: number;
  firstId: EntryId | null;
  lastId: EntryId | null;
  lastGeneratedId: EntryId;
  entriesAdded: number | null;
  maxDeletedId: EntryId | null;
  memoryBytes: number | null;
  groups: GroupInfo[];
}

/** A group with more consumers than this is not looked through for the least idle one. */
const CONSUMERS_LOOKED_THROUGH_MAX = 256;

/**
 * Reads a stream and its groups in one round trip. Where the user may not run scripts, the same
 * facts are asked for one by one.
 */
export async function readStreamInfo(
  redis: RedisConnection,
  stream: string,
): Promise<StreamInfo | 'absent' | 'wrong_type'> {
  const key = nameToBytes(stream);
  let reply: unknown;
  try {
    reply = await runScript(redis, READ_STREAM_INFO, [key], [CONSUMERS_LOOKED_THROUGH_MAX]);
  } catch (error) {
    if (!hasErrorCode(error, 'redis_permission_denied')) throw error;
    reply = await readWithoutScript(redis, key);
  }
  return parseStreamInfo(reply);
}

/** Reads what READ_STREAM_INFO answers. What Redis 6.2 does not keep is null. */
export function parseStreamInfo(reply: unknown): StreamInfo | 'absent' | 'wrong_type' {
  const [type, info, groups, oldest, idle, memory] = asArray(reply);
  if (asText(type) === 'none') return 'absent';
  if (asText(type) !== 'stream') return 'wrong_type';
  const facts = asPairs(info);
  return {
    length: asInteger(facts.get('length')),
    firstId: nullable(facts.get('first-entry'), asEntryId),
    lastId: nullable(facts.get('last-entry'), asEntryId),
    lastGeneratedId: asEntryId(facts.get('last-generated-id')),
    entriesAdded: nullable(facts.get('entries-added'), asInteger),
    maxDeletedId: nullable(facts.get('max-deleted-entry-id'), asEntryId),
    memoryBytes: nullable(memory, asInteger),
    groups: asArray(groups).map((group, at) =>
      parseGroupInfo(group, asArray(oldest)[at], asArray(idle)[at]),
    ),
  };
}

function parseGroupInfo(group: unknown, oldest: unknown, idle: unknown): GroupInfo {
  const facts = asPairs(group);
  return {
    name: asName(facts.get('name')),
    consumers: asInteger(facts.get('consumers')),
    pending: asInteger(facts.get('pending')),
    lastDeliveredId: asEntryId(facts.get('last-delivered-id')),
    entriesRead: nullable(facts.get('entries-read'), asInteger),
    lag: nullable(facts.get('lag'), asInteger),
    oldestPending: nullable(oldest, asPendingEntry),
    idleMs: nullable(idle, asInteger),
  };
}

/** The script's answer, put together from plain commands. */
async function readWithoutScript(redis: RedisConnection, key: Uint8Array): Promise<unknown> {
  const type = asText(await redis.command('TYPE', key));
  if (type !== 'stream') return [type];
  const info = asPairs(await redis.command('XINFO', 'STREAM', key));
  for (const name of ['first-entry', 'last-entry']) {
    const entry = info.get(name);
    info.set(name, Array.isArray(entry) ? entry[0] : null);
  }
  const groups = asArray(await redis.command('XINFO', 'GROUPS', key));
  const facts = groups.map(asPairs);
  const oldest = await Promise.all(facts.map((group) => readOldestPending(redis, key, group)));
  const idle = await Promise.all(facts.map((group) => readLeastIdle(redis, key, group)));
  // A right that is missing leaves a figure out, as it does in the script.
  const memory = await redis.command('MEMORY', 'USAGE', key).catch(nullWhereDenied);
  return [type, [...info].flat(), groups, oldest, idle, memory];
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
