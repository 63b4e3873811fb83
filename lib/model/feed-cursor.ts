import { type EntryId, parseEntryId } from './entry-id';
import { canonicalName } from './name';

/**
 * Most streams in one live feed. Each is a reader of its own on a cluster and one of the 256 that
 * are followed at once for everybody, and there are eight colours that can be told apart.
 */
export const FEED_STREAMS_MAX = 8;

/** Where a feed stands in each of its streams, in the streams' order; null: only what is new. */
export type FeedPlaces = readonly (EntryId | null)[];

/** An id is 41 characters at most: longer than this is no cursor, and not looked at. */
const CURSOR_CHARS_MAX = 512;
const ONLY_NEW = '$';
const CURSOR = /^[0-9a-f]{8}(?:~(?:\$|\d{1,20}-\d{1,20}))+$/;

/** The streams that are named, each once, in the order of their cursor, whatever their spelling. */
export function distinctStreams(named: readonly string[]): string[] {
  return [...new Set(named.filter(Boolean).map(canonicalName))].sort();
}

/**
 * The resume id of a feed of several streams: `<mark>~<place>~<place>…`, one place a stream, in
 * the order of their names. The mark tells which streams they are, so that a cursor of others is refused.
 */
export function writeFeedCursor(streams: readonly string[], places: FeedPlaces): string {
  return new FeedCursorWriter(streams).write(places);
}

/** Writes many cursors of the same streams. */
export class FeedCursorWriter {
  readonly #mark: string;

  constructor(streams: readonly string[]) {
    this.#mark = markOf(streams);
  }

  write(places: FeedPlaces): string {
    return [this.#mark, ...places.map((place) => place ?? ONLY_NEW)].join('~');
  }

  /** What stands before and after one place, for many cursors that differ in that alone. */
  around(places: FeedPlaces, at: number): [before: string, after: string] {
    const after = places.slice(at + 1).map((place) => `~${place ?? ONLY_NEW}`);
    return [`${this.write(places.slice(0, at))}~`, after.join('')];
  }
}

/** Reads what a client sends back. Null for what is no cursor, or one of other streams. */
export function parseFeedCursor(text: string, streams: readonly string[]): FeedPlaces | null {
  if (!isFeedCursor(text)) return null;
  const [mark, ...places] = text.split('~');
  if (mark !== markOf(streams) || places.length !== streams.length) return null;
  const ids = places.map((place) => (place === ONLY_NEW ? null : parseEntryId(place)));
  // An id past 64 bits reads as none, and none is not what was written.
  return ids.every((id, at) => id !== null || places[at] === ONLY_NEW) ? ids : null;
}

export function isFeedCursor(text: string): boolean {
  return text.length <= CURSOR_CHARS_MAX && CURSOR.test(text);
}

/** FNV-1a over the names: it tells a mistake, it guards nothing. */
function markOf(streams: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify(streams))) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
