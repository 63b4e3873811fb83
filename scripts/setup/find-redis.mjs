import { basename } from 'node:path';
import { findOnPath } from './find-on-path.mjs';
import { SetupError } from './main.mjs';
import { runQuietly } from './progress.mjs';
import { findPackageManager, installByHand, installSystemPackage } from './system-packages.mjs';

/**
 * A Redis server's binary, and the name to call it by.
 * @typedef {{ file: string, argv0: string }} RedisBinary
 */

/**
 * `redis-tools` of Debian and Ubuntu holds the server's binary as redis-check-rdb: one program
 * that goes by its name. Unlike `redis-server` it starts no service on port 6379.
 * @type {import('./system-packages.mjs').PackageNames}
 */
const PACKAGES = {
  'apt-get': ['redis-tools'],
  dnf: ['redis', 'valkey'],
  apk: ['redis', 'valkey'],
  pacman: ['valkey', 'redis'],
  brew: ['redis'],
};

const HINT =
  'Put a redis-server or valkey-server on the PATH, or set REDIS_SERVER_BIN to the path of one.';

/** @returns {RedisBinary | undefined} `REDIS_SERVER_BIN`, or the first on the PATH */
export function findRedis() {
  const named = process.env.REDIS_SERVER_BIN;
  if (named) return { file: named, argv0: basename(named) };
  const server = findOnPath(['redis-server', 'valkey-server']);
  if (server) return { file: server, argv0: basename(server) };
  const manyNamed = findOnPath(['redis-check-rdb', 'valkey-check-rdb']);
  if (!manyNamed) return undefined;
  return { file: manyNamed, argv0: basename(manyNamed).replace('check-rdb', 'server') };
}

/**
 * Finds a Redis server, and installs one where there is none.
 * @returns {Promise<{ file: string, version: string }>}
 */
export async function ensureRedis() {
  const found = await findWorkingRedis();
  if (found) return found;
  if (process.env.REDIS_SERVER_BIN) {
    throw new SetupError(`REDIS_SERVER_BIN=${process.env.REDIS_SERVER_BIN} cannot be run.`);
  }
  await installSystemPackage('Redis', PACKAGES, HINT);
  const installed = await findWorkingRedis();
  if (installed) return installed;
  const withService = { ...PACKAGES, 'apt-get': ['redis-server', 'valkey-server'] };
  // A distribution may one day part the two; the package with the service has the server.
  await installSystemPackage('Redis', withService, HINT);
  const last = await findWorkingRedis();
  if (last) return last;
  const manager = findPackageManager();
  throw new SetupError(
    `Redis was installed but no redis-server is on the PATH.${manager ? ` Try: ${installByHand(manager, 'redis-server')}` : ''}`,
  );
}

async function findWorkingRedis() {
  const binary = findRedis();
  if (!binary) return undefined;
  const version = await askVersion(binary);
  return version === undefined ? undefined : { file: binary.file, version };
}

/** @param {RedisBinary} binary */
async function askVersion({ file, argv0 }) {
  const { code, output } = await runQuietly(file, ['--version'], { argv0, timeoutMs: 10_000 });
  const version = /\bv=([\d.]+)/.exec(output)?.[1];
  return code === 0 ? version : undefined;
}
