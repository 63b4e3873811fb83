import { z } from 'zod';

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
    .max(NAME_CHARS_MAX, `${label} is longer than ${NAME_CHARS_MAX} characters`);

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
      ),
    source_uri: name('source_uri'),
    source_type: name('source_type'),
    job_id: name('job_id').optional(),
    chunk_id: name('chunk_id').optional(),
    metadata: z
      .record(z.string(), z.json(), { error: 'metadata must be a JSON object' })
      .optional(),
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

/** An object as the contract writes it: JSON text, or the bytes it already is. */
export function encodeObject(value: Record<string, unknown> | Uint8Array): string | Uint8Array {
  return value instanceof Uint8Array ? value : JSON.stringify(value);
}
