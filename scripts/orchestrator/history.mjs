import { eventCommand, sendAll } from './context.mjs';
import {
  chunkIdOf,
  completedEvent,
  failedEvent,
  newJob,
  progressEvent,
  queuedEvent,
  startedEvent,
  storeJob,
} from './jobs.mjs';
import { newQuery } from './producers.mjs';
import { EVENTS, pythonTimestamp } from './wire.mjs';
import { workerName } from './workers.mjs';

/** @typedef {import('./context.mjs').Context} Context */
/** @typedef {import('./wire.mjs').StreamEvent} StreamEvent */

const SPAN_MS = 15 * 60_000;
const FAILED_SHARE = 0.1;
const BATCH = 500;

/**
 * Fills an empty stream of events with the past quarter of an hour, so that nobody looks at an
 * empty page. Where there are entries already, theirs is the history, and nothing is added.
 * @param {Context} context
 * @param {number} entries
 * @returns {Promise<number>} how many were added
 */
export async function addHistory(context, entries) {
  if (entries === 0 || (await context.redis.exists(EVENTS)) > 0) return 0;
  const nowMs = Date.now();
  const stepMs = SPAN_MS / entries;
  /** @param {number} index */
  const timeOf = (index) => Math.round(nowMs - SPAN_MS + index * stepMs);
  const commands = [];
  let index = 0;
  for (const { event, further } of pastEvents(context)) {
    if (index === entries) break;
    const atMs = timeOf(index);
    // Two entries of one millisecond differ in the second half of their ids.
    commands.push(eventCommand(context, event, { id: `${atMs}-${index}`, atMs }));
    commands.push(...further(atMs, stepMs));
    index += 1;
  }
  for (let start = 0; start < commands.length; start += BATCH) {
    await sendAll(context, commands.slice(start, start + BATCH));
  }
  return entries;
}

/**
 * What an ordinary day brings, without end: jobs from their first event to their last, with
 * queries between them. `further` gives the commands that go with an event.
 * @param {Context} context
 * @returns {Generator<{ event: StreamEvent, further: (atMs: number, stepMs: number) => string[][] }>}
 */
function* pastEvents({ random, settings }) {
  const none = () => [];
  for (;;) {
    const job = newJob(random);
    const { jobId, document } = job;
    const total = document.chunks;
    const failsAt = random.chance(FAILED_SHARE) ? random.integer(1, total) : 0;
    const worker = () => workerName(random.integer(1, settings.workers));
    yield { event: queuedEvent(job), further: none };
    yield {
      event: startedEvent(jobId, { workerId: worker(), chunksTotal: total }),
      further: none,
    };
    for (let processed = 1; processed <= total; processed += 1) {
      const chunkId = chunkIdOf(job, processed - 1);
      if (processed === failsAt) {
        const error = 'ValueError: the chunk has no text';
        const event = failedEvent(jobId, { chunkId, error, attempts: 3 });
        const further = storedAs(job, processed - 1, { status: 'failed', error_message: error });
        yield { event, further };
        break;
      }
      const progress = { workerId: worker(), chunkId, processed, total };
      yield { event: progressEvent(jobId, progress), further: none };
      if (processed === total) {
        const event = completedEvent(jobId, { total, seconds: total * 0.8 }, random);
        yield { event, further: storedAs(job, total, { status: 'completed' }) };
      }
      if (random.chance(0.3)) {
        const { started, completed } = newQuery(random);
        yield { event: started, further: none };
        yield { event: completed, further: none };
      }
    }
  }
}

/**
 * @param {import('./jobs.mjs').Job} job
 * @param {number} processed
 * @param {Record<string, string>} fields
 * @returns {(atMs: number, stepMs: number) => string[][]}
 */
function storedAs(job, processed, fields) {
  return (atMs, stepMs) => {
    const createdAtMs = Math.round(atMs - (processed + 2) * stepMs);
    return storeJob(
      { ...job, createdAtMs },
      {
        ...fields,
        chunks_processed: String(processed),
        started_at: pythonTimestamp(Math.round(createdAtMs + stepMs)),
        completed_at: pythonTimestamp(atMs),
      },
    );
  };
}
