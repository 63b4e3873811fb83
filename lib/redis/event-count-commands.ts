import { decodeUtf8 } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import type { DashboardError } from '@/lib/model/errors';
import { asEventType } from '@/lib/model/event';
import {
  COUNTS_KEPT_MS,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  type MinuteCount,
} from '@/lib/model/event-counts';
import { FEED_ENTRY } from '@/lib/model/feed-message';
import type { EntryMask } from '@/lib/model/mask';
import { nameToBytes } from '@/lib/model/name';
import type { RedisConnection } from './connect';
import { COUNT_EVENTS } from './event-count-script';
import type { EventCountKeys } from './keys';
import { toScriptError } from './redis-errors';
import { asArray, asBytes, asEntryId, asInteger, asText, nullable } from './replies';
import { runScript } from './script-runner';

/** The days a count may fall into: those kept, and one more, for clocks differ. */
const DAYS_BACK = Math.ceil(COUNTS_KEPT_MS / DAY_MS);
/** A day's key lives until its last minute is kept no more. */
const DAY_LIFE_MS = DAY_MS + COUNTS_KEPT_MS;
const TYPE_FIELD = nameToBytes('type');

export interface CountRequest {
  stream: string;
  group: string;
  consumer: string;
  /** Entries after which one call stops; bytes stop it as well. */
  entriesMax: number;
  /** Where counts go; null for nowhere: they are answered. */
  keys: EventCountKeys | null;
  /** Redis's clock, as well as it is known. */
  redisMs: number;
}

/** Which entries: new ones, this consumer's own pending, or those pending with any for a while. */
export type CountedEntries =
  | { of: 'new' }
  | { of: 'own' }
  | { of: 'idle'; minIdleMs: number; from: EntryId };

export interface CountedRead {
  entries: number;
  redisMs: number;
  /** It stopped at a limit: there may be more. */
  isMore: boolean;
  /** Where to go on claiming; `0-0` at the end. */
  next: EntryId;
  /** What was counted and not stored. */
  unstored: MinuteCount[];
  /** Why not, where it was to be. */
  refusal: DashboardError | null;
  /** Whether Redis took anything: a read without entries may have nothing to store. */
  isStored: boolean;
}

/**
 * Delivers entries to a consumer, acknowledges and counts them in one step (`COUNT_EVENTS`). Throws
 * `group_not_found` and the codes of a Redis that refuses; nothing was delivered then.
 */
export async function countEvents(
  redis: RedisConnection,
  which: CountedEntries,
  { stream, group, consumer, entriesMax, keys, redisMs }: CountRequest,
): Promise<CountedRead> {
  const firstDay = Math.floor(redisMs / DAY_MS) - DAYS_BACK;
  const days = keys
    ? Array.from({ length: DAYS_BACK + 2 }, (_, at) => keys.day(firstDay + at))
    : [];
  const claim = which.of === 'idle' ? [which.minIdleMs, which.from] : [0, '0-0'];
  const how = [which.of, nameToBytes(group), consumer, entriesMax, firstDay, ...claim, DAY_LIFE_MS];
  const names = [nameToBytes(stream), ...days];
  const reply = asArray(await runScript(redis, COUNT_EVENTS, names, how, 'write'));
  const [outcome, ...rest] = reply;
  if (asText(outcome) === 'refused') throw toScriptError(asText(rest[0]));
  const [seconds, microseconds, entries, more, next, refusal, unstored, stored] = rest;
  return {
    entries: asInteger(entries),
    redisMs: asInteger(seconds) * 1_000 + Math.floor(asInteger(microseconds) / 1_000),
    isMore: asInteger(more) === 1,
    next: asEntryId(next),
    unstored: minuteCounts(redis.mask, asArray(unstored)),
    refusal: nullable(refusal, (said) => toScriptError(asText(said))),
    isStored: asInteger(stored) === 1,
  };
}

function minuteCounts(mask: EntryMask | null, flat: unknown[]): MinuteCount[] {
  const counts: MinuteCount[] = [];
  for (let at = 0; at + 2 < flat.length; at += 3) {
    const [minute, type, count] = flat.slice(at, at + 3);
    const atMs = asInteger(minute) * MINUTE_MS;
    counts.push({ atMs, type: typeOf(mask, asBytes(type)), count: asInteger(count) });
  }
  return counts;
}

/** What the counts of one day are handed to. */
export interface CountsVisitor {
  add(count: MinuteCount): void;
  /** Somebody counted in this minute. */
  watch(atMs: number): void;
}

/** The counts of one day as Redis has them: the fields of its hash and their values. */
export interface DayCounts {
  dayNumber: number;
  fields: unknown[];
  /** What the types pass that stand in the fields. */
  mask: EntryMask | null;
}

/** Reads the counts of a day (HGETALL). Throws `wrong_type` for a key of somebody else. */
export async function readDay(
  redis: RedisConnection,
  keys: EventCountKeys,
  dayNumber: number,
): Promise<DayCounts> {
  const fields = asArray(await redis.command('HGETALL', keys.day(dayNumber)));
  return { dayNumber, fields, mask: redis.mask };
}

/**
 * Hands the counts of a day to `visitor`. Returns since when counting goes on, epoch milliseconds;
 * null where the day has none.
 */
export function visitDay(
  { dayNumber, fields: reply, mask }: DayCounts,
  visitor: CountsVisitor,
): number | null {
  let since: number | null = null;
  for (let at = 0; at + 1 < reply.length; at += 2) {
    const field = asBytes(reply[at]);
    const value = asBytes(reply[at + 1]);
    const name = new TextDecoder().decode(field);
    if (name === 'since') since = sinceOf(value);
    const [, hour, kind] = /^([01]\d|2[0-3])([:*!])/.exec(name) ?? [];
    if (hour === undefined) continue;
    const startMs = dayNumber * DAY_MS + Number(hour) * HOUR_MS;
    const type = kind === ':' ? typeOf(mask, field.subarray(3)) : null;
    for (const [minute, count] of packedMinutes(value)) {
      const atMs = startMs + minute * MINUTE_MS;
      if (kind === '!') visitor.watch(atMs);
      else visitor.add({ atMs, type, count });
    }
  }
  return since;
}

/** Minutes of an hour that are not 0. Bytes of somebody else make odd numbers, never an error. */
function* packedMinutes(value: Uint8Array): Generator<[minute: number, count: number]> {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  for (let minute = 0; minute < 60 && 4 * minute + 4 <= value.length; minute++) {
    const count = view.getUint32(4 * minute, true);
    if (count > 0) yield [minute, count];
  }
}

function sinceOf(value: Uint8Array): number | null {
  const text = new TextDecoder().decode(value);
  return /^\d{1,10}$/.test(text) ? Number(text) * MINUTE_MS : null;
}

/** What only a decoder can tell is judged here: bytes that are no UTF-8, rarer control characters. */
function typeOf(mask: EntryMask | null, bytes: Uint8Array): string {
  return asEventType(decodeUtf8(mask?.value(TYPE_FIELD, bytes) ?? bytes)) ?? FEED_ENTRY;
}
