import { expect, it } from 'vitest';
import { SamplingCost } from './sampling-cost';

it('tells the cost a second over the last ten seconds', () => {
  const cost = new SamplingCost();
  expect(cost.perSecond(0)).toBeNull();
  cost.note(4, 400, 0);
  // The start counts as a whole second.
  expect(cost.perSecond(0)).toEqual({ commands_per_second: 4, redis_us_per_second: 400 });
  for (let second = 1; second <= 30; second++) {
    cost.note(2, 150, second * 1_000);
    cost.note(1, 50, second * 1_000);
  }
  expect(cost.perSecond(30_000)).toEqual({ commands_per_second: 3, redis_us_per_second: 200 });
  expect(cost.perSecond(35_000)).toEqual({ commands_per_second: 1.5, redis_us_per_second: 100 });
  expect(cost.perSecond(60_000)).toEqual({ commands_per_second: 0, redis_us_per_second: 0 });
});
