import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { msgpackFault } from './msgpack-scan';

const fault = (...bytes: number[]) => msgpackFault(Uint8Array.from(bytes), 64);
const NEITHER = 'it is neither UTF-8 nor MessagePack';
const body = (length: number) => new Array<number>(length).fill(0x61);

describe('msgpackFault', () => {
  it.each([
    ['positive fixint', [0x7f], 0],
    ['fixmap', [0x82, 1, 2, 3, 4], 0],
    ['fixarray', [0x93, 1, 2, 3], 0],
    ['fixstr', [0xa3], 3],
    ['nil', [0xc0], 0],
    ['false', [0xc2], 0],
    ['true', [0xc3], 0],
    ['bin 8', [0xc4, 3], 3],
    ['bin 16', [0xc5, 0, 3], 3],
    ['bin 32', [0xc6, 0, 0, 0, 3], 3],
    ['ext 8', [0xc7, 3, 9], 3],
    ['ext 16', [0xc8, 0, 3, 9], 3],
    ['ext 32', [0xc9, 0, 0, 0, 3, 9], 3],
    ['float 32', [0xca], 4],
    ['float 64', [0xcb], 8],
    ['uint 8', [0xcc], 1],
    ['uint 16', [0xcd], 2],
    ['uint 32', [0xce], 4],
    ['uint 64', [0xcf], 8],
    ['int 8', [0xd0], 1],
    ['int 16', [0xd1], 2],
    ['int 32', [0xd2], 4],
    ['int 64', [0xd3], 8],
    ['fixext 1', [0xd4, 9], 1],
    ['fixext 2', [0xd5, 9], 2],
    ['fixext 4', [0xd6, 9], 4],
    ['fixext 8', [0xd7, 9], 8],
    ['fixext 16', [0xd8, 9], 16],
    ['str 8', [0xd9, 3], 3],
    ['str 16', [0xda, 0, 3], 3],
    ['str 32', [0xdb, 0, 0, 0, 3], 3],
    ['array 16', [0xdc, 0, 2, 1, 2], 0],
    ['array 32', [0xdd, 0, 0, 0, 2, 1, 2], 0],
    ['map 16', [0xde, 0, 1, 1, 2], 0],
    ['map 32', [0xdf, 0, 0, 0, 1, 1, 2], 0],
    ['negative fixint', [0xe0], 0],
  ])('takes a whole %s, and neither a byte less nor a byte more', (_format, head, bodyBytes) => {
    const whole = [...head, ...body(bodyBytes)];
    expect(fault(...whole)).toBeNull();
    expect(fault(...whole, 0x01)).toBe(NEITHER);
    for (let length = 0; length < whole.length; length++) {
      expect(fault(...whole.slice(0, length))).toBe(NEITHER);
    }
  });

  it('refuses the one byte that means nothing', () => {
    expect(fault(0xc1)).toBe(NEITHER);
    expect(fault(0x91, 0xc1)).toBe(NEITHER);
  });

  it('takes whatever another encoder writes, and nothing that is cut short', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, cut) => {
        const bytes = encode(JSON.parse(json));
        expect(msgpackFault(bytes, 1_000)).toBeNull();
        expect(msgpackFault(bytes.subarray(0, cut % bytes.length), 1_000)).not.toBeNull();
      }),
    );
  });

  it('counts nesting from one', () => {
    const nested = (depth: number) => Uint8Array.from([...new Array(depth).fill(0x91), 0x01]);
    expect(msgpackFault(nested(64), 64)).toBeNull();
    expect(msgpackFault(nested(65), 64)).toBe('it is nested deeper than 64');
    expect(msgpackFault(nested(10_000), 64)).toBe('it is nested deeper than 64');
  });

  it('an empty container closes as soon as it opens', () => {
    expect(fault(0x92, 0x90, 0x80)).toBeNull();
    expect(fault(0x92, 0x90)).toBe(NEITHER);
  });

  it('sees through sizes that the bytes cannot hold', () => {
    expect(fault(0xdd, 0xff, 0xff, 0xff, 0xff)).toBe(NEITHER);
    expect(fault(0xdf, 0xff, 0xff, 0xff, 0xff, 1, 2)).toBe(NEITHER);
    expect(fault(0xc6, 0xff, 0xff, 0xff, 0xff)).toBe(NEITHER);
    expect(fault(0xdb, 0xff, 0xff, 0xff, 0xff, 0x61)).toBe(NEITHER);
  });
});
