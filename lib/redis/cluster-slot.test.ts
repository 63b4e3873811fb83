import { describe, expect, it } from 'vitest';
import { keySlot, textInSlotOf } from './cluster-slot';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('keySlot', () => {
  // The specification's own examples, and CLUSTER KEYSLOT of a Redis 7.0.
  it.each([
    ['123456789', 12_739],
    ['foo', 12_182],
    ['', 0],
    ['{user1000}.following', keySlot(bytes('user1000'))],
    ['foo{{bar}}zap', keySlot(bytes('{bar'))],
    ['foo{bar}{zap}', keySlot(bytes('bar'))],
  ])('of %j is %d', (key, slot) => expect(keySlot(bytes(key))).toBe(slot));

  it('takes the whole key where nothing stands between the braces', () => {
    expect(keySlot(bytes('foo{}{bar}'))).not.toBe(keySlot(bytes('bar')));
    expect(keySlot(bytes('foo}bar{'))).not.toBe(keySlot(bytes('')));
  });
});

describe('textInSlotOf', () => {
  it('lies in the slot, also between braces', () => {
    for (const name of ['a}b', 'x{}', 'shield:events', '\u0000']) {
      const text = textInSlotOf(bytes(name));
      expect(keySlot(bytes(`k:{${text}}:more`))).toBe(keySlot(bytes(name)));
      expect(text.length).toBeLessThan(6);
    }
  });
});
