import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './progress.mjs';

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {boolean} [optional] may be absent: made for another platform
 * @property {boolean} [devOptional]
 * @property {boolean} [link]
 */

/**
 * Whether node_modules holds what package-lock.json asks for, going by npm's own record of what
 * it installed. Times of files say nothing: git sets them too.
 * @param {string} repository
 */
export function isInstalled(repository) {
  const wanted = packagesOf(join(repository, 'package-lock.json'));
  const present = packagesOf(join(repository, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    const installed = present[path];
    if (path === '' || entry.link) return true;
    if (!installed) return entry.optional === true || entry.devOptional === true;
    return installed.version === entry.version;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, LockEntry> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Runs `npm ci` where the packages are missing or of other versions than the lock file's.
 * @param {string} repository
 */
export async function ensureNodeModules(repository) {
  if (isInstalled(repository)) return;
  await runStep(
    'Installing the npm packages (npm ci)',
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund'],
    { cwd: repository },
  );
}
