import { eventCommand, keepDoing, messageOf, pause, sendAll } from './context.mjs';
import { completedEvent, failedEvent, progressEvent, startedEvent } from './jobs.mjs';
import { STUCK_TASKS } from './scenarios.mjs';
import {
  JOB_LIFETIME_SECONDS,
  jobKey,
  parseEntries,
  pythonTimestamp,
  QUEUE,
  readContent,
  readObject,
  WORKERS_GROUP,
} from './wire.mjs';

/** @typedef {import('./context.mjs').Context} Context */
/** @typedef {import('./wire.mjs').Entry} Entry */

const BLOCK_MS = 5000;
const ATTEMPTS_MAX = 3;

/** @param {number} number from 1 */
export const workerName = (number) => `orchestrator-worker-${number}`;

/**
 * One worker of the pool, until the end.
 * @param {Context} context
 * @param {number} number from 1
 * @returns {Promise<number>} how many tasks it processed
 */
export async function runWorker(context, number) {
  const { settings, signal } = context;
  const worker = workerName(number);
  const reader = context.connectReader();
  /** @type {Set<string>} tasks it will fail once */
  const failedOnce = new Set();
  let processed = 0;
  let claimAtMs = Date.now() + settings.claimEveryMs;

  /** @param {Entry[]} entries */
  const processAll = async (entries) => {
    for (const entry of entries) {
      if (signal.aborted) return;
      await pause(settings.thinkMs * (0.5 + context.random.next()), signal);
      if (signal.aborted) return;
      if (await processTask(context, worker, entry, failedOnce)) processed += 1;
    }
  };

  await keepDoing(context, async () => {
    if (Date.now() >= claimAtMs) {
      claimAtMs = Date.now() + settings.claimEveryMs;
      await processAll(await claimTasks(context, worker));
    }
    const blockMs = Math.min(BLOCK_MS, settings.claimEveryMs);
    const answer = await reader.callBuffer(
      'XREADGROUP',
      ...['GROUP', WORKERS_GROUP, worker, 'COUNT', settings.batchTasks, 'BLOCK', blockMs],
      ...['STREAMS', QUEUE, '>'],
    );
    await processAll(parseAnswer(answer));
  });
  return processed;
}

/**
 * @param {unknown} answer of an XREADGROUP of one stream
 * @returns {Entry[]}
 */
export function parseAnswer(answer) {
  const first = Array.isArray(answer) ? answer[0] : undefined;
  return Array.isArray(first) ? parseEntries(first[1]) : [];
}

/**
 * @param {Context} context
 * @param {string} worker
 * @returns {Promise<Entry[]>}
 */
async function claimTasks({ redis, settings }, worker) {
  if (!Number.isFinite(settings.claimIdleMs)) return [];
  const answer = await redis.callBuffer(
    'XAUTOCLAIM',
    ...[QUEUE, WORKERS_GROUP, worker, settings.claimIdleMs, '0-0', 'COUNT', settings.batchTasks],
  );
  return Array.isArray(answer) ? parseEntries(answer[1]) : [];
}

/**
 * @param {Context} context
 * @param {string} worker
 * @param {Entry} entry
 * @param {Set<string>} failedOnce
 * @returns {Promise<boolean>} whether it succeeded
 */
async function processTask(context, worker, entry, failedOnce) {
  const { random, redis, settings } = context;
  const jobId = String(entry.fields.get('job_id') ?? '');
  const chunkId = String(entry.fields.get('chunk_id') ?? '');
  await startJob(context, worker, entry, jobId);
  try {
    if (!failedOnce.has(entry.id) && random.chance(settings.failureShare)) {
      failedOnce.add(entry.id);
      throw new Error('TimeoutError: the embedding service did not answer within 30 s');
    }
    readContent(entry.fields.get('content') ?? Buffer.alloc(0));
  } catch (error) {
    await failTask(context, worker, entry, { jobId, chunkId, error: messageOf(error) });
    return false;
  }
  const key = jobKey(jobId);
  const processed = await redis.hincrby(key, 'chunks_processed', 1);
  const [total, startedAt] = await redis.hmget(key, 'chunks_total', 'started_at');
  const chunksTotal = Math.max(Number(total) || 1, processed);
  /** @type {(string | number | Buffer)[][]} */
  const commands = [
    ['XACK', QUEUE, WORKERS_GROUP, entry.id],
    ['XDEL', QUEUE, entry.id],
    ['EXPIRE', key, JOB_LIFETIME_SECONDS],
    eventCommand(
      context,
      progressEvent(jobId, { workerId: worker, chunkId, processed, total: chunksTotal }),
    ),
  ];
  if (processed === Number(total)) {
    const seconds = startedAt ? (Date.now() - Date.parse(`${startedAt}Z`)) / 1000 : 0;
    commands.push(
      ['HSET', key, 'status', 'completed', 'completed_at', pythonTimestamp(Date.now())],
      eventCommand(context, completedEvent(jobId, { total: processed, seconds }, random)),
    );
  }
  await sendAll(context, commands);
  return true;
}

/**
 * Whoever takes the first task of a job starts it. A task that came without a job, as from the
 * dashboard's form, becomes a job of its own.
 * @param {Context} context
 * @param {string} worker
 * @param {Entry} entry
 * @param {string} jobId
 */
async function startJob(context, worker, entry, jobId) {
  const { redis } = context;
  const key = jobKey(jobId);
  const now = pythonTimestamp(Date.now(), context.random.integer(0, 999));
  if ((await redis.hsetnx(key, 'started_at', now)) === 0) return;
  const { chunks_total: chunks } = readObject(entry.fields.get('metadata'));
  const assumed = {
    job_id: jobId,
    job_type: 'document_ingestion',
    chunks_total: typeof chunks === 'number' && chunks > 0 ? chunks : 1,
    chunks_processed: 0,
    created_at: String(entry.fields.get('timestamp') ?? now),
    metadata: '{}',
  };
  await sendAll(context, [
    ...Object.entries(assumed).map(([field, value]) => ['HSETNX', key, field, value]),
    ['HSET', key, 'status', 'processing'],
    ['EXPIRE', key, JOB_LIFETIME_SECONDS],
  ]);
  const chunksTotal = Number(await redis.hget(key, 'chunks_total'));
  await sendAll(context, [
    eventCommand(context, startedEvent(jobId, { workerId: worker, chunksTotal })),
  ]);
}

/**
 * A failed task is not acknowledged: it stays pending until someone claims it.
 * @param {Context} context
 * @param {string} worker
 * @param {Entry} entry
 * @param {{ jobId: string, chunkId: string, error: string }} failure
 */
async function failTask(context, worker, entry, { jobId, chunkId, error }) {
  const pending = await context.redis.xpending(QUEUE, WORKERS_GROUP, entry.id, entry.id, 1);
  const first = Array.isArray(pending) ? pending[0] : undefined;
  const attempts = Array.isArray(first) ? Number(first[3]) : 1;
  /** @type {(string | number | Buffer)[][]} */
  const commands = [
    eventCommand(context, {
      type: 'worker.task_failed',
      jobId,
      data: {
        worker_id: worker,
        message_id: entry.id,
        chunk_id: chunkId,
        error,
        delivery_count: attempts,
      },
      metadata: { service: 'orchestrator', worker_id: worker },
    }),
  ];
  if (attempts === ATTEMPTS_MAX) {
    commands.push(eventCommand(context, failedEvent(jobId, { chunkId, error, attempts })), [
      'HSET',
      jobKey(jobId),
      ...['status', 'failed', 'error_message', error],
      ...['completed_at', pythonTimestamp(Date.now())],
    ]);
  }
  await sendAll(context, commands);
}

/**
 * A worker that takes tasks and then says nothing more: neither an acknowledgement nor a read.
 * @param {Context} context
 * @param {number} number from 1
 * @param {() => void} onFull called when it holds its tasks
 */
export async function runStuckWorker(context, number, onFull) {
  const { redis, signal } = context;
  const worker = workerName(number);
  await keepDoing(context, async () => {
    const held = await redis.xpending(QUEUE, WORKERS_GROUP, '-', '+', STUCK_TASKS, worker);
    const missing = STUCK_TASKS - held.length;
    if (missing > 0) {
      await redis.callBuffer(
        'XREADGROUP',
        ...['GROUP', WORKERS_GROUP, worker, 'COUNT', missing, 'STREAMS', QUEUE, '>'],
      );
      return pause(100, signal);
    }
    onFull();
    return pause(BLOCK_MS, signal);
  });
}
