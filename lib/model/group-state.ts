import type { GroupFacts } from './diagnosis-facts';
import { bySeverity, type Finding, type FindingCode } from './finding';

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

/** What each finding says of how the group reads; those that say nothing of it are null. */
const STATE_OF: Record<FindingCode, GroupState | null> = {
  stream_absent: null,
  stream_wrong_type: null,
  stream_denied: null,
  stream_recreated: null,
  ids_in_future: null,
  cursor_ahead: 'stalled',
  entry_held: 'stalled',
  consumer_dead: 'stalled',
  consumer_stuck: 'stalled',
  nothing_delivered: 'stalled',
  nobody_reading: 'nobody_reading',
  falling_behind: 'falling_behind',
  lag_unknown: 'unknown',
  entries_losing: 'falling_behind',
  entries_lost: null,
  entries_about_to_be_lost: null,
  poison_entry: null,
  consumer_idle: null,
};

/** The state that the findings of a group amount to, and one sentence of evidence. */
export function groupState(
  findings: readonly Finding[],
  { lag, lagTrend }: Pick<GroupFacts, 'lag' | 'lagTrend'>,
): { state: GroupState; reason: string } {
  const telling = findings
    .filter(({ code }) => STATE_OF[code] !== null)
    .sort((a, b) => stateRank(b) - stateRank(a) || bySeverity(a, b));
  const [worst] = telling;
  const state = worst && STATE_OF[worst.code];
  if (worst && state) return { state, reason: worst.sentence };
  return { state: 'keeping_up', reason: wellBecause(lag.value, lagTrend) };
}

function stateRank({ code }: Finding): number {
  const state = STATE_OF[code];
  return state === null ? -1 : GROUP_STATES.indexOf(state);
}

function wellBecause(lag: number | null, trend: GroupFacts['lagTrend']): string {
  if (lag === 0) return 'Everything was delivered.';
  if (trend === null) return 'It is being read; too early to tell a trend.';
  return trend.direction === 'growing'
    ? 'It is being read; the lag grows a little, as a queue breathes.'
    : 'The lag is not growing.';
}
