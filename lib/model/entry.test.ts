import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeUtf8,
  entryBytes,
  fromBase64,
  fromWireValue,
  toBase64,
  toWireEntry,
  toWireValue,
  wireValueBytes,
} from './entry';

const bytesOf = (text: string) => new TextEncoder().encode(text);
/** Noise, and text with characters of one to four bytes that noise seldom makes. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 60 }).map(bytesOf),
);

describe('decodeUtf8', () => {
  it('gives text that encodes to the very same bytes, or null', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = decodeUtf8(bytes);
        if (text !== null) expect(bytesOf(text)).toEqual(bytes);
        expect(text === null).toBe(!Buffer.from(Buffer.from(bytes).toString('utf8')).equals(bytes));
      }),
    );
  });

  it('keeps a byte order mark and NUL', () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41, 0))).toBe('\ufeffA\0');
  });

  it.each([
    ['an overlong slash', [0xc0, 0xaf]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['a character cut off', [0xf0, 0x9f, 0x98]],
    ['a number past Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses %s', (_what, bytes) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeNull();
  });
});

describe('toWireValue and fromWireValue', () => {
  it('bring any bytes through JSON and back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const value = JSON.parse(JSON.stringify(toWireValue(bytes)));
        expect(fromWireValue(value)).toEqual(bytes);
        expect(wireValueBytes(value)).toBe(bytes.length);
      }),
    );
  });

  it('cut a long value to its first bytes and say how long it is', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(80), (bytes, bytesMax) => {
        const value = toWireValue(bytes, bytesMax);
        const kept = fromWireValue(value);
        expect(kept).toEqual(bytes.subarray(0, kept.length));
        expect(wireValueBytes(value)).toBe(bytes.length);
        expect(kept.length).toBeLessThanOrEqual(Math.max(bytesMax, 0));
        const isCut = typeof value !== 'string' && 'truncated' in value;
        expect(isCut).toBe(bytes.length > bytesMax);
        // A character is at most four bytes: no more than three are given up for its sake.
        if (isCut) expect(bytesMax - kept.length).toBeLessThan(4);
      }),
      { examples: [[Uint8Array.of(0, 128, 128, 128, 128), 4]] },
    );
  });

  it('cut text between characters, so that it stays text', () => {
    const bytes = bytesOf('aé€😀');
    const cuts = Array.from({ length: bytes.length }, (_, at) => toWireValue(bytes, at));
    expect(cuts.map((cut) => (typeof cut === 'object' && 'text' in cut ? cut.text : cut))).toEqual([
      '',
      'a',
      'a',
      'aé',
      'aé',
      'aé',
      'aé€',
      'aé€',
      'aé€',
      'aé€',
    ]);
  });

  it('keep bytes that only look like the inside of characters', () => {
    const bytes = new Uint8Array(20).fill(0x80);
    expect(toWireValue(bytes, 10)).toEqual({
      base64: toBase64(bytes.subarray(0, 10)),
      bytes: 20,
      truncated: true,
    });
  });
});

describe('base64', () => {
  it('agrees with another implementation both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).toBe(text);
        expect(fromBase64(text)).toEqual(bytes);
      }),
    );
  });

  it('takes megabytes', () => {
    const bytes = new Uint8Array(5_000_001).map((_, at) => at * 7);
    const text = toBase64(bytes);
    expect(text === Buffer.from(bytes).toString('base64')).toBe(true);
    expect(Buffer.from(fromBase64(text)).equals(bytes)).toBe(true);
  });
});

describe('an entry', () => {
  it('keeps the order of its fields and a name that stands twice', () => {
    const entry = {
      id: '1-1',
      fields: [
        [bytesOf('b'), bytesOf('1')],
        [bytesOf('a'), Uint8Array.of(0xff)],
        [bytesOf('b'), bytesOf('')],
      ] as [Uint8Array, Uint8Array][],
    };
    expect(toWireEntry(entry)).toEqual({
      id: '1-1',
      fields: [
        ['b', '1'],
        ['a', { base64: '/w==' }],
        ['b', ''],
      ],
    });
    expect(entryBytes(entry)).toBe(5);
  });

  it('has its long names cut as well as its long values', () => {
    const long = bytesOf('x'.repeat(10));
    expect(toWireEntry({ id: '1-1', fields: [[long, long]] }, 4).fields).toEqual([
      [
        { text: 'xxxx', bytes: 10, truncated: true },
        { text: 'xxxx', bytes: 10, truncated: true },
      ],
    ]);
  });
});
