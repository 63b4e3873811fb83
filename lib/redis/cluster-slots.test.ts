import { describe, expect, it } from 'vitest';
import { slotOfCommand, slotOfKey } from './cluster-slots';
import type { CommandArgument } from './connect';

describe('the slot of a key', () => {
  // CLUSTER KEYSLOT of Redis 7.0.
  it.each([
    ['123456789', 12_739],
    ['foo', 12_182],
    ['', 0],
    ['shield:events', 7_491],
    ['größe', 9_425],
    ['{foo}bar', 12_182],
    ['a{foo}{bar}', 12_182],
    ['größe{foo}', 12_182],
  ])('%s is %i', (key, slot) => {
    expect(slotOfKey(key)).toBe(slot);
    expect(slotOfKey(Buffer.from(key))).toBe(slot);
  });

  it('is that of the whole key where the first tag is empty or open', () => {
    for (const key of ['{}foo', 'a{}{foo}', '{foo', 'foo}', '}{foo']) {
      expect(slotOfKey(key), key).not.toBe(slotOfKey('foo'));
    }
  });

  it('is told by the bytes, whether they are text or not', () => {
    expect(slotOfKey(Uint8Array.of(0xff))).not.toBe(slotOfKey(Uint8Array.of(0xfe)));
    const tagged = Buffer.concat([Uint8Array.of(0xff), Buffer.from('{foo}'), Uint8Array.of(0xfe)]);
    expect(slotOfKey(tagged)).toBe(12_182);
  });
});

describe('the slot of a command', () => {
  const key = Uint8Array.of(0xff, 0x00, 0x7d);
  const script: CommandArgument[] = ['sha', 2, key, 'other'];

  it.each<[string, CommandArgument[]]>([
    ['XINFO', ['STREAM', key]],
    ['XINFO', ['CONSUMERS', key, 'group']],
    ['XGROUP', ['CREATE', key, 'group', '$', 'MKSTREAM']],
    ['XGROUP', ['DELCONSUMER', key, 'group', 'consumer']],
    ['XADD', [key, 'MAXLEN', '~', 10, '*', 'a', 'b']],
    ['XACK', [key, 'group', '1-1']],
    ['XRANGE', [key, '-', '+', 'COUNT', 5]],
    ['XREVRANGE', [key, '+', '-', 'COUNT', 5]],
    ['XPENDING', [key, 'group', 'IDLE', 5, '-', '+', 10]],
    ['XAUTOCLAIM', [key, 'group', 'consumer', 5, '0-0', 'JUSTID']],
    ['XREAD', ['COUNT', 5, 'BLOCK', 1_000, 'STREAMS', key, '0-0']],
    ['XREADGROUP', ['GROUP', 'STREAMS', 'me', 'COUNT', 5, 'BLOCK', 9, 'STREAMS', key, '>']],
    ['MEMORY', ['USAGE', key]],
    ['TYPE', [key]],
    ['GETRANGE', [key, 0, 5]],
    ['SETRANGE', [key, 0, 'x']],
    ['EVALSHA', script],
    ['EVAL', script],
  ])('%s is that of its first key', (name, args) => {
    expect(slotOfCommand(name, args)).toBe(slotOfKey(key));
  });

  it.each<[string, CommandArgument[]]>([
    ['PING', []],
    ['INFO', ['server']],
    ['SCAN', ['0', 'TYPE', 'stream']],
    ['CLUSTER', ['SLOTS']],
    ['TIME', []],
    ['EVAL', ['return 1', 0]],
  ])('%s has none', (name, args) => {
    expect(slotOfCommand(name, args)).toBeNull();
  });
});
