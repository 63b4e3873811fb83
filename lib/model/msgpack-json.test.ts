import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { msgpackToJson } from './msgpack-json';

const json = (...bytes: number[]) => msgpackToJson(Uint8Array.from(bytes));
const ff = (length: number) => new Array<number>(length).fill(0xff);

describe('msgpackToJson', () => {
  it('is what was encoded, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value));
        // The encoder cannot take a `__proto__` key apart from a prototype.
        fc.pre(!JSON.stringify(plain).includes('__proto__'));
        expect(JSON.parse(msgpackToJson(encode(plain)))).toEqual(plain);
      }),
    );
  });

  it('reads a value that does not begin at the start of its buffer', () => {
    const bytes = new Uint8Array([0xc1, 0xc1, 0x81, 0xa1, 0x61, 0xcd, 0x01, 0x00]).subarray(2);
    expect(msgpackToJson(bytes)).toBe('{"a":256}');
  });

  it.each([
    ['positive fixint', [0x7f], '127'],
    ['negative fixint', [0xe0], '-32'],
    ['uint 8', [0xcc, ...ff(1)], '255'],
    ['uint 16', [0xcd, ...ff(2)], '65535'],
    ['uint 32', [0xce, ...ff(4)], '4294967295'],
    ['uint 64', [0xcf, ...ff(8)], '18446744073709551615'],
    ['int 8', [0xd0, 0x80], '-128'],
    ['int 16', [0xd1, 0x80, 0], '-32768'],
    ['int 32', [0xd2, 0x80, 0, 0, 0], '-2147483648'],
    ['int 64', [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], '-9223372036854775808'],
    ['int 64 that is positive', [0xd3, 0, 0x20, 0, 0, 0, 0, 0, 1], '9007199254740993'],
    ['float 32', [0xca, 0x3f, 0xc0, 0, 0], '1.5'],
    ['float 64', [0xcb, 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18], '3.141592653589793'],
    ['NaN', [0xca, 0x7f, 0xc0, 0, 0], '"NaN"'],
    ['infinity', [0xcb, 0xff, 0xf0, 0, 0, 0, 0, 0, 0], '"-Infinity"'],
    ['a float too large for digits', [0xcb, 0x7f, 0xe0, 0, 0, 0, 0, 0, 0], `${2 ** 1023}`],
    ['nil', [0xc0], 'null'],
    ['false', [0xc2], 'false'],
    ['true', [0xc3], 'true'],
    ['str 8', [0xd9, 1, 0x61], '"a"'],
    ['str 16', [0xda, 0, 1, 0x22], '"\\""'],
    ['str 32', [0xdb, 0, 0, 0, 1, 0x0a], '"\\n"'],
    ['array 16', [0xdc, 0, 2, 1, 2], '[1,2]'],
    ['array 32', [0xdd, 0, 0, 0, 2, 1, 2], '[1,2]'],
    ['map 16', [0xde, 0, 1, 0xa1, 0x61, 2], '{"a":2}'],
    ['map 32', [0xdf, 0, 0, 0, 1, 0xa1, 0x61, 2], '{"a":2}'],
    ['bin 8', [0xc4, 1, 0xff], '{"base64":"/w=="}'],
    ['bin 16', [0xc5, 0, 1, 0xff], '{"base64":"/w=="}'],
    ['bin 32', [0xc6, 0, 0, 0, 1, 0xff], '{"base64":"/w=="}'],
    ['fixext 1', [0xd4, 5, 0xff], '{"ext":5,"base64":"/w=="}'],
    ['fixext 2', [0xd5, 5, ...ff(2)], '{"ext":5,"base64":"//8="}'],
    ['fixext 16', [0xd8, 0x80, ...ff(16)], '{"ext":-128,"base64":"/////////////////////w=="}'],
    ['ext 8', [0xc7, 1, 5, 0xff], '{"ext":5,"base64":"/w=="}'],
    ['ext 16', [0xc8, 0, 1, 5, 0xff], '{"ext":5,"base64":"/w=="}'],
    ['ext 32', [0xc9, 0, 0, 0, 1, 5, 0xff], '{"ext":5,"base64":"/w=="}'],
    ['ext of nothing', [0xc7, 0, 5], '{"ext":5,"base64":""}'],
  ])('writes %s', (_format, bytes, text) => {
    expect(json(...bytes)).toBe(text);
  });

  it('keeps text that is not UTF-8 as bytes', () => {
    expect(json(0x81, 0xa1, 0x61, 0xa2, 0xff, 0xfe)).toBe('{"a":{"base64":"//4="}}');
  });

  it('keeps a key that stands twice, and a key named like a prototype', () => {
    expect(json(0x82, 0xa1, 0x61, 1, 0xa1, 0x61, 2)).toBe('{"a":1,"a":2}');
    const proto = [0xa9, ...new TextEncoder().encode('__proto__')];
    const text = json(0x81, ...proto, 0x81, 0xa1, 0x78, 1);
    expect(text).toBe('{"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(JSON.parse(text))).toBe(Object.prototype);
  });

  it.each([
    ['a number', [7], '"7"'],
    ['nil', [0xc0], '"null"'],
    ['bytes', [0xc4, 1, 0xff], '"{\\"base64\\":\\"/w==\\"}"'],
    ['a time', [0xd6, 0xff, 0, 0, 0, 1], '"1970-01-01T00:00:01.000Z"'],
    ['an array', [0x92, 1, 2], '"kgEC"'],
    ['a map', [0x80], '"gA=="'],
  ])('takes %s for a key', (_what, key, text) => {
    expect(json(0x81, ...key, 1)).toBe(`{${text}:1}`);
    expect(() => JSON.parse(json(0x81, ...key, 1))).not.toThrow();
  });

  it('does not grow without bound where keys are maps with maps for keys', () => {
    const bytes = [...new Array(60).fill(0x81), 0xa1, 0x22, ...new Array(60).fill(1)];
    expect(json(...bytes).length).toBeLessThan(1_000);
  });

  it.each([
    ['32 bits', [0xd6, 0xff, 0xff, 0xff, 0xff, 0xff], '"2106-02-07T06:28:15.000Z"'],
    ['64 bits', [0xd7, 0xff, 0, 0, 0, 4, 0, 0, 0, 1], '"1970-01-01T00:00:01.000000001Z"'],
    [
      '64 bits past 2106',
      [0xd7, 0xff, 0x77, 0x35, 0x94, 0x03, 0xff, 0xff, 0xff, 0xff],
      '"2514-05-30T01:53:03.500Z"',
    ],
    [
      '96 bits before 1970',
      [0xc7, 12, 0xff, 0x3b, 0x9a, 0xc9, 0xff, ...ff(8)],
      '"1969-12-31T23:59:59.999999999Z"',
    ],
    [
      'a nanosecond that is none',
      [0xc7, 12, 0xff, 0x3b, 0x9a, 0xca, 0, ...ff(8)],
      '{"ext":-1,"base64":"O5rKAP//////////"}',
    ],
    [
      'a year past every date',
      [0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f, ...ff(7)],
      '{"ext":-1,"base64":"AAAAAH//////////"}',
    ],
    ['a length that is none', [0xd5, 0xff, 0, 1], '{"ext":-1,"base64":"AAE="}'],
  ])('writes a timestamp of %s', (_what, bytes, text) => {
    expect(json(...bytes)).toBe(text);
  });
});
