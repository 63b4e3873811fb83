import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { wantedBuild } from './build-stamp.mjs';
import { freePort } from './free-port.mjs';
import { startGuard } from './guard.mjs';
import { spawnGuarded, tailOf } from './guarded-process.mjs';
import { REPOSITORY } from './repository.mjs';

const NEXT = join(REPOSITORY, 'node_modules', 'next', 'dist', 'bin', 'next');
const START_DEADLINE_MS = 90_000;
const STOP_GRACE_MS = 15_000;
const PORT_ATTEMPTS_MAX = 5;

/**
 * @typedef {object} DashboardOptions
 * @property {string} [redisUrl] default: what the environment says
 * @property {Record<string, string | undefined>} [env] further variables; `undefined` unsets one;
 *   `BUILD_DIR` runs the build that lies there
 * @property {number} [port] default: a free one
 * @property {boolean} [waitUntilHealthy] default: true
 */

/**
 * @typedef {object} DashboardProcess
 * @property {string} url `http://127.0.0.1:<port>` and the base path, no slash at its end
 * @property {number} port
 * @property {number} pid
 * @property {() => string} logs all it wrote so far, both outputs
 * @property {string} logFile gone after `stop`
 * @property {Promise<import('./guarded-process.mjs').Exit>} exited
 * @property {() => Promise<import('./guarded-process.mjs').Exit & { ms: number }>} stop
 *   SIGTERM; `ms` is how long it took to end
 * @property {() => Promise<void>} kill SIGKILL
 */

/**
 * Starts the built production server, as `npm start` does, and waits until `GET /health`
 * answers 200. It never outlives this process.
 * @param {DashboardOptions} [options]
 * @returns {Promise<DashboardProcess>}
 */
export function startDashboard(options = {}) {
  return startServer(() => [serverOf(options)], options);
}

/**
 * Starts the same build by `next start`, which knows no `server.ts`: all is served by the routes,
 * and there is no WebSocket. It waits for open streams before it stops: `kill` is quicker.
 * @param {DashboardOptions} [options]
 * @returns {Promise<DashboardProcess>}
 */
export function startNextApp(options = {}) {
  const args = ['start', '--hostname', '127.0.0.1', '--port'];
  return startServer((port) => [NEXT, ...args, String(port)], options);
}

/** @param {DashboardOptions} options */
function serverOf({ env }) {
  return join(REPOSITORY, wantedBuild({ ...process.env, ...env }).dir, 'server.js');
}

/**
 * Between the pick of a free port and the start another process may take it.
 * @param {(port: number) => string[]} argsOf what Node is to run
 * @param {DashboardOptions} options
 * @returns {Promise<DashboardProcess>}
 */
async function startServer(argsOf, options) {
  const server = serverOf(options);
  if (!existsSync(server)) throw new Error(`${server} is missing: run \`npm run build\` first.`);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      return await startOn(port, argsOf(port), options);
    } catch (error) {
      const taken = /EADDRINUSE/.test(String(error));
      if (!taken || options.port || attempt === PORT_ATTEMPTS_MAX) throw error;
    }
  }
}

/**
 * @param {number} port
 * @param {string[]} args
 * @param {DashboardOptions} options
 * @returns {Promise<DashboardProcess>}
 */
async function startOn(port, args, options) {
  const dir = await mkdtemp(join(tmpdir(), 'shield-dashboard-'));
  const guard = startGuard(dir);
  const logFile = join(dir, 'server.log');
  let text = '';
  const logs = () => {
    if (existsSync(logFile)) text = readFileSync(logFile, 'utf8');
    return text;
  };
  const cleanUp = () => {
    logs();
    rmSync(dir, { recursive: true, force: true });
    guard.release();
  };

  try {
    const child = await spawnGuarded(process.execPath, args, {
      cwd: REPOSITORY,
      env: serverEnvironment(options, port),
      logFile,
      guard,
    });
    const { basePath } = wantedBuild({ ...process.env, ...options.env });
    const url = `http://127.0.0.1:${port}${basePath}`;
    if (options.waitUntilHealthy !== false) await waitUntilHealthy(url, child, logFile);
    return {
      url,
      port,
      pid: child.pid,
      logs,
      logFile,
      exited: child.exited,
      stop: () => child.stop('SIGTERM', STOP_GRACE_MS).finally(cleanUp),
      kill: async () => void (await child.stop('SIGKILL').finally(cleanUp)),
    };
  } catch (error) {
    cleanUp();
    throw error;
  }
}

/**
 * @param {DashboardOptions} options
 * @param {number} port
 * @returns {Record<string, string | undefined>}
 */
function serverEnvironment({ redisUrl, env }, port) {
  return {
    // A test runner's own variables are not an operator's.
    VITEST: undefined,
    NODE_OPTIONS: undefined,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...env,
  };
}

/**
 * @param {string} url
 * @param {import('./guarded-process.mjs').GuardedProcess} child
 * @param {string} logFile
 */
export async function waitUntilHealthy(url, child, logFile) {
  const deadline = Date.now() + START_DEADLINE_MS;
  let last = 'no answer';
  while (!child.hasEnded() && Date.now() < deadline) {
    try {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) });
      await response.arrayBuffer();
      if (response.status === 200) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await sleep(50);
  }
  const why = child.hasEnded() ? 'it ended' : last;
  await child.stop('SIGKILL');
  throw new Error(`The server did not answer ${url}/health: ${why}\n${tailOf(logFile, 20)}`);
}
