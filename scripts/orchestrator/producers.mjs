import { eventCommand, keepDoing, pause, sendAll } from './context.mjs';
import { pickQuestion, poisonContent } from './documents.mjs';
import { newJob, queuedEvent, storeJob, taskCommand, taskOf } from './jobs.mjs';
import { QUEUE } from './wire.mjs';

/** @typedef {import('./context.mjs').Context} Context */
/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./wire.mjs').StreamEvent} StreamEvent */

const TICK_MS = 100;
const OWED_MAX = 5000;
/** A time that was missed is gone through in no more steps than this. */
const STEPS_MAX = 1000;
const POISON_CHECK_MS = 5000;

/**
 * Tells how many things are due now at a rate that may change.
 * @param {number} startedAtMs
 */
export function createPacer(startedAtMs) {
  let lastMs = startedAtMs;
  let owed = 0;
  /** @param {number} nowMs @param {number} perSecond */
  return (nowMs, perSecond) => {
    // After a long outage what was not produced then is not made up for.
    owed = Math.min(owed + ((nowMs - lastMs) / 1000) * perSecond, OWED_MAX);
    lastMs = nowMs;
    const due = Math.floor(owed);
    owed -= due;
    return due;
  };
}

/**
 * The same at the scenario's pace, which changes: a look that comes late misses nothing of a burst.
 * @param {number} startedAtMs
 * @param {import('./scenarios.mjs').Settings['arrivalFactor']} arrivalFactor
 * @param {number} perSecond without a burst
 */
export function createScenarioPacer(startedAtMs, arrivalFactor, perSecond) {
  const due = createPacer(startedAtMs);
  let lastMs = startedAtMs;
  /** @param {number} nowMs */
  return (nowMs) => {
    const stepMs = Math.max(TICK_MS, (nowMs - lastMs) / STEPS_MAX);
    let count = 0;
    while (lastMs < nowMs) {
      lastMs = Math.min(nowMs, lastMs + stepMs);
      count += due(lastMs, perSecond * arrivalFactor((lastMs - startedAtMs) / 1000));
    }
    return Math.min(count, OWED_MAX);
  };
}

/**
 * Hands out the tasks of one job after the other, with what starts each job.
 * @param {Random} random
 */
function createTaskSource(random) {
  let job = newJob(random);
  let index = 0;
  return {
    /** @param {Context} context @returns {(string | Buffer)[][]} the commands that add one task */
    next(context) {
      const commands = [];
      if (index === 0) commands.push(...storeJob(job), eventCommand(context, queuedEvent(job)));
      commands.push(taskCommand(taskOf(job, index, random), random));
      index += 1;
      if (index === job.document.chunks) {
        job = newJob(random);
        index = 0;
      }
      return commands;
    },
  };
}

/**
 * Adds tasks at the scenario's pace.
 * @param {Context} context
 */
export async function produceTasks(context) {
  const { random, settings, signal } = context;
  const source = createTaskSource(random);
  const due = createScenarioPacer(Date.now(), settings.arrivalFactor, settings.tasksPerSecond);
  let initial = settings.initialTasks;
  await keepDoing(context, async () => {
    const count = initial + due(Date.now());
    initial = 0;
    if (count > 0) {
      await sendAll(context, Array.from({ length: count }, () => source.next(context)).flat());
    }
    await pause(TICK_MS, signal);
  });
}

/**
 * One task that no worker can process; added again should it have gone with Redis's data.
 * @param {Context} context
 */
export async function producePoison(context) {
  const { random, redis, signal } = context;
  let id = '';
  await keepDoing(context, async () => {
    if (id === '' || (await redis.xrange(QUEUE, id, id)).length === 0) {
      const job = newJob(random);
      job.document.chunks = 1;
      const task = { ...taskOf(job, 0, random), content: poisonContent(random) };
      const answers = await sendAll(context, [
        ...storeJob(job),
        eventCommand(context, queuedEvent(job)),
        taskCommand(task, random),
      ]);
      id = String(answers.at(-1));
    }
    await pause(POISON_CHECK_MS, signal);
  });
}

/**
 * A query's two events.
 * @param {Random} random
 * @returns {{ started: StreamEvent, completed: StreamEvent, durationMs: number }}
 */
export function newQuery(random) {
  const durationMs = random.integer(120, 2600);
  const mode = random.pick(['hybrid', 'local', 'global', 'naive']);
  const query = { query_id: random.uuid(), mode };
  const metadata = { service: 'orchestrator', user_id: `user-${random.integer(1, 40)}` };
  return {
    durationMs,
    started: {
      type: 'query.started',
      jobId: '',
      data: { ...query, query: pickQuestion(random), top_k: random.pick([5, 10, 20]) },
      metadata,
    },
    completed: {
      type: 'query.completed',
      jobId: '',
      data: {
        ...query,
        duration_ms: durationMs,
        sources: random.integer(0, 12),
        tokens: random.integer(180, 2400),
      },
      metadata,
    },
  };
}

/**
 * Emits queries at the scenario's pace: each starts, and completes a while later.
 * @param {Context} context
 */
export async function produceQueries(context) {
  const { random, settings, signal } = context;
  const due = createScenarioPacer(Date.now(), settings.arrivalFactor, settings.eventsPerSecond / 2);
  /** @type {{ atMs: number, event: StreamEvent }[]} */
  let running = [];
  await keepDoing(context, async () => {
    const now = Date.now();
    const commands = [];
    for (let count = due(now); count > 0; count -= 1) {
      const { started, completed, durationMs } = newQuery(random);
      commands.push(eventCommand(context, started));
      running.push({ atMs: now + durationMs, event: completed });
    }
    const ended = running.filter(({ atMs }) => atMs <= now);
    running = running.filter(({ atMs }) => atMs > now);
    for (const { event } of ended) commands.push(eventCommand(context, event));
    if (commands.length > 0) await sendAll(context, commands);
    await pause(TICK_MS, signal);
  });
}
