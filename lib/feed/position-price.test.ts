import { describe, expect, it } from 'vitest';
import type { StreamPosition } from '@/lib/redis/stream-reads';
import { PositionPrice } from './position-price';

const position = (ms: number): StreamPosition => ({
  length: 2,
  lastGeneratedId: '2-0',
  entriesAdded: 2,
  firstId: '1-0',
  maxDeletedId: '0-0',
  costUs: ms * 1_000,
});
const entry = (id: string, bytes: number) => ({
  id,
  fields: [[Buffer.from('f'), Buffer.alloc(bytes - 1)] satisfies [Buffer, Buffer]],
});

describe('what a position costs', () => {
  it('while it is cheap it is asked for whole', () => {
    const price = new PositionPrice();
    price.saw([entry('1-0', 10)]);
    for (let at = 0; at < 10; at++) {
      expect(price.note(position(1), at)).toBe(0);
      expect(price.askBy(at)).toBeNull();
    }
  });

  it('one slow answer alone says nothing', () => {
    const price = new PositionPrice();
    price.note(position(500), 0);
    expect(price.askBy(1)).toBeNull();
    price.note(position(1), 1);
    expect(price.askBy(2)).toBeNull();
  });

  it('dear, it goes by the newest small entry until fifty times its time has passed', () => {
    const price = new PositionPrice();
    price.saw([entry('1-0', 10), entry('2-0', 16_384), entry('3-0', 16_385)]);
    price.note(position(10), 0);
    expect(price.note(position(10), 100)).toBe(0);
    expect(price.askBy(599)).toBe('2-0');
    expect(price.note('unchanged', 599)).toBe(0);
    expect(price.askBy(600)).toBeNull();
    price.saw([entry('4-0', 1_000_000)]);
    price.note(position(10), 600);
    expect(price.askBy(601)).toBe('2-0');
  });

  it('with no small entry it waits, a minute at most', () => {
    const price = new PositionPrice();
    price.note(position(5_000), 0);
    price.note(position(5_000), 0);
    expect(price.askBy(59_999)).toBe('later');
    expect(price.askBy(60_000)).toBeNull();
  });

  it('where the entry is gone the dear answer comes early, and says what it took', () => {
    const price = new PositionPrice();
    price.note(position(40), 0);
    price.note(position(50), 0);
    expect(price.note(position(60), 10)).toBe(50);
  });
});
