import { freePort } from '../../scripts/setup/free-port.mjs';
import { LoadClient } from './load-client.mjs';
import { pinTo } from './process-facts.mjs';
import { startServerProcess } from './server-process.mjs';

const SUBSCRIBERS = 1000;
const FRAMES_PER_WRITE = [1, 5, 160];
const ABSORB_MS = 1_500;

/**
 * What the load client takes from a sender that does no work: deliveries/s, and the share of its
 * core that took.
 * @typedef {{ framesPerWrite: number, deliveriesPerSecond: number, clientShare: number, wrong: number }} Ceiling
 */

/**
 * @param {import('./session.mjs').Bench} bench
 * @returns {Promise<Ceiling[]>}
 */
export async function measureCeilings({ binaries, cores }) {
  const ceilings = [];
  for (const framesPerWrite of FRAMES_PER_WRITE) {
    const port = await freePort();
    const args = [port, SUBSCRIBERS, framesPerWrite].map(String);
    const server = await startServerProcess(port, () => [{ file: binaries.blaster, args }]);
    pinTo(server.pids, cores.server);
    const flags = { port, subscribers: SUBSCRIBERS };
    const client = new LoadClient(binaries.client, flags, {
      core: cores.client,
      redisPassword: '',
    });
    try {
      await client.connected(20_000);
      const { achieved, clientShare, lost, repeated, disordered } = await client.absorb(ABSORB_MS);
      ceilings.push({
        framesPerWrite,
        deliveriesPerSecond: achieved,
        clientShare,
        wrong: lost + repeated + disordered,
      });
    } finally {
      await client.stop();
      await server.stop();
    }
  }
  return ceilings;
}
