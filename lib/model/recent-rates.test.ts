import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromRecentRates, NO_RATES, toRecentRates } from './recent-rates';

it('loses nothing on its way', () => {
  const point = fc.record({ at: fc.nat(), in_per_second: fc.option(fc.nat()) });
  fc.assert(
    fc.property(fc.array(point), (points) => {
      expect(fromRecentRates(toRecentRates(points))).toEqual(points);
      expect(fromRecentRates(JSON.parse(JSON.stringify(toRecentRates(points))))).toEqual(points);
    }),
  );
});

it('writes no time and no name twice', () => {
  const points = [
    { at: 1_700_000_000_000, in_per_second: 1.5 },
    { at: 1_700_000_001_000, in_per_second: null },
    { at: 1_700_000_002_001, in_per_second: 0 },
  ];
  expect(toRecentRates(points)).toEqual({
    from: 1_700_000_000_000,
    steps_ms: [1_000, 1_001],
    in_per_second: [1.5, null, 0],
  });
  expect(toRecentRates([])).toEqual(NO_RATES);
});
