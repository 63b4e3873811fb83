import { expect, it } from 'vitest';
import { type Drain, drainWords, slowestDrain } from './drain-words';

const drain = (status: Drain['status'], in_ms: number | null = null): Drain => ({
  status,
  in_ms,
  reason: null,
});

it.each([
  [drain('drained'), null],
  [drain('keeping_up'), null],
  [drain('draining', 720_000), '12 min'],
  [drain('never'), 'never'],
  [drain('unknown'), '?'],
  [null, null],
])('%j: %s', (given, words) => {
  expect(drainWords(given)).toBe(words);
});

it('of several the slowest counts', () => {
  const of = (...drains: Drain[]) =>
    slowestDrain(drains.map((given) => ({ name: 'g', outlook: { drain: given } })));
  expect(of(drain('draining', 5), drain('draining', 9), drain('drained'))).toEqual(
    drain('draining', 9),
  );
  expect(of(drain('never'), drain('draining', 9), drain('unknown'))).toEqual(drain('never'));
  expect(slowestDrain([{ name: 'g' }])).toBeNull();
});
