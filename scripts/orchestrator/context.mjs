import { Redis } from 'ioredis';
import { EVENTS, eventFields, GROUPS, pythonTimestamp } from './wire.mjs';

/**
 * What every part of the simulated orchestrator works with.
 * @typedef {object} Context
 * @property {Redis} redis for commands that answer at once
 * @property {() => Redis} connectReader a connection of its own, for reads that block
 * @property {import('./scenarios.mjs').Settings} settings
 * @property {import('./random.mjs').Random} random
 * @property {AbortSignal} signal ends every loop
 * @property {(line: string) => void} say
 */

const BACKOFF_MS_MAX = 1000;

/**
 * A command is never kept for later: what it would say may no longer be so.
 * @param {string} url
 */
export function connect(url) {
  const redis = new Redis(url, {
    protocol: 2,
    connectionName: 'orchestrator',
    disconnectTimeout: 200,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, BACKOFF_MS_MAX),
  });
  redis.on('error', () => {});
  return redis;
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>} resolves at once when aborted
 */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {Context} context */
export async function ensureGroups({ redis }) {
  for (const [stream, groups] of Object.entries(GROUPS)) {
    for (const group of groups) {
      try {
        await redis.xgroup('CREATE', stream, group, '$', 'MKSTREAM');
      } catch (error) {
        if (!messageOf(error).startsWith('BUSYGROUP')) throw error;
      }
    }
  }
}

/**
 * Does one piece of work again and again until the end, through any trouble with Redis.
 * @param {Context} context
 * @param {() => Promise<void>} work
 */
export async function keepDoing(context, work) {
  let failures = 0;
  while (!context.signal.aborted) {
    try {
      await work();
      failures = 0;
    } catch (error) {
      if (context.signal.aborted) return;
      failures += 1;
      await recover(context, messageOf(error), failures);
    }
  }
}

/**
 * @param {Context} context
 * @param {string} message
 * @param {number} failures in a row
 */
async function recover(context, message, failures) {
  // The key or the group is gone: emptied, or Redis came back without its data.
  if (/^NOGROUP|no longer exists|^UNBLOCKED|^WRONGTYPE/.test(message)) {
    await ensureGroups(context).catch(() => {});
  } else if (failures === 3 && context.redis.status === 'ready') {
    context.say(message);
  }
  await pause(Math.min(50 * 2 ** failures, BACKOFF_MS_MAX), context.signal);
}

/**
 * The XADD of one event.
 * @param {Context} context
 * @param {import('./wire.mjs').StreamEvent} event
 * @param {{ id?: string, atMs?: number }} [when]
 * @returns {(string | Buffer)[]}
 */
export function eventCommand({ random, settings }, event, { id = '*', atMs = Date.now() } = {}) {
  const fields = eventFields(event, {
    eventId: random.uuid(),
    timestamp: pythonTimestamp(atMs, random.integer(0, 999)),
    data: random.chance(0.08) ? 'msgpack' : 'json',
    metadata: random.chance(0.04) ? 'msgpack' : 'json',
  });
  return ['XADD', EVENTS, 'MAXLEN', '~', String(settings.eventsLengthMax), id, ...fields];
}

/**
 * Sends these commands in one go, in this order.
 * @param {Context} context
 * @param {(string | number | Buffer)[][]} commands
 * @returns {Promise<unknown[]>} rejects with the first error among the answers
 */
export async function sendAll({ redis }, commands) {
  const pipeline = redis.pipeline();
  for (const [name, ...args] of commands) pipeline.call(String(name), ...args);
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}
