import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveRowBuffer } from './live-row-buffer';

const held = <Row>(buffer: LiveRowBuffer<Row>) =>
  Array.from({ length: buffer.size }, (_, place) => buffer.at(place));

describe('LiveRowBuffer', () => {
  it('holds what a list would, whichever end it grows at, and gives out what it lets go', () => {
    const step = fc.constantFrom('push', 'push', 'unshift', 'shift');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(step), (capacity, steps) => {
        const buffer = new LiveRowBuffer<number>(capacity);
        let list: number[] = [];
        let [next, previous] = [0, -1];
        for (const what of steps) {
          const isFull = list.length === capacity;
          if (what === 'push') {
            const row = list.length === 0 ? buffer.firstNumber : next;
            expect(buffer.push(row)).toBe(isFull ? list[0] : undefined);
            list = [...list, row].slice(-capacity);
          } else if (what === 'shift') {
            expect(buffer.shift()).toBe(list[0]);
            list = list.slice(1);
          } else {
            const row = list.length === 0 ? buffer.firstNumber - 1 : previous;
            expect(buffer.unshift(row)).toBe(isFull ? list.at(-1) : undefined);
            list = [row, ...list].slice(0, capacity);
          }
          next = (list.at(-1) ?? -1) + 1;
          previous = (list[0] ?? 0) - 1;
          expect(held(buffer)).toEqual(list);
          if (list.length > 0) expect(buffer.firstNumber).toBe(list[0]);
        }
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
    expect(buffer.drain()).toEqual(['b', 'c']);
    expect(buffer.size).toBe(0);
    buffer.push('d');
    expect(buffer.at(0)).toBe('d');
    expect(buffer.firstNumber).toBe(3);
  });
});
