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
  id: EntryId;
  /** Null for an entry that is not an event. */
  type: string | null;
  jobId: string | null;
  parts: RowPart[];
  /** Its whole size where it was too large to be sent; null where it came whole. */
  omittedBytes: number | null;
}

/** Something that happened to the stream or the connection, told between the entries. */
export type TailNoticeRow =
  | { kind: 'gap'; after: EntryId; before: EntryId; lost: number | null }
  | { kind: 'reset'; stream: string }
  | { kind: 'redis'; status: 'up' | 'down'; code: string | null; since: string }
  /** Rows that are not among the others; `resets` of the stream may be among them. */
  | { kind: 'let_go'; count: number; after: EntryId | null; resets: number };

export type TailRow = TailEntryRow | TailNoticeRow;

const PARTS_MAX = 12;
const PART_CHARS_MAX = 160;
/** Keys of the envelope of an event message; the rest is the event's own data. */
const ENVELOPE = new Set(['event_id', 'job_id', 'timestamp']);
/** What went wrong is told first. */
const ERROR_NAMES = new Set(['error', 'error_message']);

/** A message of the feed as a row. Null for what has no place among the rows. */
export function toTailRow(message: FeedMessage): TailRow | null {
  if (message.id === undefined || message.id === '') return noticeRow(message);
  const id = parseEntryId(message.id);
  if (id === null) return null;
  const row = message.event === FEED_ENTRY ? fieldsRow(id, message.data) : eventRow(id, message);
  return row ?? { kind: 'entry', id, type: null, jobId: null, parts: [], omittedBytes: null };
}

/**
 * Entries read from the stream, as the rows the live feed would have made of those that pass the
 * filter.
 */
export function entriesToTailRows(entries: readonly WireEntry[], filter: Filter): TailEntryRow[] {
  const matches = filterMatcher(filter);
  return entries
    .map((entry) => toFeedMessage(fromWireEntry(entry)))
    .filter((message) => matches === null || matches(message))
    .flatMap((message) => {
      const row = toTailRow(message);
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

function eventRow(id: EntryId, message: FeedMessage): TailEntryRow | null {
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
  return { kind: 'entry', id, type: message.event, jobId, parts, omittedBytes };
}

function fieldsRow(id: EntryId, data: string): TailEntryRow | null {
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
  return {
    kind: 'entry',
    id,
    type: null,
    jobId: null,
    parts,
    omittedBytes: bytesOf(value.omitted),
  };
}

function noticeRow(message: FeedMessage): TailNoticeRow | null {
  const data = parseJson(message.data);
  if (!isRecord(data)) return null;
  if (message.event === FEED_GAP) {
    const { after, before, lost } = data;
    if (typeof after !== 'string' || typeof before !== 'string') return null;
    return { kind: 'gap', after, before, lost: typeof lost === 'number' ? lost : null };
  }
  if (message.event === FEED_RESET) return { kind: 'reset', stream: String(data.stream ?? '') };
  if (message.event === FEED_STATUS) {
    const { redis, code, since } = data;
    if ((redis !== 'up' && redis !== 'down') || typeof since !== 'string') return null;
    return { kind: 'redis', status: redis, code: typeof code === 'string' ? code : null, since };
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
