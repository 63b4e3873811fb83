import { ENTRY_ID_ZERO, type EntryId, parseEntryId, previousEntryId } from './entry-id';
import { isFeedCursor } from './feed-cursor';
import {
  type CountsData,
  FEED_COUNTS,
  FEED_GAP,
  FEED_HELLO,
  FEED_POSITION,
  FEED_RESET,
  type FeedMessage,
  type GapData,
  type HelloData,
  type PositionData,
} from './feed-message';

const RESUMING = new Set([FEED_HELLO, FEED_POSITION, FEED_COUNTS, FEED_RESET, FEED_GAP]);

/**
 * Where a client goes on that reconnects after this message: an entry id, or, of a feed of several
 * streams, their cursor. Null: where it was before.
 */
export function resumeAfter(message: FeedMessage): string | null {
  const { id, event, data } = message;
  if (id) return parseEntryId(id) ?? (isFeedCursor(id) ? id : null);
  const cursor = RESUMING.has(event) ? memberOf(data, 'cursor') : null;
  return typeof cursor === 'string' && isFeedCursor(cursor) ? cursor : placeAfter(message);
}

/** Where the message's own stream is left by it. */
export function placeAfter({ id, event, data }: FeedMessage): EntryId | null {
  if (id) return parseEntryId(id);
  switch (event) {
    case FEED_HELLO:
      return idIn<HelloData>(data, 'resumed_from');
    case FEED_POSITION:
      return idIn<PositionData>(data, 'id');
    case FEED_COUNTS:
      return idIn<CountsData>(data, 'id');
    case FEED_RESET:
      // Ids begin anew: what was seen before has no place in the new stream.
      return ENTRY_ID_ZERO;
    case FEED_GAP: {
      // The first entry after the gap is still to come.
      const before = idIn<GapData>(data, 'before');
      return before && previousEntryId(before);
    }
    default:
      return null;
  }
}

function idIn<T>(data: string, name: keyof T & string): EntryId | null {
  const id = memberOf(data, name);
  return typeof id === 'string' ? parseEntryId(id) : null;
}

function memberOf(data: string, name: string): unknown {
  try {
    return JSON.parse(data)?.[name];
  } catch {
    return null;
  }
}
