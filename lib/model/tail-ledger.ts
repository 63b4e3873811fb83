import { FEED_COUNTS, FEED_GAP, type FeedMessage } from './feed-message';

/** Entries that are not among those sent. */
export interface LeftOut {
  count: number;
  /** There may be more, of which nothing is known. */
  isAtLeast: boolean;
}

/** How many entries a message says were left out before it: by the filter, or trimmed unsent. */
export function leftOutIn({ event, data }: FeedMessage): LeftOut {
  if (event === FEED_COUNTS) return leftOut(memberOf(data, 'filtered'));
  if (event === FEED_GAP) return leftOut(memberOf(data, 'lost'));
  return { count: 0, isAtLeast: false };
}

function leftOut(count: unknown): LeftOut {
  return Number.isSafeInteger(count)
    ? { count: Number(count), isAtLeast: false }
    : { count: 0, isAtLeast: true };
}

function memberOf(json: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  } catch {
    return undefined;
  }
}
