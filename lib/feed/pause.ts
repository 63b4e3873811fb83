import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, or returns at once when aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Exponential backoff with jitter: between half of it and all of it. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(attempt, 10));
  return ceiling * (0.5 + random() / 2);
}

const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 5_000;
