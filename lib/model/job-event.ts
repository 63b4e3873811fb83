import { fromWireValue, type WireEntry, type WireValue, wireValueBytes } from './entry';
import { type EntryId, parseEntryId } from './entry-id';
import { FEED_ENTRY, FEED_RESERVED_PREFIX, type FeedMessage } from './feed-message';
import type { KnownJobState } from './job';
import { nameFromBytes } from './name';

const ERROR_CHARS_MAX = 500;
/** A longer id is one nobody could have meant. */
export const JOB_ID_BYTES_MAX = 1_024;

/** What one event tells of the job it names. */
export interface JobEvent {
  id: EntryId;
  /** As names are written here: one of bytes that are no text begins with `binary:`. */
  jobId: string;
  type: string;
  /** Null where the type tells of something else than the job's own state. */
  state: KnownJobState | null;
  chunksProcessed: number | null;
  chunksTotal: number | null;
  error: string | null;
}

/** An event of the live feed as one of a job; null where it names none. Total. */
export function jobEventOf({ event, id, data }: FeedMessage): JobEvent | null {
  if (id === undefined || event === FEED_ENTRY || event.startsWith(FEED_RESERVED_PREFIX))
    return null;
  // Most events of other kinds name no job: they are not worth parsing.
  if (/^\{"event_id":(?:null|"[^"\\]*"),"job_id":(?:null|"")/.test(data)) return null;
  const entryId = parseEntryId(id);
  const fields = parseObject(data);
  if (entryId === null || fields === null) return null;
  const jobId = jobIdOf(fields.job_id);
  if (jobId === null) return null;
  return {
    id: entryId,
    jobId,
    type: event,
    state: stateOfType(event),
    chunksProcessed: asCount(fields.chunks_processed),
    chunksTotal: asCount(fields.chunks_total),
    error: asErrorText(fields.error ?? fields.error_message),
  };
}

/** The job an entry names, a task's as well; null for none. */
export function jobIdOfEntry({ fields }: WireEntry): string | null {
  const value = fields.find(([name]) => name === 'job_id')?.[1];
  return value === undefined || wireValueBytes(value) > JOB_ID_BYTES_MAX ? null : jobIdOf(value);
}

const SCOPES_OF_OTHERS = new Set(['worker', 'worker_pool']);
const STATE_WORDS: Record<string, KnownJobState> = {
  queued: 'queued',
  started: 'processing',
  progress: 'processing',
  completed: 'completed',
  failed: 'failed',
};

/** By its last word, whatever kind of job it is: new types appear without notice. */
function stateOfType(type: string): KnownJobState | null {
  const words = type.split('.');
  if (words.length < 2 || SCOPES_OF_OTHERS.has(words[0] ?? '')) return null;
  const last = words.at(-1) ?? '';
  return Object.hasOwn(STATE_WORDS, last) ? (STATE_WORDS[last] ?? null) : null;
}

/** A job's id as a name; null for none, and for one nobody could have meant. */
function jobIdOf(value: unknown): string | null {
  if (!isWireValue(value)) return null;
  const bytes = fromWireValue(value);
  return bytes.length === 0 || bytes.length > JOB_ID_BYTES_MAX ? null : nameFromBytes(bytes);
}

function isWireValue(value: unknown): value is Extract<WireValue, string | { base64: string }> {
  if (typeof value === 'string') return true;
  if (!isObject(value) || typeof value.base64 !== 'string') return false;
  return value.base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value.base64);
}

/** A whole number of things, from JSON or from text; null for anything else. */
export function asCount(value: unknown): number | null {
  if (typeof value === 'string' && !/^\d{1,15}$/.test(value)) return null;
  const count = typeof value === 'string' ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** What went wrong, on a few lines; what is no text as JSON. Null where there is nothing. */
export function asErrorText(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= ERROR_CHARS_MAX) return text;
  // Not in the middle of a pair.
  return `${text.slice(0, ERROR_CHARS_MAX).replace(/\p{Surrogate}$/u, '')}…`;
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
