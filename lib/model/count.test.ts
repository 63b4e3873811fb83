import { describe, expect, it } from 'vitest';
import { countOf, formatCount, formatLatency, formatRate } from './count';

describe('counts', () => {
  it('show every digit, grouped', () => {
    expect(formatCount(10_021)).toBe('10,021');
    expect(formatCount(0)).toBe('0');
  });

  it('agree with their noun', () => {
    expect(countOf(1, 'entry', 'entries')).toBe('1 entry');
    expect(countOf(2, 'entry', 'entries')).toBe('2 entries');
    expect(countOf(0, 'group')).toBe('0 groups');
  });
});

describe('rates', () => {
  it('have tenths where they are small', () => {
    expect(formatRate(6.12)).toBe('6.1');
    expect(formatRate(42.4)).toBe('42');
    expect(formatRate(0)).toBe('0');
  });

  it('never read as nothing when there is something', () => {
    expect(formatRate(0.01)).toBe('<0.1');
  });
});

it('a latency has tenths where it is small', () => {
  expect(formatLatency(0.42)).toBe('0.4 ms');
  expect(formatLatency(0.01)).toBe('0.1 ms');
  expect(formatLatency(12.3)).toBe('12 ms');
});
