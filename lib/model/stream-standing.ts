import type { Lag } from './lag';
import type { GroupSnapshot } from './snapshot';

/** How a stream stands by its groups, the worst of them counting. */
export interface StreamStanding {
  /** The longest lag; null with no group. */
  lag: Lag | null;
  /** Age of the oldest entry that some group was not given; null with none, or not known. */
  behindMs: number | null;
  /** What the slowest group is given, entries a second; null with no group, or not known. */
  outPerSecond: number | null;
}

type StandingGroup = Pick<GroupSnapshot, 'name' | 'lag' | 'out_per_second'>;

export function streamStanding(groups: readonly StandingGroup[]): StreamStanding {
  const rates = groups.flatMap(({ out_per_second: rate }) => rate ?? []);
  const ages = groups.flatMap(({ lag }) => lag.behind_ms ?? []);
  return {
    lag: worstLag(groups),
    behindMs: ages.length === 0 ? null : Math.max(...ages),
    outPerSecond: rates.length === 0 ? null : Math.min(...rates),
  };
}

/** Where one group's lag is not known, the longest of the others is a lower bound. */
function worstLag(groups: readonly StandingGroup[]): Lag | null {
  let worst: StandingGroup | undefined;
  for (const group of groups) {
    if (worst === undefined || (group.lag.value ?? -1) > (worst.lag.value ?? -1)) worst = group;
  }
  if (worst === undefined) return null;
  const unknown = groups.find(({ lag }) => lag.value === null);
  if (unknown === undefined || worst.lag.value === null) return worst.lag;
  if (worst.lag.value === 0) return unknown.lag;
  return { ...worst.lag, quality: 'at_least', reason: `the lag of ${unknown.name} is not known` };
}
