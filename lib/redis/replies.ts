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
  return new TextDecoder().decode(asBytes(reply));
}

/** A stream, group or consumer name. */
export function asName(reply: unknown): string {
  return nameFromBytes(asBytes(reply));
}

export function asInteger(reply: unknown): number {
  const value = typeof reply === 'number' ? reply : Number(asText(reply));
  if (Number.isFinite(value)) return value;
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
  const items = asArray(reply);
  const pairs = new Map<string, unknown>();
  for (let at = 0; at + 1 < items.length; at += 2) pairs.set(asText(items[at]), items[at + 1]);
  return pairs;
}

/** `[id, [name, value, …]]`; null for an entry that was deleted while pending (`[id, nil]`). */
export function asEntry(reply: unknown): Entry | null {
  const [id, fields] = asArray(reply);
  if (fields === null) return null;
  const flat = asArray(fields);
  const entry: Entry = { id: asEntryId(id), fields: [] };
  for (let at = 0; at + 1 < flat.length; at += 2) {
    entry.fields.push([asBytes(flat[at]), asBytes(flat[at + 1])]);
  }
  return entry;
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
  const pairs = items.every(Array.isArray) ? items.map(asArray) : chunkPairs(items);
  return pairs.map(([stream, entries]) => ({
    stream: asName(stream),
    entries: asEntries(entries),
  }));
}

function chunkPairs(items: unknown[]): unknown[][] {
  const pairs: unknown[][] = [];
  for (let at = 0; at + 1 < items.length; at += 2) pairs.push([items[at], items[at + 1]]);
  return pairs;
}

function unexpected(expected: string, reply: unknown): DashboardError {
  const got = reply === null ? 'nil' : typeof reply;
  return new DashboardError('redis_protocol', `Redis answered ${got} where ${expected} was due.`);
}
