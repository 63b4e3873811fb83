/** @typedef {import('../../scripts/setup/redis-server.mjs').RedisServer} RedisServer */

/**
 * What Redis did while `run` ran: time in commands by commandstats, in all on its core by its own
 * account (reading, parsing and writing included), and bytes.
 * @template T
 * @param {RedisServer} redis
 * @param {() => Promise<T>} run
 */
export async function measure(redis, run) {
  await redis.command('CONFIG', 'RESETSTAT');
  const before = await readFacts(redis);
  const begunMs = performance.now();
  const result = await run();
  const ms = performance.now() - begunMs;
  const after = await readFacts(redis);
  return {
    result,
    ms,
    commandUs: after.commandUs - before.commandUs,
    coreUs: after.coreUs - before.coreUs,
    bytesIn: after.bytesIn - before.bytesIn,
    // The first INFO's answer is counted after it was made.
    bytesOut: after.bytesOut - before.bytesOut - before.infoBytes,
  };
}

/** @param {RedisServer} redis */
async function readFacts(redis) {
  const info = String(await redis.command('INFO', 'everything'));
  const figure = (/** @type {string} */ name) => {
    const found = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info);
    return found ? Number(found[1]) : Number.NaN;
  };
  const calls = [...info.matchAll(/^cmdstat_(\S+):calls=\d+,usec=(\d+)/gm)].map(
    ([, name = '', usec]) => ({ name, usec: Number(usec) }),
  );
  // A script's time holds that of the commands in it, which are listed beside it.
  const scripts = calls.filter(({ name }) => name === 'evalsha' || name === 'eval');
  const counted = scripts.length > 0 ? scripts : calls.filter(({ name }) => !isOurOwn(name));
  return {
    commandUs: counted.reduce((sum, { usec }) => sum + usec, 0),
    coreUs: (figure('used_cpu_user_main_thread') + figure('used_cpu_sys_main_thread')) * 1e6,
    bytesIn: figure('total_net_input_bytes'),
    bytesOut: figure('total_net_output_bytes'),
    infoBytes: Buffer.byteLength(info),
  };
}

/** @param {string} name of what measuring itself sends */
function isOurOwn(name) {
  return name === 'info' || name.startsWith('config');
}
