import { decodeUtf8, toBase64 } from './entry';

/**
 * Writes one MessagePack value as JSON text. The bytes must have passed `msgpackFault`, which
 * bounds their nesting. Nothing is lost on the way, which decoding to JavaScript values would not
 * keep to: integers keep every digit, keys that stand twice stay, and what JSON has no word for
 * gets a form of its own:
 * bytes, and text that is not UTF-8: `{"base64": "…"}`; an extension: `{"ext": type, "base64": "…"}`;
 * a timestamp: ISO 8601, to the nanosecond; NaN and the infinities: text; a key that is not text:
 * its JSON as text, or base64 of its MessagePack where it is a map or an array.
 * Source: https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export function msgpackToJson(bytes: Uint8Array): string {
  return new JsonWriter(bytes).value();
}

const EXT_TIMESTAMP = -1;

class JsonWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(): string {
    const type = this.#unsigned(1);
    if (type <= 0x7f) return String(type);
    if (type >= 0xe0) return String(type - 0x100);
    if (type <= 0x8f) return this.#map(type & 0x0f);
    if (type <= 0x9f) return this.#array(type & 0x0f);
    if (type <= 0xbf) return this.#text(type & 0x1f);
    return this.#tagged(type);
  }

  #tagged(type: number): string {
    if (type === 0xc0) return 'null';
    if (type <= 0xc3) return type === 0xc2 ? 'false' : 'true';
    if (type <= 0xc6) return this.#binary(this.#unsigned(1 << (type - 0xc4)));
    if (type <= 0xc9) return this.#extension(this.#unsigned(1 << (type - 0xc7)));
    if (type <= 0xcb) return this.#float(type === 0xca ? 4 : 8);
    if (type <= 0xcf) return this.#integer(1 << (type - 0xcc), 'unsigned');
    if (type <= 0xd3) return this.#integer(1 << (type - 0xd0), 'signed');
    if (type <= 0xd8) return this.#extension(1 << (type - 0xd4));
    if (type <= 0xdb) return this.#text(this.#unsigned(1 << (type - 0xd9)));
    const length = this.#unsigned(type & 1 ? 4 : 2);
    return type <= 0xdd ? this.#array(length) : this.#map(length);
  }

  #array(length: number): string {
    const items: string[] = [];
    for (let n = 0; n < length; n++) items.push(this.value());
    return `[${items.join(',')}]`;
  }

  #map(length: number): string {
    const members: string[] = [];
    for (let n = 0; n < length; n++) {
      members.push(`${this.#key()}:${this.value()}`);
    }
    return `{${members.join(',')}}`;
  }

  /** JSON within JSON doubles its backslashes at each level: containers as keys are not spelled out. */
  #key(): string {
    const start = this.#at;
    const type = this.#view.getUint8(start);
    const key = this.value();
    if (key.startsWith('"')) return key;
    const isContainer = (type >= 0x80 && type <= 0x9f) || (type >= 0xdc && type <= 0xdf);
    return JSON.stringify(isContainer ? toBase64(this.#bytes.subarray(start, this.#at)) : key);
  }

  #text(length: number): string {
    const bytes = this.#take(length);
    const text = decodeUtf8(bytes);
    return text === null ? base64Json(bytes) : JSON.stringify(text);
  }

  #binary(length: number): string {
    return base64Json(this.#take(length));
  }

  #extension(length: number): string {
    const type = this.#view.getInt8(this.#at++);
    const data = this.#take(length);
    const time = type === EXT_TIMESTAMP ? timestamp(data) : null;
    return time ?? `{"ext":${type},"base64":"${toBase64(data)}"}`;
  }

  #float(length: number): string {
    const at = this.#skip(length);
    const value = length === 4 ? this.#view.getFloat32(at) : this.#view.getFloat64(at);
    return Number.isFinite(value) ? String(value) : `"${value}"`;
  }

  #integer(length: number, sign: 'signed' | 'unsigned'): string {
    const at = this.#skip(length);
    const value = length === 8 ? this.#view.getBigUint64(at) : BigInt(this.#read(at, length));
    return String(sign === 'signed' ? BigInt.asIntN(length * 8, value) : value);
  }

  #unsigned(length: number): number {
    return this.#read(this.#skip(length), length);
  }

  #read(at: number, length: number): number {
    if (length === 1) return this.#view.getUint8(at);
    return length === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, this.#at);
  }

  /** Moves on by so many bytes; returns where it stood. */
  #skip(length: number): number {
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

function base64Json(bytes: Uint8Array): string {
  return `{"base64":"${toBase64(bytes)}"}`;
}

/** The three layouts of a timestamp as ISO 8601; null for what is none or no date can hold. */
function timestamp(data: Uint8Array): string | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length === 4) return isoTime(BigInt(view.getUint32(0)), 0);
  if (data.length === 8) {
    const both = view.getBigUint64(0);
    return isoTime(both & 0x3_ffff_ffffn, Number(both >> 34n));
  }
  return data.length === 12 ? isoTime(view.getBigInt64(4), view.getUint32(0)) : null;
}

function isoTime(seconds: bigint, nanoseconds: number): string | null {
  const time = new Date(Number(seconds) * 1000);
  if (Number.isNaN(time.getTime()) || nanoseconds >= 1e9) return null;
  const digits = String(nanoseconds)
    .padStart(9, '0')
    .replace(/000000$/, '');
  return `"${time.toISOString().slice(0, -'000Z'.length)}${digits}Z"`;
}
