import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;
/** Nobody should come near it: a busy machine may stand still for many seconds. */
const DEADLINE_MS = 60_000;

/**
 * Runs `check` until it stops throwing, and gives what it returned. Once the deadline has passed
 * its last error is thrown as it is, so that a failure reads like the assertion it is.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { deadlineMs = DEADLINE_MS }: { deadlineMs?: number } = {},
): Promise<T> {
  const endsAt = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= endsAt) throw error;
    }
    await sleep(POLL_MS);
  }
}
