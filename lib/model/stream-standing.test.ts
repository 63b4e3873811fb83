import { expect, it } from 'vitest';
import type { Lag } from './lag';
import { streamStanding } from './stream-standing';

const lag = (value: number | null, over: Partial<Lag> = {}): Lag => ({
  value,
  quality: value === null ? 'unknown' : 'exact',
  reason: value === null ? 'may not count' : null,
  lost: 0,
  behind_ms: value ? value * 1000 : null,
  ...over,
});
const group = (name: string, given: Lag, out_per_second: number | null = 1) => ({
  name,
  lag: given,
  out_per_second,
});

it('the longest lag with its quality, the longest time behind, the lowest rate', () => {
  const counted = lag(9, { quality: 'counted', reason: 'counted', behind_ms: 2 });
  expect(
    streamStanding([group('a', lag(3), 5), group('b', counted, 7), group('c', lag(0), null)]),
  ).toEqual({ lag: counted, behindMs: 3000, outPerSecond: 5 });
});

it('is at least the longest known one where another is not known', () => {
  expect(streamStanding([group('a', lag(null)), group('b', lag(4))]).lag).toMatchObject({
    value: 4,
    quality: 'at_least',
    reason: 'the lag of a is not known',
  });
});

it('is not known where the known ones are nothing, or none is known', () => {
  expect(streamStanding([group('a', lag(0)), group('b', lag(null))]).lag).toEqual(lag(null));
  expect(streamStanding([group('a', lag(null))]).lag).toEqual(lag(null));
});

it('without groups there is none', () => {
  expect(streamStanding([])).toEqual({ lag: null, behindMs: null, outPerSecond: null });
});
