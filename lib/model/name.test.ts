import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameFromBytes, nameToBytes } from './name';

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('names', () => {
  it('bring any bytes through text and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(nameToBytes(nameFromBytes(bytes))).toEqual(bytes);
      }),
    );
  });

  it('are the text itself where it is text', () => {
    for (const text of ['shield:events', 'größe', '日本', 'a b/c?d#e%', '', '\ufeffbom', '\0']) {
      expect(nameFromBytes(bytesOf(text))).toBe(text);
      expect(nameToBytes(text)).toEqual(bytesOf(text));
    }
  });

  it('hold no character that a path would have to escape twice', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const name = nameFromBytes(bytes);
        expect(decodeURIComponent(encodeURIComponent(name))).toBe(name);
      }),
    );
    expect(nameFromBytes(Uint8Array.of(0xff, 0xef, 0xbe))).toBe('binary:_---');
  });

  it('differ for a key that is spelled like a binary name', () => {
    const lookalike = bytesOf('binary:AAA=');
    const name = nameFromBytes(lookalike);
    expect(name).not.toBe('binary:AAA=');
    expect(nameToBytes(name)).toEqual(lookalike);
  });

  it('take a binary name that is no base64 as text', () => {
    expect(nameToBytes('binary:***')).toEqual(bytesOf('binary:***'));
  });
});
