import type { Config } from '@/lib/config';
import { hasErrorCode } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { CommandArgument, RedisConnection } from '@/lib/redis/connect';
import { HistoryKeys } from '@/lib/redis/keys';

/** A group nobody has: commands that need one fail on it, and do nothing. */
const NO_GROUP = 'shield-dashboard:doctor:no-such-group';
const NO_KEY = 'shield-dashboard:doctor';

/** One right the dashboard needs, and a call that shows it without changing anything. */
interface Probe {
  right: string;
  /** The key it is needed on. */
  key?: string;
  call: [string, ...CommandArgument[]];
}

/** Every right by a call that can only fail or find nothing. */
function probes({
  taskStream,
  eventStream,
  history,
  audit,
  access,
  revokedStream,
}: Config): Probe[] {
  const each = [taskStream, eventStream].flatMap((stream): Probe[] => [
    { right: '+xinfo', key: stream, call: ['XINFO', 'STREAM', stream] },
    { right: '+xrange', key: stream, call: ['XRANGE', stream, '0-0', '0-0', 'COUNT', 1] },
    { right: '+xrevrange', key: stream, call: ['XREVRANGE', stream, '0-0', '0-0', 'COUNT', 1] },
    { right: '+xpending', key: stream, call: ['XPENDING', stream, NO_GROUP] },
    { right: '+xread', key: stream, call: ['XREAD', 'COUNT', 1, 'STREAMS', stream, '$'] },
    { right: '+xgroup', key: stream, call: ['XGROUP', 'CREATE', stream, NO_GROUP, 'not-an-id'] },
    { right: '+type', key: stream, call: ['TYPE', stream] },
    { right: '+memory|usage', key: stream, call: ['MEMORY', 'USAGE', stream] },
    // Ids begin at 0-1: Redis refuses 0-0 before it adds or trims anything.
    { right: '+xadd', key: stream, call: ['XADD', stream, '0-0', 'field', 'value'] },
    { right: '+xack', key: stream, call: ['XACK', stream, NO_GROUP, '0-0'] },
    {
      right: '+xreadgroup',
      key: stream,
      call: ['XREADGROUP', 'GROUP', NO_GROUP, 'doctor', 'COUNT', 1, 'STREAMS', stream, '>'],
    },
    {
      right: '+xautoclaim',
      key: stream,
      call: ['XAUTOCLAIM', stream, NO_GROUP, 'doctor', 1, '0-0'],
    },
  ]);
  return [
    { right: '+ping', call: ['PING'] },
    { right: '+info', call: ['INFO', 'server'] },
    { right: '+scan', call: ['SCAN', '0', 'TYPE', 'stream', 'COUNT', 1] },
    { right: '+eval +evalsha', call: ['EVAL', 'return 1', 0] },
    { right: '+get', key: 'shield-dashboard:*', call: ['GET', NO_KEY] },
    // XX: only a key that is there would be set.
    { right: '+set', key: 'shield-dashboard:*', call: ['SET', NO_KEY, '', 'XX'] },
    ...(history.mode === 'redis' ? historyProbes(history.keyPrefix) : []),
    ...each,
    ...auditProbes(audit.stream),
    ...(access.session.secret === null ? [] : revocationProbes(revokedStream)),
  ];
}

/** What writing and reading the audit takes. */
function auditProbes(stream: string): Probe[] {
  const bytes = nameToBytes(stream);
  return [
    { right: '+xadd', key: stream, call: ['XADD', bytes, '0-0', 'field', 'value'] },
    { right: '+xrange', key: stream, call: ['XRANGE', bytes, '0-0', '0-0', 'COUNT', 1] },
    { right: '+xrevrange', key: stream, call: ['XREVRANGE', bytes, '0-0', '0-0', 'COUNT', 1] },
  ];
}

/** What telling other processes who signed out takes. */
function revocationProbes(stream: string): Probe[] {
  const key = nameToBytes(stream);
  return [
    { right: '+xadd', key: stream, call: ['XADD', key, '0-0', 'field', 'value'] },
    { right: '+xrange', key: stream, call: ['XRANGE', key, '0-0', '0-0', 'COUNT', 1] },
    { right: '+pttl', key: stream, call: ['PTTL', key] },
    { right: '+pexpireat', key: NO_KEY, call: ['PEXPIREAT', NO_KEY, 1] },
  ];
}

/** What keeping the history takes beyond the rest. */
function historyProbes(prefix: string): Probe[] {
  const { lease } = new HistoryKeys(prefix);
  const key = `${prefix}*`;
  return [
    { right: '+time', call: ['TIME'] },
    // Nothing put into a key that is not there makes none.
    { right: '+setrange', key, call: ['SETRANGE', `${lease}:none`, 0, ''] },
    // The counts of events.
    { right: '+hgetall', key: 'shield-dashboard:*', call: ['HGETALL', NO_KEY] },
    // A field without its value is refused behind the rights, and before anything is set.
    {
      right: '+hset',
      key: 'shield-dashboard:*',
      call: ['HSET', NO_KEY, 'field', 'value', 'field'],
    },
    { right: '+pexpireat', key: 'shield-dashboard:*', call: ['PEXPIREAT', NO_KEY, 1] },
  ];
}

/**
 * The rights the user lacks, each with the keys it lacks them on. Nothing is written: each call is
 * made so that it cannot succeed.
 */
export async function missingRights(redis: RedisConnection, config: Config): Promise<string[]> {
  const missing = new Map<string, string[]>();
  for (const { right, key, call } of probes(config)) {
    try {
      await redis.command(...call);
    } catch (error) {
      if (!hasErrorCode(error, 'redis_permission_denied')) continue;
      missing.set(right, [...(missing.get(right) ?? []), ...(key === undefined ? [] : [key])]);
    }
  }
  return [...missing].map(([right, keys]) =>
    keys.length === 0 ? right : `${right} on ${keys.join(' and ')}`,
  );
}
