import pino, { type DestinationStream, type Logger } from 'pino';
import { DashboardError } from '@/lib/model/errors';

/** Lines are written together once they are so long, or the first of them is so old. */
const BATCH_CHARS = 8 * 1024;
const BATCH_MS = 50;

/** Where each log writes its lines. */
const destinations = new WeakMap<Logger, DestinationStream>();

/** A line a log entry, as JSON; on standard output where no other place is given. */
export function createLog(level: string, destination = standardOutput()): Logger {
  const options = {
    level,
    base: null,
    timestamp: isoTime,
    serializers: { error: errorFacts, err: errorFacts },
  };
  const log = pino(options, destination);
  destinations.set(log, destination);
  return log;
}

/**
 * Writes the line of `log.info(fields, message)` for fields that are JSON already (`"a":1,"b":2`) and a
 * message that needs no escapes: what is logged of every request costs a third of it so.
 */
export function logInfoJson(log: Logger, fields: string, message: string): void {
  if (!log.isLevelEnabled('info')) return;
  const line = `{"level":30${isoTime()},${fields},"msg":"${message}"}\n`;
  destinations.get(log)?.write(line);
}

/**
 * Lines in batches: under load a write for each request would cost more than its answer. Whatever
 * ends the process but a SIGKILL, none is left behind.
 */
function standardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true });
  let batch = '';
  let isDue = false;
  const flush = () => {
    const lines = batch;
    batch = '';
    if (lines !== '') output.write(lines);
  };
  process.on('exit', flush);
  return {
    write(line) {
      batch += line;
      if (batch.length >= BATCH_CHARS) flush();
      if (isDue) return;
      isDue = true;
      setTimeout(() => {
        isDue = false;
        flush();
      }, BATCH_MS).unref();
    },
  };
}

let timeMs = 0;
let timeField = '';

/** pino's `isoTime`; many lines of one millisecond share it. */
function isoTime(): string {
  const nowMs = Date.now();
  if (nowMs !== timeMs) {
    timeMs = nowMs;
    timeField = `,"time":"${new Date(nowMs).toISOString()}"`;
  }
  return timeField;
}

/**
 * What of an error goes to the log: name, code, message and stack. Other properties never do:
 * ioredis hangs a command's arguments, passwords among them, on its errors.
 */
function errorFacts(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { message: 'something that is no Error was thrown' };
  return {
    name: error.name,
    ...(error instanceof DashboardError ? { code: error.code } : {}),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}
