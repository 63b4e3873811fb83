import { encodeObject } from './encode-object';
import {
  decodeUtf8,
  type Entry,
  outlineOf,
  toWireEntry,
  toWireValue,
  type WireValue,
} from './entry';
import {
  FEED_ENTRY,
  FEED_RESERVED_PREFIX,
  type FeedMessage,
  type MessageAside,
} from './feed-message';
import { jsonMembers } from './json-layout';
import { decodePayload } from './payload';

/** What `emitEvent` takes. */
export interface EventInput {
  type: string;
  /** Empty where the event belongs to no job. */
  job_id?: string;
  /** An object, sent as JSON, or bytes that are sent as they are (MessagePack). */
  data?: Record<string, unknown> | Uint8Array;
  metadata?: Record<string, unknown> | Uint8Array;
  event_id?: string;
  /** ISO 8601 UTC. */
  timestamp?: string;
}

/** Longest event type that is sent as an SSE event name, in characters. */
const TYPE_CHARS_MAX = 128;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** The six flat fields of an event, in the order of the contract. */
export function eventFields(
  event: Required<EventInput>,
): [name: string, value: string | Uint8Array][] {
  return [
    ['event_id', event.event_id],
    ['type', event.type],
    ['timestamp', event.timestamp],
    ['job_id', event.job_id],
    ['data', encodeObject(event.data)],
    ['metadata', encodeObject(event.metadata)],
  ];
}

/** The first field of that name, or null. */
export function fieldValue(entry: Entry, name: string): Uint8Array | null {
  return entry.fields.find(([field]) => decodeUtf8(field) === name)?.[1] ?? null;
}

/** A field as text; null where it is absent or not UTF-8. */
export function fieldText(entry: Entry, name: string): string | null {
  const value = fieldValue(entry, name);
  return value === null ? null : decodeUtf8(value);
}

/** The type an entry claims, where it can stand as an event name; null makes it an `entry`. */
export function eventType(entry: Entry): string | null {
  return asEventType(fieldText(entry, 'type'));
}

/** The same for the text of a `type` field, null where there is none or it is not UTF-8. */
export function asEventType(type: string | null): string | null {
  if (type === null || type === '' || type.length > TYPE_CHARS_MAX) return null;
  if (CONTROL_CHARACTERS.test(type) || type.startsWith(FEED_RESERVED_PREFIX)) return null;
  return type === FEED_ENTRY ? null : type;
}

/** An entry as the live feed sends it. One JSON object on one line; nothing is lost or altered. */
export function toFeedMessage(entry: Entry): FeedMessage {
  const fields = firstFields(entry);
  const typeBytes = fields.get('type');
  const type = asEventType(typeBytes === undefined ? null : decodeUtf8(typeBytes));
  if (type === null) {
    return { event: FEED_ENTRY, id: entry.id, data: JSON.stringify(toWireEntry(entry)) };
  }
  const { json, isDataSpliced } = eventJson(fields);
  return { event: type, id: entry.id, data: json, aside: asideOf(fields, isDataSpliced) };
}

/** Each name that is text with its first value: names are decoded once. */
type FirstFields = ReadonlyMap<string, Uint8Array>;

function firstFields(entry: Entry): FirstFields {
  const fields = new Map<string, Uint8Array>();
  for (const [bytes, value] of entry.fields) {
    const name = decodeUtf8(bytes);
    if (name !== null && !fields.has(name)) fields.set(name, value);
  }
  return fields;
}

/** An entry too large to travel to every browser: who it is, how large, and where it is whole. */
export function toFeedStub(whole: Entry, bytes: number, href: string): FeedMessage {
  const entry = outlineOf(whole);
  const type = eventType(entry);
  const omitted = { bytes, href };
  if (type === null) {
    const data = JSON.stringify({ id: entry.id, fields: [], omitted });
    return { event: FEED_ENTRY, id: entry.id, data };
  }
  const data = JSON.stringify({ ...eventEnvelope(firstFields(entry)), omitted });
  // What the outline left out of a field is not to be taken for an empty one.
  const kept = entry.fields.filter(([, value]) => value.length > 0);
  const aside = asideOf(firstFields({ ...entry, fields: kept }), false);
  return { event: type, id: entry.id, data, aside };
}

/** Fields that stand in every event message under their own names, or as its event name. */
const SHOWN: ReadonlySet<string> = new Set(['event_id', 'type', 'timestamp', 'job_id']);
/** Most events have nothing more: one object for all of them. */
const EMPTY_METADATA: MessageAside = { isDataSpliced: true, fields: [['metadata', '{}']] };

function asideOf(fields: FirstFields, isDataSpliced: boolean): MessageAside {
  const aside: [string, WireValue][] = [];
  for (const [name, value] of fields) {
    if (SHOWN.has(name) || (name === 'data' && isDataSpliced)) continue;
    aside.push([name, toWireValue(value)]);
  }
  const [only] = aside;
  const isUsual = isDataSpliced && aside.length === 1 && only?.[0] === 'metadata';
  return isUsual && only[1] === '{}' ? EMPTY_METADATA : { isDataSpliced, fields: aside };
}

/** The keys every event message begins with. A `data` field cannot take their place. */
function eventEnvelope(fields: FirstFields): Record<string, WireValue | null> {
  const value = (name: string) => {
    const bytes = fields.get(name);
    return bytes === undefined ? null : toWireValue(bytes);
  };
  return {
    event_id: value('event_id'),
    job_id: value('job_id'),
    timestamp: value('timestamp'),
  };
}

/**
 * `{event_id, job_id, timestamp, …the fields of data}`. The text of `data` is spliced in as it was
 * written, so that numbers too large for JavaScript survive. What is not an object stands whole
 * under `data`.
 */
function eventJson(fields: FirstFields): { json: string; isDataSpliced: boolean } {
  const envelope = eventEnvelope(fields);
  const bytes = fields.get('data');
  if (bytes === undefined) return { json: JSON.stringify(envelope), isDataSpliced: false };
  const { kind, text } = decodePayload(bytes);
  if (text === null || kind === 'text') {
    const json = JSON.stringify({ ...envelope, data: toWireValue(bytes) });
    return { json, isDataSpliced: false };
  }
  const head = JSON.stringify(envelope).slice(0, -1);
  const json = onOneLine(text);
  const value: unknown = JSON.parse(json);
  if (!isPlainObject(value)) return { json: `${head},"data":${json}}`, isDataSpliced: false };
  const clashes = Object.keys(envelope).some((key) => Object.hasOwn(value, key));
  const inner = clashes ? membersBeside(envelope, json) : json.slice(1, -1).trim();
  return { json: inner === '' ? `${head}}` : `${head},${inner}}`, isDataSpliced: !clashes };
}

/** Line breaks in valid JSON stand only between tokens; one line is what the framing wants. */
function onOneLine(json: string): string {
  return json.trim().replace(/[\r\n]+/g, ' ');
}

/** The members of a JSON object but those of the envelope, each as it was written. */
function membersBeside(envelope: object, json: string): string {
  return (jsonMembers(json) ?? [])
    .filter(([name]) => !Object.hasOwn(envelope, name))
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(',');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
