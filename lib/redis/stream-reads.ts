import {
  type Entry,
  entryBytes,
  OUTLINE_FIELDS_MAX,
  OUTLINE_VALUE_BYTES_MAX,
} from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { CommandArgument, RedisConnection } from './connect';
import {
  asArray,
  asEntries,
  asEntryId,
  asInteger,
  asPairs,
  asStreamEntries,
  asText,
  nullable,
} from './replies';
import { runScript } from './script-runner';
import {
  COUNT_ENTRIES_AFTER,
  READ_STREAM_PAGE,
  READ_STREAM_PAGE_BACK,
  READ_STREAM_POSITIONS,
} from './scripts';

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
  range: EntryRange,
): Promise<Entry[]> {
  return asEntries(redis.mask, await rangeReply(redis, stream, range));
}

/** The same without the mask: for what was revealed on purpose, and for the dashboard's own records. */
export async function readUnmasked(
  redis: RedisConnection,
  stream: string,
  range: EntryRange,
): Promise<Entry[]> {
  return asEntries(null, await rangeReply(redis, stream, range));
}

function rangeReply(
  redis: RedisConnection,
  stream: string,
  { start, end, count, order }: EntryRange,
): Promise<unknown> {
  const key = nameToBytes(stream);
  return order === 'asc'
    ? redis.command('XRANGE', key, start, end, 'COUNT', count)
    : redis.command('XREVRANGE', key, end, start, 'COUNT', count);
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
  return asStreamEntries(blocking.mask, reply);
}

/** Where a stream stands. Ids and counts are null where the server does not know them. */
export interface StreamPosition {
  length: number;
  lastGeneratedId: EntryId;
  /** Entries ever added; null on Redis 6.2. */
  entriesAdded: number | null;
  firstId: EntryId | null;
  maxDeletedId: EntryId | null;
  /** What Redis copied to say so, bytes: the first and the last entry. */
  copiedBytes: number;
}

/**
 * An entry that was there still is. Redis removes the oldest first: nothing behind that entry was
 * trimmed, and it is the same stream.
 */
export const UNCHANGED = 'unchanged';

/** Where a stream stands as far as its reader has to know; null for an absent one. */
export type StreamPositionNow = StreamPosition | typeof UNCHANGED | 'wrong_type' | null;

/**
 * Null for an absent stream. Throws `wrong_type` where the key holds something else, and
 * `redis_permission_denied` where the user may not look.
 */
export async function readPosition(
  redis: RedisConnection,
  stream: string,
): Promise<StreamPosition | null> {
  const [reply] = asArray(
    await orWithoutScript(
      runScript(redis, READ_STREAM_POSITIONS, [nameToBytes(stream)], ['']),
      () => Promise.all([readPositionReply(redis, stream)]),
    ),
  );
  return asPosition(stream, reply);
}

/**
 * Where several streams stand, in one round trip; a key of another type stands nowhere. Each with
 * the id of an entry that makes the stream `UNCHANGED` while it is there, or null.
 */
export async function readPositions(
  redis: RedisConnection,
  anchors: ReadonlyMap<string, EntryId | null>,
): Promise<Map<string, StreamPositionNow>> {
  if (anchors.size === 0) return new Map();
  const streams = [...anchors.keys()];
  const ids = [...anchors.values()].map((id) => id ?? '');
  const replies = asArray(
    await orWithoutScript(
      runScript(redis, READ_STREAM_POSITIONS, streams.map(nameToBytes), ids),
      () => Promise.all(streams.map((stream) => readPositionReply(redis, stream))),
    ),
  );
  return new Map(streams.map((stream, at) => [stream, asPositionNow(stream, replies[at])]));
}

function asPositionNow(stream: string, reply: unknown): StreamPositionNow {
  const state = asText(asArray(reply)[0]);
  if (state === 'same') return UNCHANGED;
  return ['none', 'stream'].includes(state) ? asPosition(stream, reply) : 'wrong_type';
}

/** Throws `stream_not_found` for an absent key, `wrong_type` for one that holds something else. */
export async function assertStream(redis: RedisConnection, stream: string): Promise<void> {
  const type = asText(await redis.command('TYPE', nameToBytes(stream)));
  if (type === 'none') throw streamNotFound(stream);
  if (type !== 'stream') throw wrongType(stream, type);
}

/** A page ends once its entries come to this, bytes: Redis builds each, those that stay there too. */
const PAGE_READ_BYTES_MAX = 1024 * 1024;

/** An entry, and how large it is in Redis, in bytes: more than came where it was left there. */
export interface SizedEntry {
  entry: Entry;
  bytes: number;
}

export interface PageRange {
  after: EntryId;
  count: number;
  /** An entry larger than this stays in Redis but for what `outlineOf` keeps, bytes. */
  wholeBytesMax: number;
}

/** Entries of a stream and where it stood when they were read. */
export interface StreamPage {
  position: StreamPosition | typeof UNCHANGED | null;
  entries: SizedEntry[];
}

/** Entries after an id, oldest first, fewer of large ones; `UNCHANGED` where the entry of that id was there. */
export function readPage(
  redis: RedisConnection,
  stream: string,
  { after, count, wholeBytesMax }: PageRange,
): Promise<StreamPage> {
  return readPageBy(redis, stream, {
    script: READ_STREAM_PAGE,
    args: [after, count, ...pageLimits(wholeBytesMax)],
    plainly: ['XRANGE', `(${after}`, '+', 'COUNT', count],
  });
}

export interface PageBackRange {
  /** Entries from this id (or `+`) down to that one (or `-`), both included. */
  from: string;
  downTo: string;
  count: number;
  wholeBytesMax: number;
}

/** Entries backwards, newest first; where the stream stands is not asked. */
export function readPageBack(
  redis: RedisConnection,
  stream: string,
  { from, downTo, count, wholeBytesMax }: PageBackRange,
): Promise<StreamPage> {
  return readPageBy(redis, stream, {
    script: READ_STREAM_PAGE_BACK,
    args: [from, count, ...pageLimits(wholeBytesMax), downTo],
    plainly: ['XREVRANGE', from, downTo, 'COUNT', count],
  });
}

function pageLimits(wholeBytesMax: number): number[] {
  return [wholeBytesMax, OUTLINE_FIELDS_MAX, OUTLINE_VALUE_BYTES_MAX, PAGE_READ_BYTES_MAX];
}

interface PageCommands {
  script: string;
  args: CommandArgument[];
  /** The plain command, its arguments without the key. */
  plainly: [command: string, ...args: CommandArgument[]];
}

async function readPageBy(
  redis: RedisConnection,
  stream: string,
  { script, args, plainly: [command, ...bounds] }: PageCommands,
): Promise<StreamPage> {
  const key = nameToBytes(stream);
  const [position, reply, sizes] = asArray(
    await orWithoutScript(runScript(redis, script, [key], args), async () => {
      const where = await readPositionReply(redis, stream);
      if (asText(where[0]) !== 'stream') return [where, [], []];
      return [where, await redis.command(command, key, ...bounds), []];
    }),
  );
  const leftThere = asArray(sizes).map(asInteger);
  const entries = asEntries(redis.mask, reply).map((entry, at) => ({
    entry,
    bytes: leftThere[at] || entryBytes(entry),
  }));
  const isUnchanged = asText(asArray(position)[0]) === 'same';
  return { position: isUnchanged ? UNCHANGED : asPosition(stream, position), entries };
}

/** Plain commands for a user who may not run scripts: the same facts, a moment apart. */
async function orWithoutScript(
  reply: Promise<unknown>,
  plainly: () => Promise<unknown>,
): Promise<unknown> {
  return await reply.catch((error: unknown) => {
    if (hasErrorCode(error, 'redis_permission_denied')) return plainly();
    throw error;
  });
}

/** The script's answer for one stream; XINFO carries the first and last entry along. */
async function readPositionReply(redis: RedisConnection, stream: string): Promise<unknown[]> {
  const key = nameToBytes(stream);
  const type = await redis.command('TYPE', key);
  if (asText(type) !== 'stream') return [type];
  const info = asPairs(await redis.command('XINFO', 'STREAM', key));
  const [first, last] = [info.get('first-entry'), info.get('last-entry')];
  // Of these only the size is told.
  const copied = asEntries(null, [first, last].filter(Array.isArray));
  return [
    type,
    info.get('length'),
    info.get('last-generated-id'),
    info.get('entries-added'),
    Array.isArray(first) ? first[0] : null,
    info.get('max-deleted-entry-id'),
    copied.reduce((bytes, entry) => bytes + entryBytes(entry), 0),
  ];
}

/** One answer of READ_STREAM_POSITIONS; null for an absent stream. */
export function asPosition(stream: string, reply: unknown): StreamPosition | null {
  const [type, length, lastGeneratedId, entriesAdded, firstId, maxDeletedId, copiedBytes] =
    asArray(reply);
  if (asText(type) === 'none') return null;
  if (asText(type) !== 'stream') throw wrongType(stream, asText(type));
  return {
    length: asInteger(length),
    lastGeneratedId: asEntryId(lastGeneratedId),
    entriesAdded: nullable(entriesAdded, asInteger),
    firstId: nullable(firstId, asEntryId),
    maxDeletedId: nullable(maxDeletedId, asEntryId),
    copiedBytes: asInteger(copiedBytes),
  };
}

export function streamNotFound(stream: string): DashboardError {
  return new DashboardError('stream_not_found', `There is no stream ${stream}.`);
}

export function wrongType(stream: string, type: string): DashboardError {
  return new DashboardError('wrong_type', `The key ${stream} holds a ${type}, not a stream.`);
}

/** One bounded step of counting inside Redis, and its microseconds there: no payload leaves it. */
export async function countAfter(
  redis: RedisConnection,
  stream: string,
  { after, upTo }: { after: EntryId; upTo: EntryId },
  steps: number,
): Promise<{ count: number; firstId: EntryId | null; lastId: EntryId | null; redisUs: number }> {
  const reply = asArray(
    await runScript(redis, COUNT_ENTRIES_AFTER, [nameToBytes(stream)], [after, upTo, steps]),
  );
  return {
    count: asInteger(reply[0]),
    firstId: nullable(reply[1], asEntryId),
    lastId: nullable(reply[2], asEntryId),
    redisUs: asInteger(reply[3]),
  };
}
