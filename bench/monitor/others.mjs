import { Redis } from 'ioredis';

/**
 * The same facts by commands that are awaited one after another, as scripts and panels do it: XINFO
 * STREAM and GROUPS, then XINFO CONSUMERS and the oldest pending entry of each group. Lag as Redis
 * tells it.
 * @param {string} url
 * @param {readonly string[]} names
 */
export function openPlain(url, names) {
  return openSequence(url, async (send) => {
    for (const name of names) {
      await send('XINFO', 'STREAM', name);
      for (const group of groupNames(await send('XINFO', 'GROUPS', name))) {
        await send('XINFO', 'CONSUMERS', name, group);
        await send('XPENDING', name, group, '-', '+', 1);
      }
    }
  });
}

/**
 * redis_exporter's sequence, each command awaited: SELECT, XINFO STREAM, XINFO GROUPS, and XINFO
 * CONSUMERS of each group. Source: https://github.com/oliver006/redis_exporter/blob/master/exporter/streams.go
 * @param {string} url
 * @param {readonly string[]} names
 */
export function openExporter(url, names) {
  return openSequence(url, async (send) => {
    for (const name of names) {
      await send('SELECT', 0);
      await send('XINFO', 'STREAM', name);
      for (const group of groupNames(await send('XINFO', 'GROUPS', name))) {
        await send('XINFO', 'CONSUMERS', name, group);
      }
    }
  });
}

/**
 * @param {string} url
 * @param {(send: (name: string, ...args: (string | number)[]) => Promise<unknown>) => Promise<void>} run
 */
function openSequence(url, run) {
  const client = new Redis(url, { replyMapping: 'legacy' });
  return {
    async sample() {
      let commands = 0;
      await run((name, ...args) => {
        commands++;
        return client.call(name, args);
      });
      return { commands };
    },
    close: () => client.disconnect(),
  };
}

/**
 * @param {unknown} reply of XINFO GROUPS
 * @returns {string[]}
 */
function groupNames(reply) {
  if (!Array.isArray(reply)) throw new Error('XINFO GROUPS answered no array.');
  return reply.map((facts) => String(facts[facts.indexOf('name') + 1]));
}
