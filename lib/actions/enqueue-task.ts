import { randomUUID } from 'node:crypto';
import { DashboardError } from '@/lib/model/errors';
import { type EnqueuedTask, type Task, type TaskInput, taskInputSchema } from '@/lib/model/task';
import { fieldErrors } from '@/lib/model/validation';
import type { RedisStreamsClient } from '@/lib/redis/streams-client';

export interface EnqueueRequest {
  /** The parsed JSON body: untrusted. */
  body: unknown;
  /** The client's `Idempotency-Key`, or null. */
  idempotencyKey: string | null;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Puts one task on the queue. With a key, a repeat adds nothing and gets the first answer.
 * Throws `invalid_task` naming every wrong field, `invalid_request` for a malformed key,
 * `idempotency_key_reused`, `outcome_unknown`, and the codes of a Redis in trouble.
 */
export async function enqueueTask(
  streams: RedisStreamsClient,
  { body, idempotencyKey }: EnqueueRequest,
  now: () => Date = () => new Date(),
): Promise<EnqueuedTask> {
  const input = parseInput(body);
  const task = toTask(input, now());
  if (idempotencyKey === null) {
    const message_id = await streams.addTask(task);
    return { ...location(streams, task), message_id };
  }
  if (!IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw new DashboardError(
      'invalid_request',
      'Idempotency-Key must be 1 to 255 visible ASCII characters.',
    );
  }
  const request = JSON.stringify(input);
  const { id, jobId, chunkId } = await streams.addTaskOnce(task, { key: idempotencyKey, request });
  return { message_id: id, stream: streams.taskStream, job_id: jobId, chunk_id: chunkId };
}

function parseInput(body: unknown): TaskInput {
  const parsed = taskInputSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error);
  const fields = [...new Set(errors.map(({ field }) => field || 'the body'))].join(', ');
  throw new DashboardError('invalid_task', `The task has wrong fields: ${fields}.`, { errors });
}

function toTask(input: TaskInput, now: Date): Task {
  return {
    job_id: input.job_id ?? randomUUID(),
    chunk_id: input.chunk_id ?? randomUUID(),
    content: input.content,
    source_uri: input.source_uri,
    source_type: input.source_type,
    metadata: input.metadata ?? {},
    retry_count: 0,
    timestamp: now.toISOString(),
  };
}

function location(streams: RedisStreamsClient, { job_id, chunk_id }: Task) {
  return { stream: streams.taskStream, job_id, chunk_id };
}
