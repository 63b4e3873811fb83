import type { RedisServer } from '@/scripts/setup/redis-server.mjs';

export const QUEUE = 'shield:ingestion_queue';
export const EVENTS = 'shield:events';

/** The contract's table. */
export const CONTRACT_GROUPS: Record<string, string[]> = {
  [QUEUE]: ['lightrag-workers', 'metrics-collector'],
  [EVENTS]: ['ag-ui-frontend', 'dashboard-frontend', 'metrics-collector', 'power-ui-frontend'],
};

type Redis = Pick<RedisServer, 'command'>;
type Value = string | number | Uint8Array;

/** As the orchestrator makes them. */
export async function makeContractGroups(redis: Redis) {
  for (const [stream, groups] of Object.entries(CONTRACT_GROUPS)) {
    for (const group of groups) {
      await redis.command('XGROUP', 'CREATE', stream, group, '$', 'MKSTREAM');
    }
  }
}

/** @returns the id of the new entry */
export async function add(redis: Redis, stream: string, ...fields: Value[]): Promise<string> {
  return String(await redis.command('XADD', stream, '*', ...fields));
}

/** An event as the orchestrator writes it. */
export function addEvent(
  redis: Redis,
  event: { stream?: string; type: string; jobId?: string; data?: object },
): Promise<string> {
  const { stream = EVENTS, type, jobId = '', data = {} } = event;
  return add(
    redis,
    stream,
    ...['event_id', crypto.randomUUID(), 'type', type],
    ...['timestamp', new Date().toISOString().slice(0, -1), 'job_id', jobId],
    ...['data', JSON.stringify(data), 'metadata', '{}'],
  );
}

/** @returns the ids of the new entries, oldest first */
export async function addMany(redis: Redis, stream: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    ids.push(await addEvent(redis, { stream, type: 'test.counted', data: { n } }));
  }
  return ids;
}

export interface RawEntry {
  id: string;
  /** Names and values in turn, as Redis holds them. */
  fields: unknown[];
}

export async function range(redis: Redis, stream: string): Promise<RawEntry[]> {
  const entries = await redis.command('XRANGE', stream, '-', '+');
  return (entries as [string, unknown[]][]).map(([id, fields]) => ({ id, fields }));
}

export async function rangeIds(redis: Redis, stream: string): Promise<string[]> {
  return (await range(redis, stream)).map((entry) => entry.id);
}

export async function length(redis: Redis, stream: string): Promise<number> {
  return Number(await redis.command('XLEN', stream));
}

/** Gives up to `count` entries to a consumer. */
export function readGroup(
  redis: Redis,
  stream: string,
  group: string,
  { consumer = 'reader-1', count = 10, ack = true } = {},
) {
  return redis.command(
    ...['XREADGROUP', 'GROUP', group, consumer, 'COUNT', count],
    ...(ack ? ['NOACK'] : []),
    ...['STREAMS', stream, '>'],
  );
}
