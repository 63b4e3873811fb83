import fc from 'fast-check';
import { expect, it } from 'vitest';
import { graduations, HEAD_STEP, placeOfShare } from './ruler-scale';

it('falls strictly as more is left, and keeps the head apart', () => {
  const share = fc.double({ min: 1e-9, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (a, b) => {
      fc.pre(Math.abs(a - b) > 1e-9);
      expect(placeOfShare(Math.max(a, b))).toBeLessThan(placeOfShare(Math.min(a, b)));
      expect(placeOfShare(a)).toBeLessThanOrEqual(1 - HEAD_STEP);
    }),
  );
  expect([placeOfShare(0), placeOfShare(1)]).toEqual([1, 0]);
});

it('keeps proportions: twice as far behind is twice as far from the step', () => {
  const from = 1 - HEAD_STEP;
  expect(from - placeOfShare(0.5)).toBeCloseTo(2 * (from - placeOfShare(0.25)), 12);
});

it.each([
  [10_021, 4, [5000, 10_000]],
  [10_021, 5, [2000, 4000, 6000, 8000, 10_000]],
  [17, 4, [5, 10, 15]],
  [2, 4, [1]],
  [1, 4, []],
  [0, 4, []],
])('of %i entries, with at most %i marks: %j behind', (length, marksMax, behind) => {
  expect(graduations(length, marksMax).map((mark) => mark.behind)).toEqual(behind);
});

it('marks stand where a cursor that far behind would', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 10_000_000 }),
      fc.integer({ min: 1, max: 9 }),
      (n, max) => {
        const marks = graduations(n, max);
        expect(marks.length).toBeLessThanOrEqual(max);
        for (const { at, behind } of marks) expect(at).toBe(placeOfShare(behind / n));
      },
    ),
  );
});
