import pino, { type DestinationStream, type Logger } from 'pino';
import { DashboardError } from '@/lib/model/errors';

/** A line a log entry, as JSON; on standard output where no other place is given. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: errorFacts, err: errorFacts },
  };
  return destination ? pino(options, destination) : pino(options);
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
