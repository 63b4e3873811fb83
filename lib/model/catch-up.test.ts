import { expect, it } from 'vitest';
import { behindMs } from './catch-up';

it.each([
  ['5000-0', '5000-0', null],
  ['5000-1', '5000-0', null],
  ['900-0', '5000-0', 4100],
  // The same moment, another entry: behind, by no time.
  ['5000-0', '5000-1', 0],
  [null, '5000-0', null],
  ['5000-0', null, null],
])('at %s, where %s was the last, one is behind by %s ms', (position, target, ms) => {
  expect(behindMs(position, target)).toBe(ms);
});
