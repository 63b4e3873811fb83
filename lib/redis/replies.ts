import type { Entry } from '@/lib/model/entry';
import { type EntryId, parseEntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { nameFromBytes } from '@/lib/model/name';

/**
 * Readers for raw replies (Buffers, integers, nulls, arrays). A reply of another shape throws
 * `redis_protocol`: what is read past this file has the type it says it has.
 */
export function asArray(reply: unknown): unknown[] {
  if (Array.isArray(reply)) return reply;
  throw unexpected('an array', reply);
}

export function asBytes(reply: unknown): Uint8Array {
  if (reply instanceof Uint8Array) return reply;
  if (typeof reply === 'string') return new TextEncoder().encode(reply);
  throw unexpected('a string', reply);
}

export function asText(reply: unknown): string {
  return decoder.decode(asBytes(reply));
}

const decoder = new TextDecoder();

/** A stream, group or consumer name. */
export function asName(reply: unknown): string {
  return nameFromBytes(asBytes(reply));
}

export function asInteger(reply: unknown): number {
  if (typeof reply === 'number' && Number.isFinite(reply)) return reply;
  const text = asText(reply);
  if (/^-?\d+$/.test(text)) return Number(text);
  throw unexpected('an integer', reply);
}

export function asEntryId(reply: unknown): EntryId {
  const id = parseEntryId(asText(reply));
  if (id !== null) return id;
  throw unexpected('an entry id', reply);
}

/** `null` stays null; anything else is read. */
export function nullable<T>(reply: unknown, read: (reply: unknown) => T): T | null {
  return reply === null || reply === undefined ? null : read(reply);
}

/** A flat `[key, value, …]` reply, as XINFO gives it. Keys we do not know are kept and ignored. */
export function asPairs(reply: unknown): Map<string, unknown> {
  return new Map(inTwos(asArray(reply)).map(([key, value]) => [asText(key), value]));
}

/** `[id, [name, value, …]]`; null for an entry that was deleted while pending (`[id, nil]`). */
export function asEntry(reply: unknown): Entry | null {
  const [id, fields] = asArray(reply);
  if (fields === null) return null;
  return {
    id: asEntryId(id),
    fields: inTwos(asArray(fields)).map(([name, value]) => [asBytes(name), asBytes(value)]),
  };
}

export function asEntries(reply: unknown): Entry[] {
  return asArray(reply)
    .map(asEntry)
    .filter((entry) => entry !== null);
}

/** The reply of XREAD and XREADGROUP: null on timeout, else `[[stream, entries], …]`. */
export function asStreamEntries(reply: unknown): { stream: string; entries: Entry[] }[] {
  if (reply === null) return [];
  const items = asArray(reply);
  // RESP3 answers a map, which arrives flat; RESP2 answers pairs.
  const pairs = items.every(Array.isArray) ? items.map(asArray) : inTwos(items);
  return pairs.map(([stream, entries]) => ({
    stream: asName(stream),
    entries: asEntries(entries),
  }));
}

function inTwos(items: unknown[]): [unknown, unknown][] {
  if (items.length % 2 !== 0) throw unexpected('an even number of items', items);
  const pairs: [unknown, unknown][] = [];
  for (let at = 0; at < items.length; at += 2) pairs.push([items[at], items[at + 1]]);
  return pairs;
}

function unexpected(expected: string, reply: unknown): DashboardError {
  const got = reply === null ? 'nil' : typeof reply;
  return new DashboardError('redis_protocol', `Redis answered ${got} where ${expected} was due.`);
}
