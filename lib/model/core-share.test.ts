import { expect, it } from 'vitest';
import { coreShare } from './core-share';

it.each([
  [0, '0 %'],
  [999, '< 0.1 %'],
  [1_000, '0.1 %'],
  [20_000, '2 %'],
  [23_456, '2.3 %'],
  [123_456, '12 %'],
])('%d µs a second are %s of a core', (usPerSecond, share) => {
  expect(coreShare(usPerSecond)).toBe(share);
});
