import { findOnPath } from './find-on-path.mjs';
import { SetupError } from './main.mjs';
import { runQuietly, runStep } from './progress.mjs';

/** @typedef {'apt-get' | 'dnf' | 'apk' | 'pacman' | 'brew'} PackageManager */

/**
 * The names to try, the better one first, for each package manager that has any.
 * @typedef {Partial<Record<PackageManager, string[]>>} PackageNames
 */

/** @type {Record<PackageManager, string[]>} */
const INSTALL = {
  'apt-get': ['install', '-y', '--no-install-recommends'],
  dnf: ['install', '-y'],
  apk: ['add', '--no-cache'],
  pacman: ['-S', '--noconfirm', '--needed'],
  brew: ['install'],
};

/** @returns {PackageManager | undefined} the first of them that is on the PATH */
export function findPackageManager() {
  return /** @type {PackageManager[]} */ (Object.keys(INSTALL)).find((name) => findOnPath([name]));
}

/**
 * What to put before a command that changes the system.
 * @param {PackageManager} manager
 * @returns {Promise<string[] | undefined>} undefined where it may not be run
 */
export async function findPrivilege(manager) {
  if (manager === 'brew' || process.getuid?.() === 0) return [];
  if (!findOnPath(['sudo'])) return undefined;
  const { code } = await runQuietly('sudo', ['-n', 'true'], { timeoutMs: 10_000 });
  return code === 0 ? ['sudo', '-n'] : undefined;
}

/**
 * The commands that install a package, in order.
 * @param {PackageManager} manager
 * @param {string} packageName
 * @returns {string[][]}
 */
export function installCommands(manager, packageName) {
  const install = [manager, ...INSTALL[manager], packageName];
  if (manager !== 'apt-get') return [install];
  // A fresh container image has no package lists at all.
  return [
    ['apt-get', 'update'],
    ['env', 'DEBIAN_FRONTEND=noninteractive', ...install],
  ];
}

/**
 * What a person types to install the package.
 * @param {PackageManager} manager
 * @param {string} packageName
 */
export function installByHand(manager, packageName) {
  const sudo = manager === 'brew' || process.getuid?.() === 0 ? '' : 'sudo ';
  return installCommands(manager, packageName)
    .map(
      (command) =>
        `${sudo}${command.filter((word) => !/^env$|=noninteractive$/.test(word)).join(' ')}`,
    )
    .join(' && ');
}

/**
 * Installs the first of these packages that can be installed, saying each command it runs.
 * @param {string} what as in "Redis"
 * @param {PackageNames} names
 * @param {string} hint what else a person can do
 * @returns {Promise<void>} rejects with the command to type
 */
export async function installSystemPackage(what, names, hint) {
  const manager = findPackageManager();
  const candidates = manager ? (names[manager] ?? []) : [];
  const [first] = candidates;
  if (!manager || first === undefined) {
    throw new SetupError(
      `${what} is not installed, and none of ${Object.keys(names).join(', ')} is here to install it. ${hint}`,
    );
  }
  const privilege = await findPrivilege(manager);
  if (!privilege) {
    throw new SetupError(
      `${what} is not installed, and installing it needs root. Type:\n\n  ${installByHand(manager, first)}\n`,
    );
  }
  /** @type {unknown} */
  let failure;
  for (const packageName of candidates) {
    try {
      for (const command of installCommands(manager, packageName)) {
        const [file = '', ...args] = [...privilege, ...command];
        await runStep(`Installing ${what}: ${[file, ...args].join(' ')}`, file, args);
      }
      return;
    } catch (error) {
      failure ??= error;
    }
  }
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new SetupError(
    `${reason}\n\n${what} could not be installed. Try:\n\n  ${installByHand(manager, first)}\n`,
  );
}
