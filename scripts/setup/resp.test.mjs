import { describe, expect, test } from 'vitest';
import { decodeReply, encodeCommand } from './resp.mjs';

/** @param {string} text */
const bytes = (text) => Buffer.from(text, 'latin1');

describe('the RESP of the set-up scripts', () => {
  test('a command is framed by the length of its bytes', () => {
    expect(encodeCommand(['SET', 'ключ', Uint8Array.of(0, 255), 7]).toString('latin1')).toBe(
      `*4\r\n$3\r\nSET\r\n$8\r\n${Buffer.from('ключ').toString('latin1')}\r\n$2\r\n\0\xff\r\n$1\r\n7\r\n`,
    );
  });

  test.each([
    ['+OK\r\n', 'OK'],
    [':-12\r\n', -12],
    ['$-1\r\n', null],
    ['*-1\r\n', null],
    ['$0\r\n\r\n', ''],
    ['$4\r\na\r\nb\r\n', 'a\r\nb'],
    ['*2\r\n*1\r\n$1\r\na\r\n:1\r\n', [['a'], 1]],
  ])('%j is %j', (wire, value) => {
    expect(decodeReply(bytes(wire))).toEqual({ value, next: wire.length });
  });

  test('bytes that are not UTF-8 come back unaltered', () => {
    expect(decodeReply(bytes('$3\r\n\xff\0\xfe\r\n'))).toMatchObject({
      value: Buffer.from([0xff, 0, 0xfe]),
    });
  });

  test('an error inside an array is the answer', () => {
    const wire = bytes('*2\r\n:1\r\n-NOGROUP no\r\n');
    expect(decodeReply(wire)).toEqual({ value: new Error('NOGROUP no'), next: wire.length });
  });

  test('every cut of a reply asks for more', () => {
    const wire = bytes('*2\r\n$5\r\nhello\r\n*1\r\n:42\r\n');
    for (let length = 0; length < wire.length; length += 1) {
      const reply = decodeReply(wire.subarray(0, length));
      expect(reply).toHaveProperty('needed');
      if ('needed' in reply) expect(reply.needed).toBeGreaterThan(length);
    }
  });
});
