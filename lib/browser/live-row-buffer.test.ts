import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveRowBuffer } from './live-row-buffer';

describe('LiveRowBuffer', () => {
  it('holds the newest, numbers every row, and counts what it let go', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 60 }), (cap, n) => {
        const buffer = new LiveRowBuffer<number>(cap);
        for (let row = 0; row < n; row++) buffer.push(row);
        const held = Array.from({ length: buffer.size }, (_, place) => buffer.at(place));
        expect(held).toEqual(Array.from({ length: n }, (_, row) => row).slice(-cap));
        expect(buffer.letGo + buffer.size).toBe(n);
        if (n > 0) expect(buffer.at(0)).toBe(buffer.firstNumber);
      }),
    );
  });

  it('has no row outside its places', () => {
    const buffer = new LiveRowBuffer<string>(3);
    buffer.push('a');
    expect(buffer.at(-1)).toBeUndefined();
    expect(buffer.at(1)).toBeUndefined();
  });

  it('gives everything out once, and numbers go on', () => {
    const buffer = new LiveRowBuffer<string>(2);
    for (const row of ['a', 'b', 'c']) buffer.push(row);
    expect(buffer.drain()).toEqual({ rows: ['b', 'c'], letGo: 1 });
    expect(buffer.size).toBe(0);
    buffer.push('d');
    expect(buffer.at(0)).toBe('d');
    expect(buffer.firstNumber).toBe(3);
  });
});
