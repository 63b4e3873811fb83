import './setup/node-version.mjs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isBuildStale, takeStamp } from './setup/build-stamp.mjs';
import { serverBundle } from './setup/bundle-server.mjs';
import { runMain } from './setup/main.mjs';
import { runStep, showStep } from './setup/progress.mjs';
import { REPOSITORY } from './setup/repository.mjs';

/**
 * The production build: Next's into .next, server.ts into dist/server.js, and the size of what
 * a browser loads first, which fails the build when it is over its limit.
 */
async function main() {
  const { values } = parseArgs({ options: { 'if-stale': { type: 'boolean', default: false } } });
  if (values['if-stale'] && !isBuildStale()) {
    console.log('The build is up to date.');
    return 0;
  }
  const stamp = takeStamp();
  const next = join(REPOSITORY, 'node_modules', '.bin', 'next');
  const output = await runStep('Building the pages (next build)', next, ['build'], {
    cwd: REPOSITORY,
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  console.log(output.trim());
  const { build } = await import('esbuild');
  await showStep('Bundling the server', () => build(serverBundle('dist/server.js')));
  const { checkFirstLoad } = await import('./first-load.mjs');
  const isSmallEnough = await checkFirstLoad();
  if (!isSmallEnough) return 1;
  stamp.write();
  return 0;
}

await runMain(main);
