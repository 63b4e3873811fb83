import type { RedisServer } from './stack';

/** Ids of a stream's entries as Redis itself gives them. */
export async function idsInRedis(
  redis: RedisServer,
  stream: string,
  start = '-',
  end = '+',
): Promise<string[]> {
  const reply = await redis.command('XRANGE', stream, start, end);
  if (!Array.isArray(reply)) throw new Error('XRANGE answered no list.');
  return reply.map((entry) => String(Array.isArray(entry) ? entry[0] : entry));
}

/** Adds entries in one go; gives their ids. */
export async function addEntries(
  redis: RedisServer,
  stream: string,
  count: number,
  fields: (index: number) => (string | Uint8Array)[],
): Promise<string[]> {
  const added = Array.from({ length: count }, (_, index) =>
    redis.command('XADD', stream, '*', ...fields(index)),
  );
  return (await Promise.all(added)).map(String);
}

/** The six fields of an event, in the order of the contract. */
export function eventFields(
  type: string,
  data: string | Uint8Array = '{}',
  jobId = 'job-1',
): (string | Uint8Array)[] {
  return [
    ...['event_id', '7f0c6f0e-3f0a-4f43-9d2e-5c1d1e5a0001', 'type', type],
    ...['timestamp', '2026-01-02T03:04:05.678901', 'job_id', jobId],
    ...['data', data, 'metadata', '{}'],
  ];
}

/** Adds one event as a plain client would. */
export async function addEvent(
  redis: RedisServer,
  stream: string,
  type: string,
  data?: string | Uint8Array,
  jobId?: string,
): Promise<string> {
  return String(await redis.command('XADD', stream, '*', ...eventFields(type, data, jobId)));
}
