import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS } from '@/lib/model/event-counts';

/** Longer than a test takes whose day must not end meanwhile. */
const MARGIN_MS = 20_000;

/** Resolves at once, or, in the last moments of a day (UTC), when the next one has begun. */
export async function notAtMidnight(): Promise<void> {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < MARGIN_MS) await sleep(leftMs + 10);
}
