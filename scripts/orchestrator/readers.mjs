import { keepDoing, pause } from './context.mjs';
import { EVENTS, QUEUE } from './wire.mjs';
import { parseAnswer } from './workers.mjs';

/** @typedef {import('./context.mjs').Context} Context */

/**
 * A group that reads all of a stream and acknowledges it; the dashboard's own is not among them.
 * @typedef {object} Reader
 * @property {string} stream
 * @property {string} group
 * @property {number} pauseMs between two looks; 0: it waits for each entry
 */

const BATCH = 10;
const BLOCK_MS = 5000;

/**
 * @param {import('./scenarios.mjs').Settings} settings
 * @returns {readonly Reader[]}
 */
export const readersOf = ({ queueCollectorPauseMs }) => [
  { stream: EVENTS, group: 'ag-ui-frontend', pauseMs: 0 },
  { stream: EVENTS, group: 'power-ui-frontend', pauseMs: 1500 },
  { stream: EVENTS, group: 'metrics-collector', pauseMs: 3000 },
  { stream: QUEUE, group: 'metrics-collector', pauseMs: queueCollectorPauseMs },
];

/**
 * @param {Context} context
 * @param {Reader} reader
 */
export async function runReader(context, { stream, group, pauseMs }) {
  const { redis, settings, signal } = context;
  const connection = pauseMs === 0 ? context.connectReader() : redis;
  const block = pauseMs === 0 ? ['BLOCK', BLOCK_MS] : [];
  const stopsAfterFirst =
    settings.isCollectorSilent && stream === EVENTS && group === 'metrics-collector';
  let hasStopped = false;

  await keepDoing(context, async () => {
    if (hasStopped) return pause(BLOCK_MS, signal);
    const answer = await connection.callBuffer(
      'XREADGROUP',
      ...['GROUP', group, `${group}-1`, 'COUNT', BATCH, ...block, 'STREAMS', stream, '>'],
    );
    const ids = parseAnswer(answer).map(({ id }) => id);
    if (ids.length > 0) await redis.xack(stream, group, ...ids);
    hasStopped = stopsAfterFirst && ids.length > 0;
    if (pauseMs > 0 && ids.length < BATCH) await pause(pauseMs, signal);
  });
}
