import { decode, encode } from '@msgpack/msgpack';

/** The wire format of the orchestrator's contract, written here a second time on purpose. */
export const QUEUE = 'shield:ingestion_queue';
export const EVENTS = 'shield:events';
export const STREAM_LENGTH_MAX = 10_000;
export const JOB_LIFETIME_SECONDS = 3600;
export const WORKERS_GROUP = 'lightrag-workers';

/** @type {Record<string, string[]>} */
export const GROUPS = {
  [QUEUE]: [WORKERS_GROUP, 'metrics-collector'],
  [EVENTS]: ['ag-ui-frontend', 'dashboard-frontend', 'metrics-collector', 'power-ui-frontend'],
};

/** @typedef {string | Buffer} FieldValue */
/** @typedef {Record<string, unknown>} JsonObject */

/**
 * @typedef {object} Task
 * @property {string} jobId
 * @property {string} chunkId
 * @property {FieldValue} content
 * @property {string} sourceUri
 * @property {string} sourceType
 * @property {JsonObject} metadata
 * @property {number} retryCount
 */

/**
 * @typedef {object} StreamEvent
 * @property {string} type
 * @property {string} jobId empty where there is none
 * @property {JsonObject} data
 * @property {JsonObject} metadata
 */

/** @param {string} jobId */
export const jobKey = (jobId) => `job:${jobId}`;

/**
 * As Python's `datetime.utcnow().isoformat()` has it: microseconds, and no zone suffix.
 * @param {number} atMs
 * @param {number} [micros] 0 to 999, what milliseconds cannot tell
 */
export function pythonTimestamp(atMs, micros = 0) {
  const text = new Date(atMs).toISOString().slice(0, -1);
  return `${text}${String(micros).padStart(3, '0')}`;
}

/**
 * @param {JsonObject} value
 * @param {'json' | 'msgpack'} format
 * @returns {FieldValue}
 */
function pack(value, format) {
  if (format === 'json') return JSON.stringify(value);
  const bytes = encode(value);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * @param {Task} task
 * @param {{ timestamp: string, metadata: 'json' | 'msgpack' }} how
 * @returns {FieldValue[]} field, value, field, value … in the contract's order
 */
export function taskFields(task, how) {
  return [
    'job_id',
    task.jobId,
    'chunk_id',
    task.chunkId,
    'content',
    task.content,
    'source_uri',
    task.sourceUri,
    'source_type',
    task.sourceType,
    'metadata',
    pack(task.metadata, how.metadata),
    'retry_count',
    String(task.retryCount),
    'timestamp',
    how.timestamp,
  ];
}

/**
 * @param {StreamEvent} event
 * @param {{ eventId: string, timestamp: string, data: 'json' | 'msgpack', metadata: 'json' | 'msgpack' }} how
 * @returns {FieldValue[]}
 */
export function eventFields(event, how) {
  return [
    'event_id',
    how.eventId,
    'type',
    event.type,
    'timestamp',
    how.timestamp,
    'job_id',
    event.jobId,
    'data',
    pack(event.data, how.data),
    'metadata',
    pack(event.metadata, how.metadata),
  ];
}

/** @typedef {{ id: string, fields: Map<string, Buffer> }} Entry */

/**
 * The entries of one stream in the answer of XREADGROUP, or of an XAUTOCLAIM's second element.
 * @param {unknown} list `[[id, [field, value, …] | null], …]`
 * @returns {Entry[]} without those that were deleted meanwhile
 */
export function parseEntries(list) {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    if (!Array.isArray(item) || !Array.isArray(item[1])) return [];
    /** @type {Map<string, Buffer>} */
    const fields = new Map();
    for (let index = 0; index + 1 < item[1].length; index += 2) {
      fields.set(String(item[1][index]), Buffer.from(item[1][index + 1]));
    }
    return [{ id: String(item[0]), fields }];
  });
}

/**
 * What a worker makes of a task's content.
 * @param {Buffer} bytes
 * @returns {string} throws, as Python does, where it is neither text nor MessagePack
 */
export function readContent(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not text: some producers pack it.
  }
  try {
    const value = decode(bytes);
    if (typeof value === 'object' && value !== null && 'text' in value) return String(value.text);
  } catch {
    // Neither.
  }
  const byte = bytes.find((value) => value > 0x7f) ?? 0;
  throw new Error(
    `UnicodeDecodeError: 'utf-8' codec can't decode byte 0x${byte.toString(16)} in position ${bytes.indexOf(byte)}: invalid start byte`,
  );
}

/**
 * @param {Buffer | undefined} bytes
 * @returns {JsonObject} empty where it is neither JSON nor MessagePack
 */
export function readObject(bytes) {
  if (!bytes) return {};
  for (const read of [() => JSON.parse(bytes.toString()), () => decode(bytes)]) {
    try {
      const value = read();
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    } catch {
      // The next form, then.
    }
  }
  return {};
}

/** @param {string} text */
export function packContent(text) {
  return pack({ text }, 'msgpack');
}
