import { once } from 'node:events';
import { createServer } from 'node:net';

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
  const probe = createServer();
  probe.listen(wanted, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  if (wanted === 0 && given.has(address.port)) return freePort();
  given.add(address.port);
  return address.port;
}
