import type { FeedBatch, FeedMessage } from '@/lib/model/feed-message';

/** How long to wait before a look at Redis that failed is tried again. */
export const RETRY_MS = 1_000;

/** What to hand over (nothing means: ask again), or how long to wait for a change at most. */
export type Step = FeedBatch | { waitMs: number | undefined };

export const AGAIN: FeedBatch = [];
export const WAIT: Step = { waitMs: undefined };
export const RETRY: Step = { waitMs: RETRY_MS };

export function isBatch(step: Step): step is FeedBatch {
  return Array.isArray(step);
}

export function waitAtMost(step: Step, ms: number): Step {
  return isBatch(step) ? step : { waitMs: Math.min(ms, step.waitMs ?? ms) };
}

/** One of the dashboard's own messages: no id, so that nobody resumes from one by accident. */
export function own<T>(event: string, data: T): FeedMessage {
  return { event, data: JSON.stringify(data) };
}
