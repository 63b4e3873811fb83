import { decode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMsgpack } from './feed-msgpack';

const read = (event: string, data: string, id?: string) =>
  decode(toMsgpack({ event, data, ...(id === undefined ? {} : { id }) }), { useBigInt64: true });

describe('toMsgpack', () => {
  it('is a map of the event, its id and its data', () => {
    expect(read('a.b', '{"n":1,"t":"x"}', '5-1')).toEqual({
      event: 'a.b',
      id: '5-1',
      data: { n: 1, t: 'x' },
    });
    expect(read('dashboard.hello', '{}')).toEqual({ event: 'dashboard.hello', data: {} });
  });

  it('says what the JSON says', () => {
    const plain = fc.jsonValue({ depthSize: 'small', noUnicodeString: false });
    fc.assert(
      fc.property(plain, (value) => {
        const json = JSON.stringify({ value });
        fc.pre(!json.includes('__proto__') && !/\d{16}/.test(json));
        expect(read('e', json)).toEqual({ event: 'e', data: JSON.parse(json) });
      }),
    );
  });

  it('keeps every digit of an integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (n) => {
        const reply = read('e', `{"n":[${n}],"text":"1234567890123456"}`);
        const [got] = (reply as { data: { n: unknown[] } }).data.n;
        expect(BigInt(got as bigint)).toBe(n);
      }),
    );
    expect(read('e', '{"n":123456789012345678901234567890}')).toEqual({
      event: 'e',
      data: { n: '123456789012345678901234567890' },
    });
    expect(read('e', '{"n":0.12345678901234566}')).toEqual({
      event: 'e',
      data: { n: 0.12345678901234566 },
    });
  });

  it('carries the bytes of an entry as bytes', () => {
    const data = '{"id":"1-1","fields":[["a",{"base64":"/w=="}],[{"base64":"AA=="},"t"]]}';
    expect(read('entry', data, '1-1')).toEqual({
      event: 'entry',
      id: '1-1',
      data: {
        id: '1-1',
        fields: [
          ['a', Uint8Array.of(255)],
          [Uint8Array.of(0), 't'],
        ],
      },
    });
    const event = '{"data":{"base64":"/w=="}}';
    expect(read('e', event)).toEqual({ event: 'e', data: JSON.parse(event) });
  });

  it('sends the text of what nests too deep', () => {
    const deep = `{"a":${'['.repeat(5_000)}1${']'.repeat(5_000)}}`;
    expect(read('e', deep)).toEqual({ event: 'e', data: deep });
    const deepAndLong = deep.replace('1', '12345678901234567890');
    expect(read('e', deepAndLong)).toEqual({ event: 'e', data: deepAndLong });
  });
});
