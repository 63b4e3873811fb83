/** Bytes a line of a hex dump shows. */
export const HEX_LINE_BYTES = 16;

/** One line of a hex dump, in the layout of `hexdump -C`. */
export interface HexLine {
  /** Offset of the first byte, eight hex digits or more. */
  offset: string;
  /** `48 65 …` in two halves, padded to the width of a full line. */
  hex: string;
  /** Printable ASCII, every other byte as a middle dot. */
  ascii: string;
}

export function hexLineCount(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / HEX_LINE_BYTES);
}

export function hexLine(bytes: Uint8Array, line: number): HexLine {
  const start = line * HEX_LINE_BYTES;
  const hex: string[] = [];
  let ascii = '';
  for (let index = 0; index < HEX_LINE_BYTES; index++) {
    const byte = bytes[start + index];
    if (index === HEX_LINE_BYTES / 2) hex.push('');
    hex.push(byte === undefined ? '  ' : byte.toString(16).padStart(2, '0'));
    if (byte !== undefined) ascii += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '·';
  }
  return { offset: start.toString(16).padStart(8, '0'), hex: hex.join(' '), ascii };
}

/** Lines `from` up to, but not including, `to`, as text. */
export function hexDump(bytes: Uint8Array, from = 0, to = hexLineCount(bytes)): string {
  const lines: string[] = [];
  for (let index = from; index < Math.min(to, hexLineCount(bytes)); index++) {
    const { offset, hex, ascii } = hexLine(bytes, index);
    lines.push(`${offset}  ${hex}  |${ascii}|`);
  }
  return lines.join('\n');
}
