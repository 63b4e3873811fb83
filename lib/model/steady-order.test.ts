import { expect, it } from 'vitest';
import { steadyOrder } from './steady-order';

it.each([
  ['moves when it may', ['a', 'b', 'c'], ['c', 'a', 'b'], true, ['c', 'a', 'b']],
  ['stays when it may not', ['a', 'b', 'c'], ['c', 'a', 'b'], false, ['a', 'b', 'c']],
  ['lets go of what is gone', ['a', 'b', 'c'], ['c', 'a'], false, ['a', 'c']],
  [
    'takes in what is new where it belongs',
    ['a', 'b'],
    ['c', 'b', 'd', 'a'],
    false,
    ['c', 'a', 'd', 'b'],
  ],
  ['begins as wanted', [], ['b', 'a'], false, ['b', 'a']],
])('%s', (_what, shown, wanted, mayMove, order) => {
  expect(steadyOrder(shown, wanted, mayMove)).toEqual(order);
});
