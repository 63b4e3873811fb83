import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Ports are taken from here: below those that systems give to outgoing connections (from 32768 on
 * Linux, 49152 elsewhere). One of those may take the port of a server that starts or is away for a
 * while, and who knocks there meanwhile may even reach itself. A cluster's bus, 10000 above, too:
 * it never falls among these.
 */
const FIRST_PORT = 10_240;
const PORTS = 9_600;
/** Test workers that run side by side have a share each: none takes a port that is away in another. */
const SHARES = 12;
const TRIES_MAX = 200;

/**
 * Given before: whoever got one may not listen there yet.
 * @type {Set<number>}
 */
const given = new Set();

/**
 * @param {number} [wanted] default: any that was not given before
 * @returns {Promise<number>} a port of 127.0.0.1 that was free a moment ago; rejects with
 *   `EADDRINUSE` where the wanted one is taken
 */
export async function freePort(wanted = 0) {
  if (wanted !== 0) {
    await probe(wanted);
    given.add(wanted);
    return wanted;
  }
  const { first, count } = shareOf(process.env);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = first + randomInt(count);
    if (given.has(port)) continue;
    // Before it is probed: another call at the same time may come upon it as well.
    given.add(port);
    try {
      await probe(port);
      return port;
    } catch {
      // Taken: another one then.
    }
  }
  throw new Error('No free port.');
}

/** @param {number} port rejects where nobody may listen there */
async function probe(port) {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/**
 * The ports a process picks from: all of them, or, in a worker of vitest or Playwright, its share.
 * @param {Record<string, string | undefined>} env
 */
export function shareOf({ VITEST_POOL_ID, TEST_PARALLEL_INDEX }) {
  const worker = VITEST_POOL_ID ?? TEST_PARALLEL_INDEX;
  if (worker === undefined) return { first: FIRST_PORT, count: PORTS };
  const count = PORTS / SHARES;
  return { first: FIRST_PORT + (Number(worker) % SHARES) * count, count };
}
