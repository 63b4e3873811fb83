import { ENTRY_ID_ZERO, type EntryId, parseEntryId, previousEntryId } from './entry-id';
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

/** Where a client goes on that reconnects after this message; null: where it was before. */
export function resumeAfter({ id, event, data }: FeedMessage): EntryId | null {
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
  try {
    const id: unknown = JSON.parse(data)?.[name];
    return typeof id === 'string' ? parseEntryId(id) : null;
  } catch {
    return null;
  }
}
