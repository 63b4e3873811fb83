import { decodeUtf8 } from './entry';
import { UNSEEN } from './redis-command';

const UNSEEN_ALL = new RegExp(UNSEEN, 'gu');
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Bytes as an expression of TypeScript: text in quotes, what is no text as a Buffer. */
export function typescriptLiteral(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  return text === null
    ? `Buffer.from('${hexOf(bytes)}', 'hex')`
    : quoted(text, (char) => SHORT[char] ?? utf16Escape(char));
}

/** Bytes as an expression of Python 3: `str`, which clients write as UTF-8, or `bytes`. */
export function pythonLiteral(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== null) return quoted(text, (char) => SHORT[char] ?? pythonEscape(char));
  const chars = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /^[ !#-&(-[\]-~"]$/.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b'${chars.join('')}'`;
}

/**
 * JSON text in which nothing is hidden and nothing is obeyed by a terminal: what stands in a string
 * and is not seen is escaped. Line ends and tabs between tokens stay.
 */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN_ALL, (char) => (/[\n\r\t]/.test(char) ? char : utf16Escape(char)));
}

function quoted(text: string, escapeUnseen: (char: string) => string): string {
  const inner = text.replace(/[\\']/g, '\\$&').replace(UNSEEN_ALL, escapeUnseen);
  return `'${inner}'`;
}

/** Each half of a pair by itself, as JavaScript and JSON have it. */
function utf16Escape(char: string): string {
  const units = Array.from({ length: char.length }, (_, at) => char.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function pythonEscape(char: string): string {
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  return char.length === 1 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
