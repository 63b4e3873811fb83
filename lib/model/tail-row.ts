import { type Entry, fromWireValue, type WireEntry, type WireValue } from './entry';
import { type EntryId, parseEntryId } from './entry-id';
import { toFeedMessage } from './event';
import { FEED_ENTRY, FEED_GAP, FEED_RESET, FEED_STATUS, type FeedMessage } from './feed-message';
import type { Filter } from './filter';
import { filterMatcher } from './filter-match';
import { jsonMembers, jsonString } from './json-layout';
import { previewText } from './value-preview';

/** `name value`, both cut to what a line can hold. */
export type RowPart = [name: string, value: string];

/** An entry in the tail: an event where it has a type, else its fields. */
export interface TailEntryRow {
  kind: 'entry';
  /** Empty where the list is of one stream and knows which. */
  stream: string;
  id: EntryId;
  /** Null for an entry that is not an event. */
  type: string | null;
  jobId: string | null;
  parts: RowPart[];
  /** Its whole size where it was too large to be sent; null where it came whole. */
  omittedBytes: number | null;
}

/** Something that happened to a stream or the connection, told between the entries. */
export type TailNoticeRow =
  | { kind: 'gap'; stream: string; after: EntryId; before: EntryId; lost: number | null }
  | { kind: 'reset'; stream: string }
  /** `stream` is null where it is told of Redis as a whole. */
  | {
      kind: 'redis';
      stream: string | null;
      status: 'up' | 'down';
      code: string | null;
      since: string;
    }
  /** Rows that are not among the others, `count` entries in all. */
  | { kind: 'let_go'; count: number; of: LetGoRows[] };

/** What of one stream was let go. */
export interface LetGoRows {
  stream: string;
  entries: number;
  /** How often the stream was made anew among them. */
  resets: number;
  /** The oldest of them that can be read back; null where there is none. */
  first: EntryId | null;
  /** The entry shown before them. */
  after: EntryId | null;
}

export type TailRow = TailEntryRow | TailNoticeRow;

const PARTS_MAX = 12;
const PART_CHARS_MAX = 160;
/** Keys of the envelope of an event message; the rest is the event's own data. */
const ENVELOPE = new Set(['event_id', 'job_id', 'timestamp']);
/** What went wrong is told first. */
const ERROR_NAMES = new Set(['error', 'error_message']);

/**
 * A message of the feed of one stream as a row. Null for what has no place among the rows. `stream`
 * is null for what is told of Redis as a whole.
 */
export function toTailRow(message: FeedMessage, stream: string | null = ''): TailRow | null {
  if (message.id === undefined || message.id === '') return noticeRow(message, stream);
  const id = parseEntryId(message.id);
  if (id === null) return null;
  const row = message.event === FEED_ENTRY ? fieldsRow(message.data) : eventRow(message);
  return { kind: 'entry', stream: stream ?? '', id, ...(row ?? NO_CONTENT) };
}

type RowContent = Omit<TailEntryRow, 'kind' | 'stream' | 'id'>;
const NO_CONTENT: RowContent = { type: null, jobId: null, parts: [], omittedBytes: null };

/**
 * Entries read from the stream, as the rows the live feed would have made of those that pass the
 * filter.
 */
export function entriesToTailRows(
  entries: readonly WireEntry[],
  filter: Filter,
  stream = '',
): TailEntryRow[] {
  const matches = filterMatcher(filter);
  return entries
    .map((entry) => toFeedMessage(fromWireEntry(entry)))
    .filter((message) => matches === null || matches(message))
    .flatMap((message) => {
      const row = toTailRow(message, stream);
      return row?.kind === 'entry' ? row : [];
    });
}

function fromWireEntry({ id, fields }: WireEntry): Entry {
  return { id, fields: fields.map(([name, value]) => [fromWireValue(name), fromWireValue(value)]) };
}

/** Types that tell of a failure, whatever the system calls it. */
export function isFailureType(type: string): boolean {
  return /(?:^|[._\-:])(?:failed|failure|error|errored|timed_?out)$|_failed$/i.test(type);
}

function eventRow(message: FeedMessage): RowContent | null {
  const members = jsonMembers(message.data);
  if (members === null) return null;
  const parts: RowPart[] = [];
  let jobId: string | null = null;
  let omittedBytes: number | null = null;
  for (const [name, json] of members) {
    if (name === 'job_id') jobId = json === 'null' ? null : jsonPreview(json) || null;
    else if (name === 'omitted') omittedBytes = bytesOf(parseJson(json));
    if (ENVELOPE.has(name) || (name === 'omitted' && omittedBytes !== null)) continue;
    const part: RowPart = [cut(name), jsonPreview(json)];
    if (ERROR_NAMES.has(name)) parts.unshift(part);
    else if (parts.length < PARTS_MAX) parts.push(part);
  }
  return { type: message.event, jobId, parts, omittedBytes };
}

function fieldsRow(data: string): RowContent | null {
  const value = parseJson(data);
  if (!isRecord(value) || !Array.isArray(value.fields)) return null;
  const parts = value.fields
    .slice(0, PARTS_MAX)
    .filter(isWirePair)
    .map(
      ([name, field]): RowPart => [
        previewText(name, PART_CHARS_MAX),
        previewText(field, PART_CHARS_MAX),
      ],
    );
  return { type: null, jobId: null, parts, omittedBytes: bytesOf(value.omitted) };
}

function noticeRow(message: FeedMessage, stream: string | null): TailNoticeRow | null {
  const data = parseJson(message.data);
  if (!isRecord(data)) return null;
  if (message.event === FEED_GAP) {
    const { after, before, lost } = data;
    if (typeof after !== 'string' || typeof before !== 'string') return null;
    const count = typeof lost === 'number' ? lost : null;
    return { kind: 'gap', stream: stream ?? '', after, before, lost: count };
  }
  if (message.event === FEED_RESET) return { kind: 'reset', stream: stream ?? '' };
  if (message.event === FEED_STATUS) {
    const { redis, code, since } = data;
    if ((redis !== 'up' && redis !== 'down') || typeof since !== 'string') return null;
    const known = typeof code === 'string' ? code : null;
    return { kind: 'redis', stream, status: redis, code: known, since };
  }
  return null;
}

/** A JSON value on one line: strings unquoted, bytes told as such, the rest as written. */
function jsonPreview(json: string): string {
  if (json.startsWith('"')) return cut(jsonString(json));
  if (json.startsWith('{') && json.includes('"base64"')) {
    const value = parseJson(json);
    if (isWireValue(value)) return previewText(value, PART_CHARS_MAX);
  }
  return cut(json);
}

function cut(text: string): string {
  return previewText(text, PART_CHARS_MAX);
}

function bytesOf(omitted: unknown): number | null {
  return isRecord(omitted) && typeof omitted.bytes === 'number' ? omitted.bytes : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWirePair(pair: unknown): pair is [WireValue, WireValue] {
  return Array.isArray(pair) && pair.length === 2 && isWireValue(pair[0]) && isWireValue(pair[1]);
}

function isWireValue(value: unknown): value is WireValue {
  if (typeof value === 'string') return true;
  if (!isRecord(value)) return false;
  if (typeof value.text === 'string') return typeof value.bytes === 'number';
  return typeof value.base64 === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value.base64);
}
