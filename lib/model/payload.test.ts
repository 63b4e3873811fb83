import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, PAYLOAD_DEPTH_MAX } from './payload';

const utf8 = (text: string) => new TextEncoder().encode(text);
const ofText = (text: string) => decodePayload(utf8(text));
const ofBytes = (...bytes: number[]) => decodePayload(Uint8Array.from(bytes));

/** One decoding of bytes, and how long it took. */
function timed(bytes: Uint8Array) {
  const startedMs = performance.now();
  const decoded = decodePayload(bytes);
  return { decoded, ms: performance.now() - startedMs };
}

describe('JSON', () => {
  it.each([
    '{}',
    '[]',
    ' \t\r\n{"a": [1, 2.50, -0, 1e400]}\n',
    '{"n":12345678901234567890,"a":1,"a":2}',
    '{"__proto__":{"x":1},"constructor":null}',
    '["\\ud800", "\\u0000", "]}{["]',
  ])('is kept as it was written: %s', (text) => {
    expect(ofText(text)).toEqual({ kind: 'json', reason: 'it parses as JSON', text });
  });

  it('is found in whatever JSON.stringify writes of an object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        expect(ofText(text).kind).toBe('json');
        expect(ofText(text).text).toBe(text);
      }),
    );
  });

  it('gives way to text where it is nested too deep, whatever brackets its strings hold', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(ofText(nested(PAYLOAD_DEPTH_MAX)).kind).toBe('json');
    expect(ofText(nested(PAYLOAD_DEPTH_MAX + 1))).toMatchObject({
      kind: 'text',
      reason: 'it is nested deeper than 64',
    });
    expect(ofText(nested(10_000)).kind).toBe('text');
    expect(ofText('['.repeat(1_000_000)).kind).toBe('text');
    expect(ofText(JSON.stringify(['[[[\\"'.repeat(100)])).kind).toBe('json');
  });
});

describe('text', () => {
  it.each([
    '',
    '0',
    'true',
    'null',
    '"a"',
    ' 12345678901234567890',
    '{not json',
    '[1,]',
    '\ufeff{}',
  ])('stays the text it is: %j', (text) => {
    expect(ofText(text)).toMatchObject({ kind: 'text', text });
  });
});

describe('MessagePack', () => {
  it('is found in what another encoder writes of any map or array', () => {
    const container = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.array(fc.jsonValue()),
    );
    fc.assert(
      fc.property(container, (value) => {
        const plain = JSON.parse(JSON.stringify(value));
        fc.pre(!JSON.stringify(plain).includes('__proto__'));
        const decoded = decodePayload(encode(plain));
        expect(decoded.kind).toBe('msgpack');
        expect(JSON.parse(decoded.text ?? '')).toEqual(plain);
      }),
    );
  });

  it('is one whole value: what is cut off or goes on is binary', () => {
    expect(ofBytes(0x82, 0xa1, 0x61, 0x01)).toMatchObject({ kind: 'binary', text: null });
    expect(ofBytes(0x81, 0xa1, 0x61, 0x01, 0x01)).toMatchObject({ kind: 'binary', text: null });
  });

  it('is not read into a byte that any value below zero would be', () => {
    expect(ofBytes(0xff)).toEqual({
      kind: 'binary',
      reason: 'a single byte says too little',
      text: null,
    });
    expect(ofBytes(0xc0)).toMatchObject({ kind: 'msgpack', text: 'null' });
  });

  it('keeps integers past 2^53, bytes and times', () => {
    const value = { n: 2n ** 63n, bytes: Uint8Array.of(0xff), at: new Date(1_700_000_000_001) };
    expect(decodePayload(encode(value, { useBigInt64: true })).text).toBe(
      '{"n":9223372036854775808,"bytes":{"base64":"/w=="},"at":"2023-11-14T22:13:20.001Z"}',
    );
  });

  it('gives way to bytes where it is nested too deep', () => {
    const nested = (depth: number) => ofBytes(...new Array(depth).fill(0x91), 0x01);
    expect(nested(PAYLOAD_DEPTH_MAX).kind).toBe('msgpack');
    expect(nested(PAYLOAD_DEPTH_MAX + 1)).toMatchObject({ kind: 'binary', text: null });
    expect(nested(10_000)).toMatchObject({ reason: 'it is nested deeper than 64' });
  });
});

describe('hostile bytes', () => {
  it('never make it throw, and what it calls JSON parses', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      // Heads of containers and lengths, one after the other.
      fc.array(fc.constantFrom(0x81, 0x91, 0xa1, 0xc4, 0xc7, 0xd6, 0xdc, 0xdf, 0xff, 0, 1), {
        maxLength: 40,
      }),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        const { kind, text } = ofBytes(...bytes);
        if (kind === 'json' || kind === 'msgpack') JSON.parse(text ?? '');
        expect(text === null).toBe(kind === 'binary');
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['an array that announces four billion items', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['maps that each announce four billion', new Array(60).fill([0xdf, 0xff, 0xff, 0xff, 0xff])],
    ['arrays that each announce what is left', new Array(60).fill([0xdc, 0x00, 0x7f])],
    ['bytes that announce four billion', [0xc6, 0xff, 0xff, 0xff, 0xff]],
  ])('are seen through: %s', (_what, heads) => {
    expect(ofBytes(...heads.flat())).toMatchObject({ kind: 'binary', text: null });
  });

  it('take time in proportion to their size', () => {
    const nils = new Uint8Array(2_000_005).fill(0xc0);
    nils.set([0xdd, 0x00, 0x1e, 0x84, 0x80]);
    const all = [
      { bytes: nils, kind: 'msgpack' },
      { bytes: new Uint8Array(2_000_000).fill(0x91), kind: 'binary' },
      { bytes: utf8(`{"a":"${'\\"'.repeat(1_000_000)}"}`), kind: 'json' },
      { bytes: utf8(`${' '.repeat(2_000_000)}x`), kind: 'text' },
    ];
    for (const { bytes, kind } of all) {
      const { decoded, ms } = timed(bytes);
      expect(decoded.kind).toBe(kind);
      // In proportion to their square it would take minutes.
      expect(ms).toBeLessThan(15_000);
    }
  });
});
