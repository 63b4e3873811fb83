import './setup/node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isBuildStale } from './setup/build-stamp.mjs';
import { bundle } from './setup/bundle-server.mjs';
import { runMain } from './setup/main.mjs';
import { isInstalled } from './setup/node-modules.mjs';
import { REPOSITORY } from './setup/repository.mjs';

const DOCTOR = join('dist', 'doctor.js');

/** Says in plain words what is wrong with a set-up, each with its cure. Changes nothing. */
async function main() {
  console.log(`✓ Node ${process.versions.node}`);
  const installed = isInstalled(REPOSITORY);
  report(installed, 'The npm packages are installed', 'Run: npm ci');
  if (!installed) return 1;
  const built = existsSync(join(REPOSITORY, 'dist', 'server.js')) && !isBuildStale();
  report(built, 'The build is up to date', 'Run: npm run build');
  const { build } = await import('esbuild');
  await build(bundle(join('scripts', 'doctor', 'main.ts'), DOCTOR));
  const { diagnose } = await import(pathToFileURL(join(REPOSITORY, DOCTOR)).href);
  const wrong = await diagnose(process.env, report);
  return built && wrong === 0 ? 0 : 1;
}

/**
 * @param {boolean} ok
 * @param {string} what
 * @param {string} cure
 */
function report(ok, what, cure) {
  console.log(ok ? `✓ ${what}` : `✗ ${what}\n    ${cure.replaceAll('\n', '\n    ')}`);
}

await runMain(main);
