import { FEED_ENTRY, type FeedMessage } from './feed-message';

/** Which messages a subscriber wants. Nothing given means everything. */
export interface FeedFilter {
  /** Event types, `*` standing for any run of characters; an entry matches one of them. */
  types: string[];
  jobId: string | null;
  /** Text that must stand in the type, a field name or a value; case does not count. */
  text: string | null;
}

/** Longest filter text and most type patterns that are taken; the rest is cut. */
const TEXT_CHARS_MAX = 256;
const TYPES_MAX = 32;

/** Reads `?type=ingestion.*,worker.task_failed&job_id=…&q=…`. */
export function parseFeedFilter(params: URLSearchParams): FeedFilter {
  const types = (params.get('type') ?? '')
    .split(',')
    .map((type) => type.trim().slice(0, TEXT_CHARS_MAX))
    .filter(Boolean)
    .slice(0, TYPES_MAX);
  return {
    types,
    jobId: params.get('job_id')?.trim().slice(0, TEXT_CHARS_MAX) || null,
    text: params.get('q')?.trim().toLowerCase().slice(0, TEXT_CHARS_MAX) || null,
  };
}

/** A test for messages; null where everything passes. */
export function feedMatcher(filter: FeedFilter): ((message: FeedMessage) => boolean) | null {
  const { types, jobId, text } = filter;
  if (types.length === 0 && jobId === null && text === null) return null;
  const typeTests = types.map(typeMatcher);
  return (message) => {
    if (typeTests.length > 0) {
      if (message.event === FEED_ENTRY) return false;
      if (!typeTests.some((matches) => matches(message.event))) return false;
    }
    if (jobId === null && text === null) return true;
    const facts = factsOf(message);
    if (jobId !== null && facts.jobId !== jobId) return false;
    return text === null || facts.text.includes(text);
  };
}

/** Matches a pattern by walking its parts between the stars: linear, and no regular expression. */
function typeMatcher(pattern: string): (type: string) => boolean {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  if (parts.length === 1) return (type) => type === first;
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1);
  return (type) => {
    if (!type.startsWith(first) || type.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of middle) {
      const found = type.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return type.length - last.length >= at && type.endsWith(last);
  };
}

interface MessageFacts {
  jobId: string | null;
  /** Every name and value in lower case. */
  text: string;
}

/** Worked out once a message, however many filters look at it. */
const factsByMessage = new WeakMap<FeedMessage, MessageFacts>();

function factsOf(message: FeedMessage): MessageFacts {
  let facts = factsByMessage.get(message);
  if (!facts) {
    const value: unknown = JSON.parse(message.data);
    const words = message.event === FEED_ENTRY ? entryWords(value) : [message.event];
    if (message.event !== FEED_ENTRY) collectText(value, words);
    facts = { jobId: jobIdOf(value), text: words.join('\n').toLowerCase() };
    factsByMessage.set(message, facts);
  }
  return facts;
}

/** The job an event names, or an entry's own `job_id` field. */
function jobIdOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('job_id' in value && typeof value.job_id === 'string') return value.job_id;
  if (!('fields' in value) || !Array.isArray(value.fields)) return null;
  const pair = value.fields.find((field) => Array.isArray(field) && field[0] === 'job_id');
  return typeof pair?.[1] === 'string' ? pair[1] : null;
}

/** Names and values of an entry that are text; `fields` and `base64` are words of ours, not its own. */
function entryWords(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!('fields' in value) || !Array.isArray(value.fields)) return [];
  return value.fields.flat().filter((word) => typeof word === 'string');
}

function collectText(value: unknown, words: string[]): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object') {
    words.push(String(value));
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (!Array.isArray(value)) words.push(key);
    collectText(item, words);
  }
}
