import { formatDuration } from './duration';
import type { Lag } from './lag';
import type { PendingEntry } from './pending';

/** A group's state in words, worst last. */
export const GROUP_STATES = [
  'keeping_up',
  'unknown',
  'nobody_reading',
  'falling_behind',
  'stalled',
] as const;

export type GroupState = (typeof GROUP_STATES)[number];

/** The words a person reads. */
export const GROUP_STATE_WORDS: Record<GroupState, string> = {
  keeping_up: 'keeping up',
  unknown: 'not known yet',
  nobody_reading: 'nobody reading',
  falling_behind: 'falling behind',
  stalled: 'stalled',
};

/** A pending entry not touched for this long means that its consumer hangs or is gone. */
export const STALLED_AFTER_MS = 60_000;
/** A group whose consumers have not asked for this long has nobody reading. */
export const SILENT_AFTER_MS = 60_000;
/** No word on trends before the window is this long. */
const TREND_WINDOW_MIN_MS = 30_000;
/** Growth below this many entries is the ordinary breathing of a queue. */
const GROWTH_ENTRIES_MIN = 10;

/** A group over the last minute or less. */
export interface GroupTrend {
  /** How long it was watched, milliseconds. */
  windowMs: number;
  /** Lowest lag of the older and of the newer half: who reads in gulps has both low. */
  lagBefore: number | null;
  lagNow: number | null;
  /** Whether anything was delivered in the window. */
  delivered: boolean;
}

/** What the state is concluded from. */
export interface GroupFacts {
  consumers: number;
  pending: number;
  idleMs: number | null;
  oldestPending: PendingEntry | null;
  lag: Lag;
  /** What was watched of it; null before a second sample exists. */
  trend: GroupTrend | null;
}

/** The state and one sentence of evidence, worst finding first. */
export function groupState(facts: GroupFacts): { state: GroupState; reason: string } {
  const { consumers, pending, idleMs, oldestPending, lag, trend } = facts;
  if (oldestPending !== null && oldestPending.idle_ms >= STALLED_AFTER_MS) {
    return {
      state: 'stalled',
      reason:
        `${oldestPending.consumer || 'A consumer without a name'} has held an entry for ` +
        `${formatDuration(oldestPending.idle_ms)} without acknowledging it; ${pending} pending in all`,
    };
  }
  if (consumers === 0) {
    return { state: 'nobody_reading', reason: 'The group has no consumer' };
  }
  // Before Redis 7.2 a consumer that waits for entries grows idle too: with none to get, no sign.
  if (lag.value === 0) return { state: 'keeping_up', reason: 'Everything was delivered' };
  if (idleMs !== null && idleMs >= SILENT_AFTER_MS) {
    return {
      state: 'nobody_reading',
      reason: `No consumer has asked for entries for ${formatDuration(idleMs)}`,
    };
  }
  if (lag.value === null) {
    return { state: 'unknown', reason: lag.reason ?? 'The lag cannot be known' };
  }
  if (trend === null || trend.windowMs < TREND_WINDOW_MIN_MS) {
    return { state: 'keeping_up', reason: 'It is being read; too early to tell a trend' };
  }
  const window = formatDuration(trend.windowMs);
  // Who holds entries may be at work on them: a task may take longer than the window.
  if (!trend.delivered && pending === 0) {
    return { state: 'stalled', reason: `Nothing was delivered for ${window}` };
  }
  const grown = (trend.lagNow ?? 0) - (trend.lagBefore ?? 0);
  if (grown >= GROWTH_ENTRIES_MIN && grown > (trend.lagNow ?? 0) / 10) {
    return { state: 'falling_behind', reason: `The lag grew by ${grown} in ${window}` };
  }
  return { state: 'keeping_up', reason: 'The lag is not growing' };
}
