const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next try: twice as long after each failure, never shorter than the
 * server asked for, and spread out so that many tabs do not come back at once.
 *
 * @param failures tries that failed since the last message, 0 for the first
 * @param serverMs what the server asked for (`retry:`)
 * @param random in [0, 1)
 */
export function retryDelayMs(failures: number, serverMs: number, random: number): number {
  const doubled = FIRST_MS * 2 ** Math.min(failures, 10);
  const spread = Math.min(LONGEST_MS, doubled) * (0.5 + random / 2);
  return Math.round(Math.max(spread, Math.min(serverMs, LONGEST_MS)));
}

const RETRY_AFTER_MS_MAX = 600_000;

/**
 * What a `Retry-After` in seconds asks for, milliseconds, never less but spread over a quarter
 * more; 0 where there is none.
 */
export function retryAfterMs(header: string | null, random: number): number {
  if (header === null || !/^\d+$/.test(header)) return 0;
  return Math.round(Math.min(Number(header) * 1000, RETRY_AFTER_MS_MAX) * (1 + random / 4));
}
