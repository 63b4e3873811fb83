import { fromWireValue, type WireValue, wireValueBytes } from './entry';
import { layoutJson } from './json-layout';
import { type DecodedPayload, decodePayload } from './payload';

/** A value as a person reads it, and how that reading came about. */
export interface ValueReading {
  /** The bytes at hand: all, or the first part of a value cut on the way. */
  bytes: Uint8Array;
  /** Of the whole value. */
  bytesWhole: number;
  /** `JSON`, `MessagePack`, `text`, `bytes`. */
  kind: string;
  /** Follows "because". */
  reason: string;
  /** Laid out for reading; null for bytes that are no text. */
  text: string | null;
}

const KIND_WORDS: Record<DecodedPayload['kind'], string> = {
  json: 'JSON',
  msgpack: 'MessagePack',
  text: 'text',
  binary: 'bytes',
};

export function readValue(value: WireValue): ValueReading {
  const bytes = fromWireValue(value);
  const bytesWhole = wireValueBytes(value);
  if (bytes.length < bytesWhole) {
    const text = typeof value !== 'string' && 'text' in value ? value.text : null;
    const kind = KIND_WORDS[text === null ? 'binary' : 'text'];
    return { bytes, bytesWhole, kind, reason: 'only its beginning was loaded', text };
  }
  const { kind, reason, text } = decodePayload(bytes);
  const laidOut =
    text !== null && (kind === 'json' || kind === 'msgpack') ? layoutJson(text) : text;
  return { bytes, bytesWhole, kind: KIND_WORDS[kind], reason, text: laidOut };
}
