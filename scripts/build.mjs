import './setup/node-version.mjs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isBuildStale, takeStamp, wantedBuild } from './setup/build-stamp.mjs';
import { serverBundle } from './setup/bundle-server.mjs';
import { runMain } from './setup/main.mjs';
import { runStep, showStep } from './setup/progress.mjs';
import { REPOSITORY } from './setup/repository.mjs';

/**
 * The production build: Next's into .next, server.ts into dist/server.js, and the size of what
 * a browser loads first, which fails the build when it is over its limit. `BASE_PATH` is built in.
 */
async function main() {
  const { values } = parseArgs({ options: { 'if-stale': { type: 'boolean', default: false } } });
  if (values['if-stale'] && !isBuildStale()) {
    console.log('The build is up to date.');
    return 0;
  }
  const { basePath, dir } = wantedBuild();
  const stamp = takeStamp();
  const next = join(REPOSITORY, 'node_modules', '.bin', 'next');
  const output = await runStep('Building the pages (next build)', next, ['build'], {
    cwd: REPOSITORY,
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', BASE_PATH: basePath },
  });
  console.log(output.trim());
  const { build } = await import('esbuild');
  await showStep('Bundling the server', () => build(serverBundle(`${dir}/server.js`)));
  // A build in another place is the same pages once more.
  if (dir === 'dist') {
    const { checkFirstLoad } = await import('./first-load.mjs');
    if (!(await checkFirstLoad())) return 1;
  }
  stamp.write();
  return 0;
}

await runMain(main);
