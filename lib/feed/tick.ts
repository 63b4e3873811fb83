/** The shortest rest after entries were handed out, milliseconds. */
const REST_MS_MIN = 10;
/** The longest time between two hand-outs, milliseconds. */
const TICK_MS_MAX = 100;

/**
 * How long the reader rests after it handed entries out, so that what comes meanwhile leaves in one
 * write a subscriber: as long as the hand-out took, which leaves half of the time to others. It
 * never rests before one: after a quiet spell an entry leaves at once.
 */
export function restMs(handOutMs: number): number {
  return Math.max(REST_MS_MIN, Math.min(handOutMs, TICK_MS_MAX - handOutMs));
}
