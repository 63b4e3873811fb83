import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './find-on-path.mjs';
import { SetupError } from './main.mjs';
import { runQuietly, runStep } from './progress.mjs';
import { REPOSITORY } from './repository.mjs';
import {
  findPackageManager,
  findPrivilege,
  installByHand,
  installSystemPackage,
} from './system-packages.mjs';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const PLAYWRIGHT = join(REPOSITORY, 'node_modules', '.bin', 'playwright');

/** @type {import('./system-packages.mjs').PackageNames} */
const PACKAGES = {
  'apt-get': ['chromium'],
  dnf: ['chromium'],
  apk: ['chromium'],
  pacman: ['chromium'],
};

/** @returns {Promise<string | undefined>} the path of a Chromium that runs */
export async function findChromium() {
  const named = process.env.CHROMIUM_BIN;
  if (named) {
    if (await runs(named)) return named;
    throw new SetupError(`CHROMIUM_BIN=${named} cannot be run.`);
  }
  const candidates = [
    ...COMMANDS.map((command) => findOnPath([command])),
    ...MAC_APPLICATIONS,
    await playwrightsOwn(),
  ];
  for (const file of candidates) {
    if (file && existsSync(file) && !isSnap(file) && (await runs(file))) return file;
  }
  return undefined;
}

/**
 * Finds a Chromium, and installs one where there is none.
 * @returns {Promise<string>} its path
 */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  const manager = findPackageManager();
  const problems = [];
  if (manager && PACKAGES[manager] && !isUbuntu()) {
    const problem = await attempt(() => installSystemPackage('Chromium', PACKAGES, ''));
    const installed = await findChromium();
    if (installed) return installed;
    problems.push(problem);
  }
  problems.push(await attempt(installPlaywrights));
  const installed = await findChromium();
  if (installed) return installed;
  const cure =
    manager && PACKAGES[manager] && !isUbuntu()
      ? installByHand(manager, 'chromium')
      : 'npx playwright install --with-deps chromium';
  throw new SetupError(
    `${problems.filter(Boolean).join('\n\n')}\n\nNo Chromium could be installed. Type:\n\n  ${cure}\n\nor set CHROMIUM_BIN to the path of one.`,
  );
}

async function installPlaywrights() {
  // --with-deps asks for a password where it would need one, and there is nobody to give it.
  const manager = findPackageManager();
  const mayInstall = manager === 'apt-get' && (await findPrivilege(manager)) !== undefined;
  const args = ['install', ...(mayInstall ? ['--with-deps'] : []), 'chromium'];
  await runStep(`Installing Chromium: npx playwright ${args.join(' ')}`, PLAYWRIGHT, args);
}

/** Only once `npm ci` has run; hence not imported above. */
async function playwrightsOwn() {
  try {
    const { chromium } = await import('@playwright/test');
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}

/**
 * Ubuntu's chromium is a snap, or a stub that says so: it cannot see the profile that
 * Playwright makes for it under /tmp.
 * @param {string} command
 */
function isSnap(command) {
  const target = realpathSync(command);
  if (target.endsWith('/snap') || target.startsWith('/snap/')) return true;
  const bytes = Buffer.alloc(4096);
  const file = openSync(target, 'r');
  const length = readSync(file, bytes);
  closeSync(file);
  const head = bytes.toString('latin1', 0, length);
  return head.startsWith('#!') && head.includes('/snap/bin/');
}

/** @param {string} file */
async function runs(file) {
  const { code, output } = await runQuietly(file, ['--version'], { timeoutMs: 20_000 });
  return code === 0 && /chrom/i.test(output);
}

function isUbuntu() {
  const release = '/etc/os-release';
  return existsSync(release) && /^ID(_LIKE)?=.*ubuntu/m.test(readFileSync(release, 'utf8'));
}

/** @param {() => Promise<void>} work */
async function attempt(work) {
  try {
    await work();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
