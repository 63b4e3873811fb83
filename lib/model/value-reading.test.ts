import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { toWireValue } from './entry';
import { readValue } from './value-reading';

describe('readValue', () => {
  it('lays JSON out and keeps its numerals', () => {
    expect(readValue('{"n":12345678901234567890}')).toMatchObject({
      kind: 'JSON',
      reason: 'it parses as JSON',
      text: '{\n  "n": 12345678901234567890\n}',
    });
  });

  it('reads MessagePack, and keeps its bytes', () => {
    const bytes = encode({ ok: true });
    expect(readValue(toWireValue(bytes))).toEqual({
      bytes,
      bytesWhole: bytes.length,
      kind: 'MessagePack',
      reason: 'it is one whole MessagePack value',
      text: '{\n  "ok": true\n}',
    });
  });

  it('leaves text alone, markup too', () => {
    expect(readValue('<script>alert(1)</script>')).toMatchObject({
      kind: 'text',
      text: '<script>alert(1)</script>',
    });
  });

  it('does not judge a value of which it has only the beginning', () => {
    const cut = toWireValue(new TextEncoder().encode('{"a":1,"b":2}'), 5);
    expect(readValue(cut)).toMatchObject({
      kind: 'text',
      reason: 'only its beginning was loaded',
      text: '{"a":',
      bytesWhole: 13,
    });
    expect(readValue(toWireValue(Uint8Array.of(0xff, 0xfe, 0xfd), 2))).toMatchObject({
      kind: 'bytes',
      text: null,
      bytesWhole: 3,
    });
  });
});
