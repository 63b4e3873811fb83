import { compareEntryIds, ENTRY_ID_ZERO, type EntryId } from './entry-id';
import type { FeedMessage } from './feed-message';

/** A message as the feed of its stream alone would send it; null: of Redis as a whole. */
export interface TailMessage {
  stream: string | null;
  message: FeedMessage;
}

/** What a message of the feed of these streams tells, and of which. Null where that is unreadable. */
export function toTailMessage(
  message: FeedMessage,
  streams: readonly string[],
): TailMessage | null {
  const [only] = streams;
  if (only !== undefined && streams.length === 1) return { stream: only, message };
  if (message.id === undefined || message.id === '') {
    const { stream } = membersOf(message.data);
    return { stream: typeof stream === 'string' ? stream : null, message };
  }
  // Its own data is left as it was written, and not read: quotes in a name are escaped, so the first
  // `"data":` is where it begins.
  const dataAt = message.data.indexOf(DATA);
  const { stream, id } = membersOf(`${message.data.slice(0, dataAt)}${DATA}0}`);
  if (dataAt < 0 || typeof stream !== 'string' || typeof id !== 'string') return null;
  const data = message.data.slice(dataAt + DATA.length, -1);
  return { stream, message: { event: message.event, id, data } };
}

const DATA = '"data":';

/**
 * Messages that came together, by id over their streams; those of one stream keep their order, and
 * what is no entry keeps to the one before it.
 */
export function inOrderOfIds(messages: readonly TailMessage[]): readonly TailMessage[] {
  const reached = new Map<string | null, EntryId>();
  let last = ENTRY_ID_ZERO;
  let isInOrder = true;
  const keyed = messages.map((item) => {
    const before = reached.get(item.stream) ?? (item.stream === null ? last : ENTRY_ID_ZERO);
    const id = item.message.id ?? before;
    // Ids that begin anew stay behind what was told before them.
    const key = compareEntryIds(id, before) < 0 ? before : id;
    reached.set(item.stream, key);
    isInOrder &&= compareEntryIds(last, key) <= 0;
    last = key;
    return { key, item };
  });
  if (isInOrder) return messages;
  return keyed.sort((a, b) => compareEntryIds(a.key, b.key)).map(({ item }) => item);
}

function membersOf(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
