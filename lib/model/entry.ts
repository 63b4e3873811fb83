import type { EntryId } from './entry-id';

/** An entry as Redis holds it: an ordered list of pairs, where a field name may stand twice. */
export interface Entry {
  id: EntryId;
  fields: [name: Uint8Array, value: Uint8Array][];
  /** Present where something is masked: in which fields, and the bytes of the entry in Redis. */
  masked?: { places: readonly number[]; bytes: number };
}

/**
 * Bytes in JSON: text where they are valid UTF-8, else base64. A value longer than the page
 * asked for is cut: `bytes` is then the whole length and `truncated` is true.
 */
export type WireValue =
  | string
  | { base64: string }
  | { text: string; bytes: number; truncated: true }
  | { base64: string; bytes: number; truncated: true };

/** An entry in JSON. */
export interface WireEntry {
  id: EntryId;
  fields: [name: WireValue, value: WireValue][];
  /** The places of fields that are masked, whole or in part; absent where none is. */
  masked?: readonly number[];
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text where the bytes are valid UTF-8, else null. Nothing is replaced or dropped. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Turns bytes into their JSON form. `bytesMax` cuts long values, marked as such. */
export function toWireValue(bytes: Uint8Array, bytesMax = Number.POSITIVE_INFINITY): WireValue {
  if (bytes.length <= bytesMax) {
    return decodeUtf8(bytes) ?? { base64: toBase64(bytes) };
  }
  const text = decodeUtf8(bytes.subarray(0, utf8Boundary(bytes, bytesMax)));
  return text !== null
    ? { text, bytes: bytes.length, truncated: true }
    : { base64: toBase64(bytes.subarray(0, bytesMax)), bytes: bytes.length, truncated: true };
}

/**
 * The last place at or before `end` where a UTF-8 character may begin: three bytes before it at
 * most. `end` itself where there is none, for that is no text.
 */
function utf8Boundary(bytes: Uint8Array, end: number): number {
  const goesOn = (at: number) => ((bytes[at] ?? 0) & 0xc0) === 0x80;
  let at = end;
  while (at > end - 3 && at > 0 && goesOn(at)) at--;
  return goesOn(at) ? end : at;
}

/** The bytes a JSON value carries: all of them, or the first part of a cut one. */
export function fromWireValue(value: WireValue): Uint8Array {
  if (typeof value === 'string') return new TextEncoder().encode(value);
  if ('text' in value) return new TextEncoder().encode(value.text);
  return fromBase64(value.base64);
}

/** The whole length in bytes, of a cut value too. */
export function wireValueBytes(value: WireValue): number {
  return typeof value !== 'string' && 'bytes' in value ? value.bytes : fromWireValue(value).length;
}

export function toWireEntry(entry: Entry, bytesMax?: number): WireEntry {
  return {
    id: entry.id,
    fields: entry.fields.map(([name, value]) => [
      toWireValue(name, bytesMax),
      toWireValue(value, bytesMax),
    ]),
    ...(entry.masked && { masked: entry.masked.places }),
  };
}

/** Bytes of names and values together, as Redis has them. */
export function entryBytes(entry: Entry): number {
  if (entry.masked) return entry.masked.bytes;
  let bytes = 0;
  for (const [name, value] of entry.fields) bytes += name.length + value.length;
  return bytes;
}

const BASE64_CHUNK_BYTES = 0x2000;

/** Works in browsers and in Node, without `Buffer`; megabytes take milliseconds. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += BASE64_CHUNK_BYTES) {
    // A spread of the arguments would take ten times as long.
    binary += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + BASE64_CHUNK_BYTES));
  }
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Of an entry too large to travel: so many fields are kept, and values up to so many bytes. */
export const OUTLINE_FIELDS_MAX = 64;
export const OUTLINE_VALUE_BYTES_MAX = 4_096;

/** What is kept of an entry too large to travel: its first fields, the long ones empty. */
export function outlineOf({ id, fields }: Entry): Entry {
  const kept = (bytes: Uint8Array) =>
    bytes.length <= OUTLINE_VALUE_BYTES_MAX ? bytes : new Uint8Array(0);
  return {
    id,
    fields: fields.slice(0, OUTLINE_FIELDS_MAX).map(([name, value]) => [kept(name), kept(value)]),
  };
}
