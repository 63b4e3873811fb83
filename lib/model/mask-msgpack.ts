import { decodeUtf8 } from './entry';
import { MASK, maskText } from './mask-json';
import { type MsgpackHead, msgpackFault, readHead } from './msgpack-scan';
import { REDACTION_DEPTH_MAX, type Redaction } from './redaction';

const MASK_BYTES: Uint8Array = new TextEncoder().encode(MASK);
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Masks the values of covered names in a value: JSON text, MessagePack, or either within the other.
 * The same array comes back where nothing is covered, or where the bytes are neither.
 */
export function maskBytes(
  bytes: Uint8Array,
  path: string,
  redaction: Redaction,
  depth = 0,
): Uint8Array {
  if (!mayHoldNames(bytes)) return bytes;
  if (depth >= REDACTION_DEPTH_MAX) return MASK_BYTES;
  const text = decodeUtf8(bytes);
  if (text === null) {
    const isMsgpack = msgpackFault(bytes, Number.POSITIVE_INFINITY) === null;
    return isMsgpack ? new MsgpackMask(bytes, path, redaction, depth).run() : bytes;
  }
  const masked = maskText(text, path, redaction, depth);
  return masked === text ? bytes : new TextEncoder().encode(masked);
}

/** Told by the first byte, so that ids and times are not even decoded. */
function mayHoldNames(bytes: Uint8Array): boolean {
  const [first] = bytes;
  if (first === undefined || bytes.length < 2) return false;
  // What may stand before JSON, a quote, a bracket or a brace; beyond ASCII, MessagePack or the like.
  return first <= 0x20 || first >= 0x7f || OPENERS.has(first);
}

const OPENERS: ReadonlySet<number> = new Set([0x22, 0x5b, 0x7b]);

/** A container that is open: values still to come, and the path of the next. */
interface Open {
  left: number;
  isMap: boolean;
  path: string;
  next: string;
}

class MsgpackMask {
  readonly #view: DataView;
  readonly #out: Uint8Array[] = [];
  readonly #open: Open[] = [];
  #copied = 0;
  #at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly path: string,
    private readonly redaction: Redaction,
    private readonly depth: number,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The bytes must be one whole value. */
  run(): Uint8Array {
    do {
      const top = this.#open.at(-1);
      if (top?.isMap && top.left % 2 === 0) this.#key(top);
      else {
        if (top) top.left--;
        this.#value(top?.next ?? this.path);
      }
      while (this.#open.at(-1)?.left === 0) this.#open.pop();
    } while (this.#open.length > 0);
    if (this.#copied === 0) return this.bytes;
    this.#out.push(this.bytes.subarray(this.#copied));
    return joined(this.#out);
  }

  #key(map: Open): void {
    map.left--;
    const start = this.#at;
    const { next, items } = this.#head(start);
    // A map or an array as a name: looked into like a value, and a name of nothing.
    if (items > 0) {
      map.next = map.path;
      this.#value(map.path);
      return;
    }
    this.#at = next;
    const child = this.redaction.child(map.path, this.#nameAt(start, next));
    if (child === null) {
      map.left--;
      this.#replace(next, this.#skip(next), packedMask());
    } else map.next = child;
  }

  #value(path: string): void {
    const start = this.#at;
    const { next, items } = this.#head(start);
    if (items === 0) {
      this.#at = next;
      this.#within(start, next, path);
      return;
    }
    if (this.#open.length + this.depth >= REDACTION_DEPTH_MAX) {
      this.#replace(start, this.#skip(start), packedMask());
      return;
    }
    const type = this.#view.getUint8(start);
    const isMap = (type & 0xf0) === 0x80 || type === 0xde || type === 0xdf;
    this.#open.push({ left: items, isMap, path, next: path });
    this.#at = next;
  }

  /** Text and bytes may themselves be JSON or MessagePack. */
  #within(start: number, end: number, path: string): void {
    const from = bodyStart(this.#view, start);
    if (from === null) return;
    const body = this.bytes.subarray(from, end);
    const masked = maskBytes(body, path, this.redaction, this.depth + this.#open.length + 1);
    if (masked === body) return;
    const isText = !BINARY_TYPES.has(this.#view.getUint8(start));
    this.#replace(start, end, packed(masked, isText));
  }

  #nameAt(start: number, end: number): string {
    const from = bodyStart(this.#view, start);
    if (from !== null) return lossy.decode(this.bytes.subarray(from, end));
    const type = this.#view.getUint8(start);
    return type <= 0x7f ? String(type) : '';
  }

  /** Behind the whole value that begins there. */
  #skip(start: number): number {
    let at = start;
    for (let left = 1; left > 0; left--) {
      const { next, items } = this.#head(at);
      at = next;
      left += items;
    }
    return at;
  }

  #head(at: number): MsgpackHead {
    const head = readHead(this.#view, at);
    if (head === null) throw new Error('these bytes were not checked');
    return head;
  }

  #replace(start: number, end: number, by: Uint8Array): void {
    this.#out.push(this.bytes.subarray(this.#copied, start), by);
    this.#at = end;
    this.#copied = end;
  }
}

const BINARY_TYPES: ReadonlySet<number> = new Set([0xc4, 0xc5, 0xc6]);

/** Where the body of a str or bin begins; null for anything else. */
function bodyStart(view: DataView, at: number): number | null {
  const type = view.getUint8(at);
  if (type >= 0xa0 && type <= 0xbf) return at + 1;
  if (type >= 0xd9 && type <= 0xdb) return at + 1 + (1 << (type - 0xd9));
  return BINARY_TYPES.has(type) ? at + 1 + (1 << (type - 0xc4)) : null;
}

function packedMask(): Uint8Array {
  return packed(MASK_BYTES, true);
}

/** As str 32 or bin 32, which any length fits. */
function packed(body: Uint8Array, isText: boolean): Uint8Array {
  const whole = new Uint8Array(5 + body.length);
  whole[0] = isText ? 0xdb : 0xc6;
  new DataView(whole.buffer).setUint32(1, body.length);
  whole.set(body, 5);
  return whole;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
