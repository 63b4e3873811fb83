import { fileURLToPath } from 'node:url';
import { startDashboard } from '../../scripts/setup/dashboard-process.mjs';
import { freePort } from '../../scripts/setup/free-port.mjs';
import { REPOSITORY } from '../../scripts/setup/repository.mjs';
import { findNchan, writeNchanConfig } from './nchan.mjs';
import { startServerProcess } from './server-process.mjs';

export const STREAM = 'shield:events';
const NEXT = fileURLToPath(new URL('../../node_modules/next/dist/bin/next', import.meta.url));

/** More than any run has. */
const OPEN_DOORS = { FEED_SUBSCRIBERS_MAX: '20000', FEED_SUBSCRIBERS_PER_ADDRESS_MAX: '20000' };

/**
 * One way to bring the stream to many.
 * @typedef {object} Contestant
 * @property {string} name as in `--only`
 * @property {string} path
 * @property {'sse' | 'ws'} protocol
 * @property {string} ready what a message holds that says: subscribed; empty: any message
 * @property {boolean} [binary] its messages must come in binary
 * @property {string} [missing] why it cannot run here
 * @property {(redisUrl: string) => Promise<import('./server-process.mjs').BenchServer>} start
 */

/**
 * @param {string} script of bench/feed/servers
 * @param {string} redisUrl
 * @param {number} port
 */
function nodeServer(script, redisUrl, port) {
  return {
    file: process.execPath,
    args: [fileURLToPath(new URL(`servers/${script}`, import.meta.url))],
    env: { PORT: String(port), REDIS_URL: redisUrl, STREAM, NODE_ENV: 'production' },
  };
}

/** @param {string} script */
function startNodeServer(script) {
  return async (/** @type {string} */ redisUrl) => {
    const port = await freePort();
    return startServerProcess(port, () => [nodeServer(script, redisUrl, port)]);
  };
}

/** @param {string} redisUrl */
async function startNchan(redisUrl) {
  const found = findNchan();
  if (!found) throw new Error('nchan is not installed');
  const port = await freePort();
  return startServerProcess(port, (dir) => {
    const config = writeNchanConfig(dir, port, found.module);
    const nginx = { file: found.nginx, args: ['-e', `${dir}/error.log`, '-p', dir, '-c', config] };
    return [nginx, nodeServer('nchan-feeder.mjs', redisUrl, port)];
  });
}

/** The same build by Next's own server: the route handler answers. */
async function startNext(/** @type {string} */ redisUrl) {
  const port = await freePort();
  const next = {
    file: process.execPath,
    args: [NEXT, 'start', '-H', '127.0.0.1', '-p', String(port)],
    cwd: REPOSITORY,
    env: {
      REDIS_URL: redisUrl,
      HOST: '127.0.0.1',
      PORT: String(port),
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      ...OPEN_DOORS,
    },
  };
  return startServerProcess(port, () => [next], '/health');
}

/** `npm start`. */
async function startServer(/** @type {string} */ redisUrl) {
  const dashboard = await startDashboard({ redisUrl, env: OPEN_DOORS });
  return { port: dashboard.port, pids: [dashboard.pid], stop: dashboard.stop };
}

const sse = { path: '/events/stream', protocol: /** @type {const} */ ('sse') };
const ws = { protocol: /** @type {const} */ ('ws'), ready: 'dashboard.hello', start: startServer };

/** @type {Contestant[]} */
export const CONTESTANTS = [
  { name: 'raw', ...sse, ready: '', start: startNodeServer('raw.mjs') },
  { name: 'per-viewer', ...sse, ready: '', start: startNodeServer('per-viewer.mjs') },
  {
    name: 'nchan',
    ...sse,
    ready: '',
    missing: findNchan() ? undefined : 'not installed (Debian: nginx-light libnginx-mod-nchan)',
    start: startNchan,
  },
  { name: 'route', ...sse, ready: 'dashboard.hello', start: startNext },
  { name: 'server', ...sse, ready: 'dashboard.hello', start: startServer },
  { name: 'ws', path: '/events/ws', ...ws },
  { name: 'ws-msgpack', path: '/events/ws?encoding=msgpack', ...ws, binary: true },
];
