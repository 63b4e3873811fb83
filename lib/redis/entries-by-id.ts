import {
  type Entry,
  entryBytes,
  OUTLINE_FIELDS_MAX,
  OUTLINE_VALUE_BYTES_MAX,
  outlineOf,
} from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { RedisConnection } from './connect';
import { asArray, asEntries, asInteger, nullable } from './replies';
import { runScript } from './script-runner';
import { READ_ENTRIES_BY_ID } from './scripts';
import { readRange } from './stream-reads';

/** An entry larger than this is told in outline. */
const WHOLE_BYTES_MAX = 16 * 1024;
/** Entries' bytes that one call may read inside Redis, and that one page may. */
const STEP_BYTES_MAX = 1024 * 1024;
const PAGE_BYTES_MAX = 16 * 1024 * 1024;

export interface EntryById {
  entry: Entry;
  /** Its whole size. */
  bytes: number;
  /** False where `entry` is an outline. */
  isWhole: boolean;
}

/**
 * What the stream holds of each, in the order of the ids; null for one that is not there (any more).
 * Fewer than ids where enough was read.
 */
export async function readEntriesById(
  redis: RedisConnection,
  stream: string,
  ids: readonly EntryId[],
): Promise<(EntryById | null)[]> {
  const entries: (EntryById | null)[] = [];
  let bytes = 0;
  while (entries.length < ids.length && bytes < PAGE_BYTES_MAX) {
    const found = await readSome(redis, stream, ids.slice(entries.length));
    for (const entry of found) bytes += entry?.bytes ?? 0;
    entries.push(...found);
    if (found.length === 0) break;
  }
  return entries;
}

/** The first of them, at least one. */
async function readSome(
  redis: RedisConnection,
  stream: string,
  ids: readonly EntryId[],
): Promise<(EntryById | null)[]> {
  const limits = [STEP_BYTES_MAX, WHOLE_BYTES_MAX, OUTLINE_FIELDS_MAX, OUTLINE_VALUE_BYTES_MAX];
  try {
    const key = nameToBytes(stream);
    const reply = await runScript(redis, READ_ENTRIES_BY_ID, [key], [...limits, ...ids]);
    return asArray(reply).map((answer) => nullable(answer, (one) => asEntryById(redis, one)));
  } catch (error) {
    if (!hasErrorCode(error, 'redis_permission_denied')) throw error;
  }
  const [id] = ids;
  if (id === undefined) return [];
  const range = { start: id, end: id, count: 1, order: 'asc' } as const;
  const [entry] = await readRange(redis, stream, range);
  if (!entry) return [null];
  const bytes = entryBytes(entry);
  const isWhole = bytes <= WHOLE_BYTES_MAX;
  return [{ entry: isWhole ? entry : outlineOf(entry), bytes, isWhole }];
}

function asEntryById({ mask }: RedisConnection, reply: unknown): EntryById | null {
  const [entry, left] = asArray(reply);
  const [found] = asEntries(mask, [entry]);
  const leftBytes = asInteger(left);
  if (!found) return null;
  return { entry: found, bytes: leftBytes || entryBytes(found), isWhole: leftBytes === 0 };
}
