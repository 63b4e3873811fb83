import { expect, it } from 'vitest';
import { isAttended, noteAttended } from './attendance';

it('lasts a minute from the last sign of somebody', () => {
  expect(isAttended(0)).toBe(false);
  noteAttended(1_000);
  expect([isAttended(1_000), isAttended(60_999), isAttended(61_000)]).toEqual([true, true, false]);
  noteAttended(90_000);
  expect(isAttended(100_000)).toBe(true);
});
