import { type Entry, entryBytes } from '@/lib/model/entry';
import { toFeedMessage, toFeedStub } from '@/lib/model/event';
import { nameInPath } from '@/lib/model/name';
import type { LoggedMessage } from './entry-log';

/** An entry larger than this is sent as a stub with a link to its page, bytes. */
export const FEED_ENTRY_BYTES_MAX = 1024 * 1024;

/**
 * Turns an entry into the one message everybody who watches its stream is sent. `bytes` is its size
 * in Redis, where most of it was left there.
 */
export function encodeEntry(
  stream: string,
  entry: Entry,
  bytes = entryBytes(entry),
): LoggedMessage {
  const message =
    bytes <= FEED_ENTRY_BYTES_MAX
      ? toFeedMessage(entry)
      : toFeedStub(entry, bytes, `/streams/${nameInPath(stream)}?entry=${entry.id}`);
  return { ...message, id: entry.id };
}
