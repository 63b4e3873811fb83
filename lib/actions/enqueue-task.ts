import { randomUUID } from 'node:crypto';
import type { AuditTrail } from '@/lib/audit/audit-trail';
import type { Actor } from '@/lib/model/actor';
import type { Asker } from '@/lib/model/audit';
import { DashboardError } from '@/lib/model/errors';
import { type EnqueuedTask, type Task, type TaskInput, taskInputSchema } from '@/lib/model/task';
import { fieldErrors } from '@/lib/model/validation';
import type { RedisStreamsClient } from '@/lib/redis/streams-client';

export interface EnqueueRequest {
  /** The parsed JSON body: untrusted. */
  body: unknown;
  /** The client's `Idempotency-Key`, or null. */
  idempotencyKey: string | null;
  asker: Asker<Actor>;
}

export interface EnqueueMeans {
  streams: RedisStreamsClient;
  audit: Pick<AuditTrail, 'act'>;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Puts one task on the queue. With a key, a repeat adds nothing and gets the first answer.
 * Throws `invalid_task` naming every wrong field, `invalid_request` for a malformed key,
 * `idempotency_key_reused`, `outcome_unknown`, and the codes of a Redis in trouble.
 */
export async function enqueueTask(
  { streams, audit }: EnqueueMeans,
  { body, idempotencyKey, asker }: EnqueueRequest,
  now: () => Date = () => new Date(),
): Promise<EnqueuedTask> {
  const input = parseInput(body);
  const task = toTask(input, now());
  if (idempotencyKey !== null && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw new DashboardError(
      'invalid_request',
      'Idempotency-Key must be 1 to 255 visible ASCII characters.',
    );
  }
  const stream = streams.taskStream;
  const add = async () => {
    if (idempotencyKey === null) {
      const { job_id, chunk_id } = task;
      return { message_id: await streams.addTask(task), job_id, chunk_id, added: true };
    }
    const once = { key: idempotencyKey, request: JSON.stringify(input) };
    const { id, jobId, chunkId, added } = await streams.addTaskOnce(task, once);
    return { message_id: id, job_id: jobId, chunk_id: chunkId, added };
  };
  const run = async () => {
    const { message_id, job_id, chunk_id, added } = await add();
    return {
      answer: { message_id, stream, job_id, chunk_id },
      targets: [message_id],
      count: added ? 1 : 0,
      after: { job_id, chunk_id },
    };
  };
  const intent = { action: 'task.enqueue', stream, count: 1 } as const;
  return await audit.act(asker, intent, { destroys: false, run });
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
