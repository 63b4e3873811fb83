import { hasErrorCode } from '@/lib/model/errors';
import { JOB_HASH_FIELDS, type JobHashReading, type JobHashValue } from '@/lib/model/job-hash';
import { JOB_KEY_PREFIX, jobKey } from '@/lib/model/job-key';
import { nameFromBytes, nameToBytes } from '@/lib/model/name';
import type { RedisConnection, RedisMaster } from './connect';
import { asArray, asBytes, asInteger, asText } from './replies';
import { runScript } from './script-runner';

/** Longer values stay in Redis, bytes: what writes hashes may write anything. */
const VALUE_BYTES_MAX = 16 * 1024;
/** Keys looked at a call. */
const SCAN_COUNT = 1_000;

/**
 * KEYS[1] a key, ARGV[1] the bytes past which a value stays here, then names of fields. Answers
 * `[type, milliseconds left, value …]`: the size in place of a long value, nil in place of none.
 */
const READ_HASH = `
local kind = redis.call('TYPE', KEYS[1])['ok']
if kind ~= 'hash' then return {kind} end
local answer = {kind, redis.call('PTTL', KEYS[1])}
for i = 2, #ARGV do
  local size = redis.call('HSTRLEN', KEYS[1], ARGV[i])
  if size > tonumber(ARGV[1]) then answer[#answer + 1] = size
  else answer[#answer + 1] = redis.call('HGET', KEYS[1], ARGV[i]) end
end
return answer
`;

/** What is under a job's key. Rights that are missing are an answer, not an error. */
export async function readJobHash(redis: RedisConnection, jobId: string): Promise<JobHashReading> {
  const key = jobKey(jobId);
  try {
    const args = [VALUE_BYTES_MAX, ...JOB_HASH_FIELDS];
    return asReading(redis, await runScript(redis, READ_HASH, [key], args));
  } catch (error) {
    if (!hasErrorCode(error, 'redis_permission_denied')) throw error;
  }
  try {
    return asReading(redis, await readPlainly(redis, key));
  } catch (error) {
    // Between two commands the key may become something else.
    if (hasErrorCode(error, 'wrong_type')) return nothing('wrong_type');
    if (hasErrorCode(error, 'redis_permission_denied')) return nothing('denied');
    throw error;
  }
}

/** For a user who may not run scripts: the same facts, a moment apart. */
async function readPlainly(redis: RedisConnection, key: Uint8Array): Promise<unknown[]> {
  const type = asText(await redis.command('TYPE', key));
  if (type !== 'hash') return [type];
  const ttl = redis.command('PTTL', key);
  const values = JOB_HASH_FIELDS.map(async (field) => {
    const size = asInteger(await redis.command('HSTRLEN', key, field));
    return size > VALUE_BYTES_MAX ? size : await redis.command('HGET', key, field);
  });
  return [type, ...(await Promise.all([ttl, ...values]))];
}

function asReading({ mask }: RedisConnection, reply: unknown): JobHashReading {
  const [type, ttl, ...values] = asArray(reply);
  const kind = asText(type);
  if (kind === 'none') return nothing('absent');
  if (kind !== 'hash') return nothing('wrong_type');
  const expiresInMs = asInteger(ttl);
  return {
    state: 'here',
    values: JOB_HASH_FIELDS.map((name, at) => {
      const value = asValue(values[at]);
      return mask && value instanceof Uint8Array ? mask.value(nameToBytes(name), value) : value;
    }),
    expiresInMs: expiresInMs < 0 ? null : expiresInMs,
  };
}

function asValue(reply: unknown): JobHashValue {
  if (reply === null || reply === undefined || reply === false) return null;
  return typeof reply === 'number' ? { bytes: reply } : asBytes(reply);
}

function nothing(state: Exclude<JobHashReading['state'], 'here'>): JobHashReading {
  return { state, values: [], expiresInMs: null };
}

/** One step through the keys of one server for hashes of jobs. `cursor` is `0` at both ends. */
export async function scanJobKeys(
  redis: RedisMaster,
  cursor: string,
): Promise<{ cursor: string; jobIds: string[] }> {
  const [next, keys] = asArray(
    await redis.command(
      ...['SCAN', cursor, 'MATCH', `${JOB_KEY_PREFIX}*`, 'COUNT', SCAN_COUNT, 'TYPE', 'hash'],
    ),
  );
  const jobIds = asArray(keys)
    .map((key) => nameFromBytes(asBytes(key).subarray(JOB_KEY_PREFIX.length)))
    .filter((jobId) => jobId !== '');
  return { cursor: asText(next), jobIds };
}
