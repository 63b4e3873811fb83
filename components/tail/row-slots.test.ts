import { describe, expect, it } from 'vitest';
import { RowSlots } from './row-slots';

describe('RowSlots', () => {
  it('lets a line follow its row while most rows stay', () => {
    const slots = new RowSlots();
    const before = slots.keysFor(100, 4);
    expect(slots.keysFor(101, 4)).toEqual([...before.slice(1), 4]);
    expect(slots.keysFor(100, 4)).toEqual([5, ...before.slice(1)]);
  });

  it('keeps the lines where most rows are new', () => {
    const slots = new RowSlots();
    const before = slots.keysFor(100, 4);
    expect(slots.keysFor(103, 4)).toEqual(before);
    expect(slots.keysFor(9_000, 4)).toEqual(before);
    expect(slots.keysFor(0, 4)).toEqual(before);
  });

  it('says the same when it is asked the same twice', () => {
    const slots = new RowSlots();
    slots.keysFor(100, 4);
    expect(slots.keysFor(102, 4)).toEqual(slots.keysFor(102, 4));
    expect(slots.keysFor(900, 4)).toEqual(slots.keysFor(900, 4));
  });

  it('never gives two lines one key, whatever is asked', () => {
    const slots = new RowSlots();
    let [first, count] = [0, 1];
    for (let step = 1; step < 300; step++) {
      first = Math.max(0, first + (((step * 7919) % 23) - 11));
      count = 1 + ((step * 104_729) % 30);
      const keys = slots.keysFor(first, count);
      expect(new Set(keys).size).toBe(count);
      expect(keys).toHaveLength(count);
    }
  });
});
