/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @typedef {{ packages: Record<string, LockedPackage> }} LockFile */

const SYSTEMS = /^(android|darwin|linux|win32|freebsd|openbsd|netbsd|sunos|aix|openharmony)$/;
const PROCESSORS = /^(arm64|x64|ia32|arm|ppc64|riscv64|s390x|loong64|mips64el|wasm32)$/;
const EXACT = /^\d+\.\d+\.\d+\S*$/;

/**
 * What a package made for one platform says of it in its name, as in `-linux-x64-musl`.
 * @param {string} name
 * @returns {Pick<LockedPackage, 'os' | 'cpu' | 'libc'>}
 */
export function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.find((word) => SYSTEMS.test(word));
  const cpu = words.find((word) => PROCESSORS.test(word));
  const isMusl = words.some((word) => word.startsWith('musl'));
  const isGlibc = words.some((word) => word.startsWith('gnu'));
  return {
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(os ? { os: [os] } : {}),
    ...(os === 'linux' && (isMusl || isGlibc) ? { libc: [isMusl ? 'musl' : 'glibc'] } : {}),
  };
}

/**
 * Where npm finds a package that the one at `path` asks for.
 * @param {LockFile['packages']} packages
 * @param {string} path
 * @param {string} name
 */
function isLocked(packages, path, name) {
  for (
    let folder = path;
    ;
    folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))
  ) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/**
 * The packages for other platforms that a lock file lacks. npm leaves out those that its
 * registry does not have at that moment; `npm ci` then refuses the lock file on every platform.
 * @param {LockFile} lock
 * @returns {Record<string, LockedPackage>} by their place in the lock file
 */
export function missingPackages({ packages }) {
  /** @type {Record<string, LockedPackage>} */
  const missing = {};
  for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isLocked(packages, path, name)) continue;
      if (!EXACT.test(version)) throw new Error(`${name} ${version}: which version is unknown`);
      const { cpu, libc, os } = platformOf(name);
      // The order in which npm writes them.
      missing[`node_modules/${name}`] = {
        version,
        ...(cpu && { cpu }),
        ...(dev && { dev }),
        ...(libc && { libc }),
        optional: true,
        ...(os && { os }),
      };
    }
  }
  return missing;
}

/**
 * @param {LockFile} lock
 * @returns {LockFile} with what was missing, in npm's order
 */
export function completeLock(lock) {
  const all = { ...lock.packages, ...missingPackages(lock) };
  const sorted = Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
}
