import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * @param {number} [wanted] default: any
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
  return address.port;
}
