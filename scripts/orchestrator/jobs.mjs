import { chunkContent, pickDocument } from './documents.mjs';
import {
  JOB_LIFETIME_SECONDS,
  jobKey,
  pythonTimestamp,
  QUEUE,
  STREAM_LENGTH_MAX,
  taskFields,
} from './wire.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./wire.mjs').StreamEvent} StreamEvent */
/** @typedef {import('./wire.mjs').Task} Task */

/**
 * @typedef {object} Job
 * @property {string} jobId
 * @property {import('./documents.mjs').Document} document
 * @property {number} createdAtMs
 * @property {Record<string, unknown>} metadata of the events about it
 */

/**
 * @param {Random} random
 * @param {number} [atMs]
 * @returns {Job}
 */
export function newJob(random, atMs = Date.now()) {
  const metadata = { service: 'orchestrator', tenant: random.pick(['acme', 'globex', 'initech']) };
  return {
    jobId: `job-${random.hex(12)}`,
    document: pickDocument(random),
    createdAtMs: atMs,
    metadata: random.chance(0.7) ? { ...metadata, trace_id: random.hex(32) } : metadata,
  };
}

/**
 * The commands that store a job's hash; it expires an hour later.
 * @param {Job} job
 * @param {Record<string, string>} [further] fields that come as the job goes on
 * @returns {string[][]}
 */
export function storeJob(job, further = {}) {
  const fields = {
    job_id: job.jobId,
    job_type: 'document_ingestion',
    status: 'queued',
    chunks_total: String(job.document.chunks),
    chunks_processed: '0',
    created_at: pythonTimestamp(job.createdAtMs),
    metadata: JSON.stringify({ title: job.document.title, source_uri: job.document.sourceUri }),
    ...further,
  };
  return [
    ['HSET', jobKey(job.jobId), ...Object.entries(fields).flat()],
    ['EXPIRE', jobKey(job.jobId), String(JOB_LIFETIME_SECONDS)],
  ];
}

/** @param {Job} job @param {number} index */
export const chunkIdOf = (job, index) => `${job.jobId}-chunk-${String(index + 1).padStart(4, '0')}`;

/**
 * @param {Job} job
 * @param {number} index of the chunk, from 0
 * @param {Random} random
 * @returns {Task}
 */
export function taskOf(job, index, random) {
  const { document } = job;
  return {
    jobId: job.jobId,
    chunkId: chunkIdOf(job, index),
    content: chunkContent(document, index, random),
    sourceUri: document.sourceUri,
    sourceType: document.sourceType,
    metadata: random.chance(0.15)
      ? {}
      : { title: document.title, chunk_index: index, chunks_total: document.chunks },
    retryCount: 0,
  };
}

/**
 * @param {Task} task
 * @param {Random} random
 * @param {{ id?: string, atMs?: number }} [when]
 * @returns {(string | Buffer)[]}
 */
export function taskCommand(task, random, { id = '*', atMs = Date.now() } = {}) {
  const fields = taskFields(task, {
    timestamp: pythonTimestamp(atMs, random.integer(0, 999)),
    metadata: random.chance(0.05) ? 'msgpack' : 'json',
  });
  return ['XADD', QUEUE, 'MAXLEN', '~', String(STREAM_LENGTH_MAX), id, ...fields];
}

/** @param {Job} job @returns {StreamEvent} */
export function queuedEvent({ jobId, document, metadata }) {
  return {
    type: 'ingestion.queued',
    jobId,
    data: {
      title: document.title,
      source_uri: document.sourceUri,
      source_type: document.sourceType,
      chunks_total: document.chunks,
    },
    metadata,
  };
}

/**
 * @param {string} jobId
 * @param {{ workerId: string, chunksTotal: number }} started
 * @returns {StreamEvent}
 */
export function startedEvent(jobId, { workerId, chunksTotal }) {
  return {
    type: 'ingestion.started',
    jobId,
    data: { worker_id: workerId, chunks_total: chunksTotal },
    metadata: { service: 'orchestrator' },
  };
}

/**
 * @param {string} jobId
 * @param {{ workerId: string, chunkId: string, processed: number, total: number }} progress
 * @returns {StreamEvent}
 */
export function progressEvent(jobId, { workerId, chunkId, processed, total }) {
  return {
    type: 'ingestion.progress',
    jobId,
    data: {
      chunk_id: chunkId,
      chunks_processed: processed,
      chunks_total: total,
      percent_complete: Math.round((1000 * processed) / total) / 10,
    },
    metadata: { service: 'orchestrator', worker_id: workerId },
  };
}

/**
 * @param {string} jobId
 * @param {{ total: number, seconds: number }} completed
 * @param {Random} random
 * @returns {StreamEvent}
 */
export function completedEvent(jobId, { total, seconds }, random) {
  return {
    type: 'ingestion.completed',
    jobId,
    data: {
      chunks_processed: total,
      chunks_total: total,
      duration_seconds: Math.round(seconds * 100) / 100,
      entities_extracted: total * random.integer(3, 9),
      relations_extracted: total * random.integer(2, 12),
    },
    metadata: { service: 'orchestrator' },
  };
}

/**
 * @param {string} jobId
 * @param {{ chunkId: string, error: string, attempts: number }} failed
 * @returns {StreamEvent}
 */
export function failedEvent(jobId, { chunkId, error, attempts }) {
  return {
    type: 'ingestion.failed',
    jobId,
    data: { error, chunk_id: chunkId, attempts },
    metadata: { service: 'orchestrator' },
  };
}
