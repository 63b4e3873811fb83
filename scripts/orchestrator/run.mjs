import { once, setMaxListeners } from 'node:events';
import { connect, ensureGroups, eventCommand, keepDoing, pause, sendAll } from './context.mjs';
import { addHistory } from './history.mjs';
import { producePoison, produceQueries, produceTasks } from './producers.mjs';
import { createRandom } from './random.mjs';
import { readersOf, runReader } from './readers.mjs';
import { QUEUE, WORKERS_GROUP } from './wire.mjs';
import { runStuckWorker, runWorker, workerName } from './workers.mjs';

/** @typedef {import('./context.mjs').Context} Context */

const FAREWELL_MS_MAX = 800;
const STUCK_WAIT_MS_MAX = 10_000;

/**
 * @typedef {object} OrchestratorOptions
 * @property {string} redisUrl
 * @property {import('./scenarios.mjs').Settings} settings
 * @property {number} seed
 * @property {number} history entries of the past to add to an empty stream of events
 * @property {AbortSignal} signal ends it, within two seconds
 * @property {(line: string) => void} say
 */

/**
 * Plays the orchestrator until it is told to end: producers, workers and the readers of every
 * group but the dashboard's.
 * @param {OrchestratorOptions} options
 * @returns {Promise<void>}
 */
export async function runOrchestrator({ redisUrl, settings, seed, history, signal, say }) {
  setMaxListeners(0, signal);
  const redis = connect(redisUrl);
  const connections = [redis];
  /** @type {Context} */
  const context = {
    redis,
    settings,
    signal,
    say,
    random: createRandom(seed),
    connectReader() {
      const reader = connect(redisUrl);
      connections.push(reader);
      return reader;
    },
  };
  reportOutages(context);
  // A read that blocks would otherwise hold up the end for as long as it may block.
  signal.addEventListener('abort', () => {
    for (const reader of connections.slice(1)) reader.disconnect();
    // Nor may a Redis that is stopped hold it up: what waits for an answer is then refused.
    setTimeout(() => redis.disconnect(), FAREWELL_MS_MAX).unref();
  });

  await prepare(context, history);
  if (!signal.aborted) say(`Running: ${settings.scenario}, seed ${seed}.`);
  await play(context);
  for (const connection of connections) connection.disconnect();
}

/** @param {Context} context */
function reportOutages({ redis, signal, say }) {
  let isAway = false;
  let refused = '';
  redis.on('error', ({ message }) => {
    if (!/^(WRONGPASS|NOAUTH|NOPERM)/.test(message) || message === refused) return;
    refused = message;
    say(message);
  });
  redis.on('ready', () => {
    if (isAway) say('Redis is back.');
    isAway = false;
  });
  redis.on('close', () => {
    if (!isAway && !signal.aborted) say('Redis is away; waiting for it.');
    isAway = true;
  });
}

/**
 * @param {Context} context
 * @param {number} history
 */
async function prepare(context, history) {
  const { redis, signal, say } = context;
  const ready = new AbortController();
  const work = { ...context, signal: AbortSignal.any([signal, ready.signal]) };
  await keepDoing(work, async () => {
    if (redis.status !== 'ready') await once(redis, 'ready', { signal });
    const added = await addHistory(context, history);
    if (added > 0) say(`Added ${added} events of the past.`);
    await ensureGroups(context);
    ready.abort();
  });
}

/** @param {Context} context */
async function play(context) {
  const { settings, signal } = context;
  const startedAtMs = Date.now();
  const numbers = Array.from({ length: settings.workers }, (_, index) => index + 1);
  const running = [produceTasks(context), produceQueries(context)];
  if (settings.hasPoison) running.push(producePoison(context));
  for (const reader of readersOf(settings)) running.push(runReader(context, reader));
  running.push(announcePool(context, numbers));

  const { stuckWorker } = settings;
  if (stuckWorker !== undefined) {
    await new Promise((/** @type {(value: void) => void} */ resolve) => {
      running.push(runStuckWorker(context, stuckWorker, resolve));
      pause(STUCK_WAIT_MS_MAX, signal).then(resolve);
    });
  }
  const workers = numbers
    .filter((number) => number !== stuckWorker)
    .map(async (number) => ({ number, processed: await runWorker(context, number) }));
  const ended = await Promise.all(workers);
  await sayFarewell(context, ended, startedAtMs);
  const processed = ended.reduce((sum, worker) => sum + worker.processed, 0);
  context.say(`Stopped after ${processed} tasks.`);
  await Promise.all(running);
}

/**
 * @param {Context} context
 * @param {number[]} numbers
 */
async function announcePool(context, numbers) {
  const said = new AbortController();
  const work = { ...context, signal: AbortSignal.any([context.signal, said.signal]) };
  await keepDoing(work, async () => {
    await sendAll(context, [
      eventCommand(context, {
        type: 'worker_pool.started',
        jobId: '',
        data: { workers: numbers.length, stream: QUEUE, group: WORKERS_GROUP },
        metadata: { service: 'orchestrator' },
      }),
      ...numbers.map((number) =>
        eventCommand(context, {
          type: 'worker.started',
          jobId: '',
          data: { worker_id: workerName(number) },
          metadata: {},
        }),
      ),
    ]);
    said.abort();
  });
}

/**
 * @param {Context} context
 * @param {{ number: number, processed: number }[]} ended
 * @param {number} startedAtMs
 */
async function sayFarewell(context, ended, startedAtMs) {
  const uptime = Math.round((Date.now() - startedAtMs) / 1000);
  const commands = ended.map(({ number, processed }) =>
    eventCommand(context, {
      type: 'worker.stopped',
      jobId: '',
      data: {
        worker_id: workerName(number),
        tasks_processed: processed,
        uptime_seconds: uptime,
      },
      metadata: {},
    }),
  );
  commands.push(
    eventCommand(context, {
      type: 'worker_pool.stopped',
      jobId: '',
      data: { tasks_processed: ended.reduce((sum, worker) => sum + worker.processed, 0) },
      metadata: { service: 'orchestrator' },
    }),
  );
  await sendAll(context, commands).catch(() => {});
}
