import { decodeUtf8, fromBase64, toBase64 } from './entry';

/**
 * Stream, group and consumer names are bytes in Redis and text in URLs and JSON. A name that
 * is UTF-8 is shown as it is; any other becomes `binary:<base64url>`. Both ways are exact.
 */
const BINARY_PREFIX = 'binary:';
const encoder = new TextEncoder();

export function nameFromBytes(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== null && !text.startsWith(BINARY_PREFIX)) return text;
  return asBinary(bytes);
}

/** The bytes a name stands for. A `binary:` name that is no base64 is taken as text. */
export function nameToBytes(name: string): Uint8Array {
  if (name.startsWith(BINARY_PREFIX)) {
    const base64 = name.slice(BINARY_PREFIX.length).replaceAll('-', '+').replaceAll('_', '/');
    try {
      return fromBase64(base64);
    } catch {
      // Fell short of base64: a key that only looks like one of ours.
    }
  }
  return encode(name);
}

/** A name as one part of a path, encoded whole. `.` and `..` would be resolved away however encoded. */
export function nameInPath(name: string): string {
  return encodeURIComponent(name === '.' || name === '..' ? asBinary(encode(name)) : name);
}

function encode(name: string): Uint8Array {
  return encoder.encode(name);
}

function asBinary(bytes: Uint8Array): string {
  return BINARY_PREFIX + toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_');
}

/** The one way a name is written here, however it was spelled: a key has several. */
export function canonicalName(name: string): string {
  return nameFromBytes(nameToBytes(name));
}
