import { fromBase64 } from './entry';
import { FEED_ENTRY, type FeedMessage } from './feed-message';
import type { Path, Subject } from './filter';
import { decodePayload, decodeText } from './payload';

/** Messages of this many characters are remembered as they were parsed; then all are forgotten. */
const REMEMBERED_CHARS_MAX = 4 * 1024 * 1024;

let remembered = new WeakMap<FeedMessage, EntryFacts>();
let rememberedChars = 0;

/** What filters look at in a message: worked out once, however many filters do. */
export function factsOf(message: FeedMessage): EntryFacts {
  let facts = remembered.get(message);
  if (!facts) {
    rememberedChars += message.data.length;
    if (rememberedChars > REMEMBERED_CHARS_MAX) {
      remembered = new WeakMap();
      rememberedChars = message.data.length;
    }
    facts = message.event === FEED_ENTRY ? new FieldFacts(message) : new EventFacts(message);
    remembered.set(message, facts);
  }
  return facts;
}

/** An entry as filters see it. Values are what JSON makes them; undefined is what is not there. */
export abstract class EntryFacts {
  #text: string | undefined;
  protected readonly value: unknown;

  constructor(protected readonly message: FeedMessage) {
    this.value = JSON.parse(message.data);
  }

  /** Every name and value in lower case, a line each. */
  get text(): string {
    this.#text ??= this.words().join('\n').toLowerCase();
    return this.#text;
  }

  /** The value a subject names; bytes of no known form are an object that equals nothing. */
  read(subject: Subject): unknown {
    if (subject === 'job') return onlyText(this.field('job_id'));
    return subject === 'type' ? this.type : this.at(subject);
  }

  protected abstract get type(): string | undefined;
  protected abstract words(): string[];
  /** The first field of that name. */
  protected abstract field(name: string): unknown;
  protected abstract at(path: Path): unknown;
}

/** An event: its envelope and the members of its data stand in one object. */
class EventFacts extends EntryFacts {
  protected get type(): string {
    return this.message.event;
  }

  protected words(): string[] {
    const words: string[] = [this.message.event];
    collectWords(this.value, words);
    return words;
  }

  protected field(name: string): unknown {
    if (name === 'type') return this.message.event;
    if (ENVELOPE.has(name)) return wireContent(member(this.value, name));
    const pair = this.message.aside?.fields.find(([field]) => field === name);
    return pair && wireContent(pair[1]);
  }

  /** What is no field is looked for among the members of `data`, as the message shows them. */
  protected at(path: Path): unknown {
    const [name = '', ...steps] = path;
    const field = this.field(name);
    if (field !== undefined) return walk(field, steps);
    if (this.message.aside?.isDataSpliced === false) {
      return name === 'data' ? undefined : walk(this.field('data'), path);
    }
    if (name !== 'data') return this.#inData(path);
    return steps.length === 0 ? this.value : this.#inData(steps);
  }

  #inData(path: Path): unknown {
    return ENVELOPE.has(path[0] ?? '') ? undefined : walk(this.value, path);
  }
}

/** An entry that is no event: its fields as they are. */
class FieldFacts extends EntryFacts {
  protected get type(): undefined {
    return undefined;
  }

  /** Names and values that are text; `fields` and `base64` are words of ours, not its own. */
  protected words(): string[] {
    return this.#fields.flat().filter((word) => typeof word === 'string');
  }

  protected field(name: string): unknown {
    const pair = this.#fields.find(([field]) => field === name);
    return pair && wireContent(pair[1]);
  }

  protected at([name = '', ...steps]: Path): unknown {
    return walk(this.field(name), steps);
  }

  get #fields(): unknown[][] {
    const fields = member(this.value, 'fields');
    return Array.isArray(fields) ? fields.filter(Array.isArray) : [];
  }
}

const ENVELOPE: ReadonlySet<string> = new Set(['event_id', 'job_id', 'timestamp']);

/** Bytes that are no text and are MessagePack: what they hold. */
class Packed {
  constructor(readonly value: unknown) {}
}

function onlyText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Bytes that no path leads into and no text equals; they are there, and that is all. */
const OPAQUE = Symbol('bytes');

/** A field's text, or what its bytes are; undefined for null, which stands for an absent field. */
function wireContent(value: unknown): string | Packed | typeof OPAQUE | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return undefined;
  const base64 = member(value, 'base64');
  if (typeof base64 !== 'string' || member(value, 'truncated') === true) return OPAQUE;
  const { kind, text } = decodePayload(fromBase64(base64));
  return kind === 'msgpack' && text !== null ? new Packed(JSON.parse(text)) : OPAQUE;
}

/** Into a field's value: text that is JSON is read only where a step leads into it. */
function walk(from: unknown, steps: Path): unknown {
  let value = from instanceof Packed ? from.value : from;
  if (typeof value === 'string' && steps.length > 0) {
    if (decodeText(value).kind !== 'json') return undefined;
    value = JSON.parse(value);
  }
  for (const step of steps) value = member(value, step);
  return value;
}

/** A member of an object or an item of an array. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  // `length` is an array's own too.
  if (Array.isArray(value) && !/^\d+$/.test(name)) return undefined;
  return Reflect.get(value, name);
}

function collectWords(value: unknown, words: string[]): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object') {
    words.push(String(value));
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (!Array.isArray(value)) words.push(key);
    collectWords(item, words);
  }
}
