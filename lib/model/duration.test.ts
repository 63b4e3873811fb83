import { expect, it } from 'vitest';
import { formatDuration } from './duration';

it.each([
  [-5, '0 ms'],
  [0.4, '0 ms'],
  [350, '350 ms'],
  [999.4, '999 ms'],
  [1000, '1 s'],
  [59_999, '59 s'],
  [7 * 60_000, '7 min'],
  [2 * 3_600_000, '2 h'],
  [2 * 3_600_000 + 5 * 60_000, '2 h 5 min'],
  [26 * 3_600_000, '1 d 2 h'],
])('%d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
