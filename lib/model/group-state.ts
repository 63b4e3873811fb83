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
