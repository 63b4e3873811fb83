import { entryBytes } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { PendingEntry } from '@/lib/model/pending';
import type { CommandArgument, RedisConnection } from './connect';
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
import { SAMPLE_STREAM } from './sample-script';
import { runScript } from './script-runner';
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
export interface StreamInfo {
  length: number;
  firstId: EntryId | null;
  lastId: EntryId | null;
  lastGeneratedId: EntryId;
  entriesAdded: number | null;
  maxDeletedId: EntryId | null;
  memoryBytes: number | null;
  /** Bytes of the first and the last entry; null where they were not looked at again. */
  edgeBytes: number | null;
  groups: GroupInfo[];
  /** Time Redis spent, microseconds; 0 where the server shows scripts no clock. */
  redisUs: number;
  /** Commands it took. */
  commands: number;
}

/** An entry id and how many entries, of those that still count, were added up to it. */
export interface StreamMark {
  id: EntryId;
  addedUpTo: number;
  /** The entry behind it; null where unknown. */
  nextId: EntryId | null;
}

/** What to read of a stream, and what is known of it. */
export interface InfoRequest {
  /** Whether to read memory, oldest pending and least idle, too. */
  detailed: boolean;
  /** The most to walk over in counting. */
  countMax: { entries: number; bytes: number };
  /** Mean size of an entry; null where not known yet. */
  meanBytes: number | null;
  /** Where the stream stood: not read again while nothing changed. */
  known: KnownPosition | null;
  /** Places counted before, and how many entries had been removed then. */
  marks: { removed: number; list: readonly StreamMark[] };
}

export type KnownPosition = Pick<
  StreamInfo,
  'length' | 'firstId' | 'lastId' | 'lastGeneratedId' | 'entriesAdded' | 'maxDeletedId'
>;

export const EVERYTHING: InfoRequest = {
  detailed: true,
  countMax: { entries: 0, bytes: 0 },
  meanBytes: null,
  known: null,
  marks: { removed: 0, list: [] },
};

/** A group with more consumers than this is not looked through for the least idle one. */
const CONSUMERS_LOOKED_THROUGH_MAX = 256;

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
    return parseStreamInfo(await runScript(redis, SAMPLE_STREAM, [key], scriptArguments(request)));
  } catch (error) {
    if (!hasErrorCode(error, 'redis_permission_denied')) throw error;
    return await readWithoutScript(redis, key);
  }
}

/** What SAMPLE_STREAM is given for a request. */
export function scriptArguments(request: InfoRequest): CommandArgument[] {
  const { detailed, countMax, meanBytes, known, marks } = request;
  return [
    detailed ? CONSUMERS_LOOKED_THROUGH_MAX : -1,
    countMax.entries,
    countMax.bytes,
    meanBytes ?? 0,
    ...(known === null ? ['', '', '', '', '', ''] : knownArguments(known)),
    marks.removed,
    ...marks.list.flatMap(({ id, addedUpTo, nextId }) => [id, addedUpTo, nextId ?? '']),
  ];
}

function knownArguments(known: KnownPosition): CommandArgument[] {
  const { length, firstId, lastId, lastGeneratedId, entriesAdded, maxDeletedId } = known;
  return [
    length,
    firstId ?? '',
    lastId ?? '',
    lastGeneratedId,
    entriesAdded ?? '',
    maxDeletedId ?? '',
  ];
}

const HEAD_FIELDS = 11;
const GROUP_FIELDS = 12;

/** Reads what SAMPLE_STREAM answers. What Redis 6.2 does not keep is null. */
export function parseStreamInfo(reply: unknown): StreamInfo | 'absent' | 'wrong_type' {
  const items = asArray(reply);
  const [type, redisUs, , memory, length, first, last, generated, added, deleted, edges] = items;
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
    groups,
    redisUs: asInteger(redisUs),
    commands: 1,
  };
}

function parseGroup(items: unknown[]): GroupInfo {
  const [name, consumers, pending, cursor, read, lag, oldest, idle, ...behind] = items;
  const [counted, complete, firstId, lastId] = behind;
  const isAmong = asInteger(counted) >= 0 || asIdOrNone(firstId) !== null;
  return {
    name: asName(name),
    consumers: asInteger(consumers),
    pending: asInteger(pending),
    lastDeliveredId: asEntryId(cursor),
    entriesRead: nullable(read, asInteger),
    lag: nullable(lag, asInteger),
    oldestPending: nullable(oldest, asPendingEntry),
    idleMs: nullable(idle, asInteger),
    behind: isAmong
      ? {
          counted: asInteger(counted) < 0 ? null : asInteger(counted),
          complete: asInteger(complete) === 1,
          firstId: asIdOrNone(firstId),
          lastId: asIdOrNone(lastId),
        }
      : null,
  };
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
  return asEntries(Array.isArray(entry) ? [entry] : []).reduce(
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
