import { z } from 'zod';
import { encodeObject } from './encode-object';
import { PAYLOAD_DEPTH_MAX } from './payload';

// Zod would try `new Function` to be faster; in a browser our content security policy reports it.
z.config({ jitless: true });

/** Longest `content` the dashboard enqueues, in UTF-8 bytes. */
export const TASK_CONTENT_BYTES_MAX = 512 * 1024;
const NAME_CHARS_MAX = 512;

const name = (label: string) =>
  z
    .string({
      error: (issue) =>
        issue.input === undefined ? `${label} is missing` : `${label} must be text`,
    })
    .trim()
    .min(1, `${label} is empty`)
    .max(NAME_CHARS_MAX, `${label} is longer than ${NAME_CHARS_MAX} characters`)
    .refine(isWellFormed, `${label} holds half a character`);

/** Half of a surrogate pair has no bytes in UTF-8: Redis would be given another character. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * A JSON object, passed on as it is: a parser that copies it would drop a `__proto__` key and
 * overflow on deep nesting.
 */
const metadata = z
  .custom<Record<string, unknown>>(isObject, 'metadata must be a JSON object')
  .superRefine((value, context) => {
    const fault = metadataFault(value, 1);
    if (fault !== null) context.addIssue({ code: 'custom', ...fault });
  });

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What could not be written so that it reads the same again, and where. */
function metadataFault(value: object, depth: number): { path: string[]; message: string } | null {
  if (depth > PAYLOAD_DEPTH_MAX) {
    return { path: [], message: `metadata is nested deeper than ${PAYLOAD_DEPTH_MAX}` };
  }
  for (const [key, item] of Object.entries(value)) {
    if (isRounded(item)) {
      return {
        path: [key],
        message: 'this number has more digits than are kept: write it as text',
      };
    }
    if (typeof item !== 'object' || item === null) continue;
    const fault = metadataFault(item, depth + 1);
    if (fault === null) continue;
    return fault.path.length === 0 ? fault : { ...fault, path: [key, ...fault.path] };
  }
  return null;
}

/**
 * Past 2^53 JSON.parse rounds whole numbers, and past 1.8e308 any becomes infinite. From 1e21 on
 * they are written with an exponent, which says itself that digits are left out.
 */
function isRounded(value: unknown): boolean {
  if (typeof value !== 'number') return false;
  if (!Number.isFinite(value)) return true;
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;
}

/** What `POST /api/tasks` takes: the fields of a task a person fills in. */
export const taskInputSchema = z.strictObject(
  {
    content: z
      .string({
        error: (issue) =>
          issue.input === undefined ? 'content is missing' : 'content must be text',
      })
      .min(1, 'content is empty')
      .refine(
        (text) => new TextEncoder().encode(text).length <= TASK_CONTENT_BYTES_MAX,
        `content is longer than ${TASK_CONTENT_BYTES_MAX} bytes`,
      )
      .refine(isWellFormed, 'content holds half a character'),
    source_uri: name('source_uri'),
    source_type: name('source_type'),
    job_id: name('job_id').optional(),
    chunk_id: name('chunk_id').optional(),
    metadata: metadata.optional(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? undefined : 'a JSON object is expected',
  },
);

export type TaskInput = z.infer<typeof taskInputSchema>;

/** A task with its ids made. */
export interface Task {
  job_id: string;
  chunk_id: string;
  content: string | Uint8Array;
  source_uri: string;
  source_type: string;
  /** A JSON object, or bytes that are sent as they are (MessagePack). */
  metadata: Record<string, unknown> | Uint8Array;
  retry_count: number;
  /** ISO 8601 UTC. */
  timestamp: string;
}

/** What a successful enqueue answers. */
export interface EnqueuedTask {
  message_id: string;
  stream: string;
  job_id: string;
  chunk_id: string;
}

/** The names of a task's fields, in the order of the contract. */
export const TASK_FIELD_NAMES = [
  ...(['job_id', 'chunk_id', 'content', 'source_uri'] as const),
  ...(['source_type', 'metadata', 'retry_count', 'timestamp'] as const),
];

/** The eight flat fields of a task, in the order of the contract. */
export function taskFields(task: Task): [name: string, value: string | Uint8Array][] {
  return [
    ['job_id', task.job_id],
    ['chunk_id', task.chunk_id],
    ['content', task.content],
    ['source_uri', task.source_uri],
    ['source_type', task.source_type],
    ['metadata', encodeObject(task.metadata)],
    ['retry_count', String(task.retry_count)],
    ['timestamp', task.timestamp],
  ];
}
