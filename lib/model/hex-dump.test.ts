import { describe, expect, it } from 'vitest';
import { hexDump, hexLine, hexLineCount } from './hex-dump';

describe('hexDump', () => {
  it('shows offset, bytes and printable ASCII', () => {
    const bytes = new TextEncoder().encode('Hello <script>\n\u00e9');
    expect(hexDump(bytes)).toBe(
      [
        '00000000  48 65 6c 6c 6f 20 3c 73  63 72 69 70 74 3e 0a c3  |Hello <script>··|',
        `00000010  a9${' '.repeat(48)}|·|`,
      ].join('\n'),
    );
  });

  it('has no line for no bytes', () => {
    expect(hexLineCount(new Uint8Array())).toBe(0);
    expect(hexDump(new Uint8Array())).toBe('');
  });

  it('makes one line without making the others', () => {
    const bytes = new Uint8Array(5_000_000).fill(0x41);
    expect(hexLine(bytes, 312_499)).toEqual({
      offset: '004c4b30',
      hex: '41 41 41 41 41 41 41 41  41 41 41 41 41 41 41 41',
      ascii: 'A'.repeat(16),
    });
    expect(hexLineCount(bytes)).toBe(312_500);
  });
});
