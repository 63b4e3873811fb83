import { Decoder, ExtData } from '@msgpack/msgpack';
import { decodeUtf8, toBase64 } from './entry';
import { msgpackFault } from './msgpack-scan';

/** What a field's bytes turned out to be. The raw bytes stay the truth; this is a reading. */
export interface DecodedPayload {
  kind: 'json' | 'msgpack' | 'text' | 'binary';
  /** One clause for people: "decoded as …, because <reason>". */
  reason: string;
  /** JSON text for `json` (as written) and `msgpack`, the text for `text`, null for `binary`. */
  text: string | null;
}

/** JSON or MessagePack nested deeper than this is shown as text or bytes. */
export const PAYLOAD_DEPTH_MAX = 64;

/**
 * Tells JSON, MessagePack, text and binary apart. Total: no input makes it throw, and none
 * makes it allocate more than a small multiple of its own size.
 *
 * Valid UTF-8 is JSON where it is a JSON object or array, else text (a lone `0` or `true` stays
 * the text it was written as). A MessagePack map, array or short string is never valid UTF-8,
 * so what is left is tried as one whole MessagePack value, and is binary where it is none.
 */
export function decodePayload(bytes: Uint8Array): DecodedPayload {
  const text = decodeUtf8(bytes);
  if (text !== null) return decodeText(text);
  const decoded = decodeMsgpack(bytes);
  if ('fault' in decoded) return { kind: 'binary', reason: decoded.fault, text: null };
  return { kind: 'msgpack', reason: 'it is one whole MessagePack value', text: decoded.json };
}

function decodeText(text: string): DecodedPayload {
  const start = /^[ \t\r\n]*[[{]/.test(text);
  if (!start) return { kind: 'text', reason: 'it is valid UTF-8', text };
  if (jsonDepth(text) > PAYLOAD_DEPTH_MAX) {
    return { kind: 'text', reason: `it is nested deeper than ${PAYLOAD_DEPTH_MAX}`, text };
  }
  try {
    JSON.parse(text);
    return { kind: 'json', reason: 'it parses as JSON', text };
  } catch {
    return { kind: 'text', reason: 'it is valid UTF-8 and not JSON', text };
  }
}

/** The deepest nesting of brackets outside strings, in one pass. */
function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === BACKSLASH) at++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_BRACE || char === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Decodes one whole value to JSON text, or says why it is none. */
function decodeMsgpack(bytes: Uint8Array): { json: string } | { fault: string } {
  if (bytes.length === 1 && (bytes[0] ?? 0) >= 0xe0) {
    return { fault: 'a single byte says too little' };
  }
  const fault = msgpackFault(bytes, PAYLOAD_DEPTH_MAX);
  if (fault !== null) return { fault };
  try {
    const decoder = new Decoder({ useBigInt64: true, mapKeyConverter: toJsonKey });
    return { json: JSON.stringify(toJsonValue(decoder.decode(bytes))) };
  } catch {
    // What the scan cannot see: a `__proto__` key, a timestamp past what a date can hold.
    return { fault: 'it is MessagePack that cannot be decoded safely' };
  }
}

/** JSON has no bytes, big integers, dates or NaN: each becomes a form that loses nothing. */
function toJsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value ?? null;
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (value instanceof Uint8Array) return { base64: toBase64(value) };
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ExtData) return { ext: value.type, base64: toBase64(extBytes(value)) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJsonValue(item)]));
}

function toJsonKey(key: unknown): string {
  return key instanceof Uint8Array ? toBase64(key) : String(key);
}

function extBytes(ext: ExtData): Uint8Array {
  return typeof ext.data === 'function' ? ext.data(0) : ext.data;
}
