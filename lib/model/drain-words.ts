import { formatDuration } from './duration';
import type { DrainForecast } from './forecast';

/** A group with what is foretold of its lag, where anything is. */
export interface DrainGroup {
  name: string;
  outlook?: { drain: Drain };
}

export type Drain = Pick<DrainForecast, 'status' | 'in_ms' | 'reason'>;

/** Worst last. */
const BY_STATUS: Drain['status'][] = ['drained', 'keeping_up', 'draining', 'unknown', 'never'];

/** Of some groups, the one that takes longest to have nothing left; null where nothing is foretold. */
export function slowestDrain(groups: readonly DrainGroup[]): Drain | null {
  let slowest: Drain | null = null;
  for (const { outlook } of groups) {
    if (outlook !== undefined && (slowest === null || isSlower(outlook.drain, slowest))) {
      slowest = outlook.drain;
    }
  }
  return slowest;
}

function isSlower(a: Drain, b: Drain): boolean {
  const rank = BY_STATUS.indexOf(a.status) - BY_STATUS.indexOf(b.status);
  return rank > 0 || (rank === 0 && (a.in_ms ?? 0) > (b.in_ms ?? 0));
}

/** `12 min`, `never`; null where nothing has to drain or nothing is foretold. */
export function drainWords(drain: Drain | null): string | null {
  switch (drain?.status) {
    case 'draining':
      return drain.in_ms === null ? null : formatDuration(drain.in_ms);
    case 'never':
      return 'never';
    case 'unknown':
      return '?';
    default:
      return null;
  }
}
