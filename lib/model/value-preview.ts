import { fromWireValue, type WireValue, wireValueBytes } from './entry';
import { type DecodedPayload, decodePayload } from './payload';

/** The beginning of a value for one line. `kind` says what was read; the bytes stay the truth. */
export interface ValuePreview {
  text: string;
  kind: DecodedPayload['kind'];
  /** There is more than the text shows. */
  cut: boolean;
}

/** Longest value that is decoded for a preview only. */
const DECODE_BYTES_MAX = 8 * 1024;
const BINARY_BYTES_SHOWN = 12;

/** Reads text straight and decodes the rest: bytes by MessagePack, else their first bytes in hex. */
export function previewValue(value: WireValue, charsMax: number): ValuePreview {
  if (typeof value === 'string') return cutText(value, 'text', charsMax, false);
  if ('text' in value) return cutText(value.text, 'text', charsMax, true);
  const bytes = fromWireValue(value);
  const wholeBytes = wireValueBytes(value);
  if (bytes.length === wholeBytes && bytes.length <= DECODE_BYTES_MAX) {
    const decoded = decodePayload(bytes);
    if (decoded.text !== null) return cutText(decoded.text, decoded.kind, charsMax, false);
  }
  const shown = bytes.subarray(0, BINARY_BYTES_SHOWN);
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return { text: hex, kind: 'binary', cut: wholeBytes > shown.length };
}

function cutText(
  text: string,
  kind: ValuePreview['kind'],
  charsMax: number,
  more: boolean,
): ValuePreview {
  if (text.length <= charsMax) return { text, kind, cut: more };
  const end = isHighSurrogate(text.charCodeAt(charsMax - 1)) ? charsMax - 1 : charsMax;
  return { text: text.slice(0, end), kind, cut: true };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** A preview as one string: bytes in angle marks, an ellipsis where there is more. */
export function previewText(value: WireValue, charsMax: number): string {
  const { text, kind, cut } = previewValue(value, charsMax);
  const more = cut ? '…' : '';
  return kind === 'binary' ? `‹${text}${more}›` : `${text}${more}`;
}
