'use client';

import { Explain } from '@/components/ui/tooltip';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { coreShare } from '@/lib/model/core-share';

/** What looking costs the Redis that is watched: a quiet line, louder where it holds numbers back. */
export function SamplingCost() {
  const { cost } = useSnapshot().snapshot;
  if (cost === undefined) return null;
  const { commands_per_second, redis_us_per_second, budget_us_per_second, slowed, reason } = cost;
  return (
    <Explain
      because={`${Math.round(commands_per_second)} commands a second, and the time Redis spends on them; the budget is ${coreShare(budget_us_per_second)} of a core.${reason === null ? '' : ` Slowed: ${reason}.`}`}
    >
      <p className={`text-12 tabular-nums ${slowed ? 'text-warn-ink' : 'text-quiet'}`}>
        {slowed ? 'sampling slowed, ' : 'sampling takes '}
        {coreShare(redis_us_per_second)} of a Redis core
      </p>
    </Explain>
  );
}
