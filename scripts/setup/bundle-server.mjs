import { join } from 'node:path';
import { REPOSITORY } from './repository.mjs';

/**
 * How server.ts becomes one plain JavaScript file: our own modules inside, packages outside.
 * @param {string} outfile within the repository
 * @returns {import('esbuild').BuildOptions}
 */
export function serverBundle(outfile) {
  return {
    absWorkingDir: REPOSITORY,
    entryPoints: [join(REPOSITORY, 'server.ts')],
    outfile: join(REPOSITORY, outfile),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.9',
    packages: 'external',
    alias: { '@': REPOSITORY },
    sourcemap: true,
    logLevel: 'warning',
  };
}
