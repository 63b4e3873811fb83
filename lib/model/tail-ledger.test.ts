import { describe, expect, it } from 'vitest';
import { leftOutIn } from './tail-ledger';

describe('leftOutIn', () => {
  it.each([
    ['dashboard.counts', '{"id":"5-0","filtered":12}', { count: 12, isAtLeast: false }],
    ['dashboard.gap', '{"after":"1-0","before":"9-0","lost":4}', { count: 4, isAtLeast: false }],
    // Redis could not say how many: there are some.
    ['dashboard.gap', '{"after":"1-0","before":"9-0","lost":null}', { count: 0, isAtLeast: true }],
    ['dashboard.gap', 'nonsense', { count: 0, isAtLeast: true }],
    ['dashboard.gap', 'null', { count: 0, isAtLeast: true }],
    ['an.event', '{"filtered":3,"lost":3}', { count: 0, isAtLeast: false }],
  ])('of %s %s', (event, data, leftOut) => {
    expect(leftOutIn({ event, data })).toEqual(leftOut);
  });
});
