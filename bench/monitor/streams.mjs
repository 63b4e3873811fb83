/** @typedef {import('../../scripts/setup/redis-server.mjs').RedisServer} RedisServer */

export const GROUPS = ['caught-up', 'near', 'far', 'new'];
export const CONSUMERS = 10;
const ENTRIES = 120;

/** Eight flat fields, as the orchestrator's tasks have. */
const FIELDS = `'job_id', 'job-1', 'chunk_id', 'chunk-1', 'content', ARGV[1], 'source_uri', 'file:///a',
  'source_type', 'file', 'metadata', '{}', 'retry_count', '0', 'timestamp', '2026-01-01T00:00:00Z'`;

const FILL = `
for _, key in ipairs(KEYS) do
  for n = 1, ARGV[2] do redis.call('XADD', key, '*', ${FIELDS}) end
  for g = 3, #ARGV do
    redis.call('XGROUP', 'CREATE', key, ARGV[g], '0')
    for c = 1, ${CONSUMERS} do redis.call('XGROUP', 'CREATECONSUMER', key, ARGV[g], 'c' .. c) end
  end
  redis.call('XTRIM', key, 'MAXLEN', ARGV[2] - 1)
  for c = 1, ${CONSUMERS} do
    redis.call('XREADGROUP', 'GROUP', 'near', 'c' .. c, 'COUNT', 8, 'STREAMS', key, '>')
    redis.call('XREADGROUP', 'GROUP', 'far', 'c' .. c, 'COUNT', 2, 'STREAMS', key, '>')
    redis.call('XREADGROUP', 'GROUP', 'caught-up', 'c' .. c, 'COUNT', 100, 'STREAMS', key, '>')
  end
end
`;

const MOVE = `
for _, key in ipairs(KEYS) do
  redis.call('XADD', key, 'MAXLEN', ARGV[2], '*', ${FIELDS})
  redis.call('XREADGROUP', 'GROUP', 'caught-up', 'c1', 'COUNT', 10, 'STREAMS', key, '>')
  redis.call('XREADGROUP', 'GROUP', 'near', 'c2', 'COUNT', 1, 'STREAMS', key, '>')
end
`;

/**
 * Streams of four groups with ten consumers each, trimmed once, so that lags must be counted: one
 * group has had everything, two lie in the midst, one never read.
 * @param {RedisServer} redis
 * @param {number} count
 * @param {{ entryBytes?: number, entries?: number }} [size]
 */
export async function makeStreams(redis, count, { entryBytes = 200, entries = ENTRIES } = {}) {
  await redis.command('FLUSHALL');
  const names = Array.from({ length: count }, (_, n) => `bench:stream:${n}`);
  const content = 'x'.repeat(entryBytes);
  await forEachFew(names, (few) =>
    redis.command('EVAL', FILL, few.length, ...few, content, entries, ...GROUPS),
  );
  return {
    names,
    /** One entry more in each stream, one given to two of the groups: what passes between samples. */
    move: () =>
      forEachFew(names, (few) =>
        redis.command('EVAL', MOVE, few.length, ...few, content, entries - 1),
      ),
  };
}

/**
 * @param {string[]} names
 * @param {(few: string[]) => Promise<unknown>} run
 */
async function forEachFew(names, run) {
  for (let at = 0; at < names.length; at += 20) await run(names.slice(at, at + 20));
}
