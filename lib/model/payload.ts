import { decodeUtf8 } from './entry';
import { msgpackToJson } from './msgpack-json';
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
  const fault = singleByteFault(bytes) ?? msgpackFault(bytes, PAYLOAD_DEPTH_MAX);
  if (fault !== null) return { kind: 'binary', reason: fault, text: null };
  const reason = 'it is one whole MessagePack value';
  return { kind: 'msgpack', reason, text: msgpackToJson(bytes) };
}

/** Every byte from 0xe0 on is a small negative number by itself. */
function singleByteFault(bytes: Uint8Array): string | null {
  return bytes.length === 1 && (bytes[0] ?? 0) >= 0xe0 ? 'a single byte says too little' : null;
}

/** The same for a value that is text. */
export function decodeText(text: string): DecodedPayload {
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
