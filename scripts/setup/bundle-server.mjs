import { join } from 'node:path';
import { wantedBuild } from './build-stamp.mjs';
import { REPOSITORY } from './repository.mjs';

/**
 * How a TypeScript program becomes one plain JavaScript file: our own modules inside, packages
 * outside.
 * @param {string} entry within the repository
 * @param {string} outfile within the repository
 * @returns {import('esbuild').BuildOptions}
 */
export function bundle(entry, outfile) {
  return {
    absWorkingDir: REPOSITORY,
    entryPoints: [join(REPOSITORY, entry)],
    outfile: join(REPOSITORY, outfile),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.9',
    packages: 'external',
    alias: { '@': REPOSITORY },
    define: { 'process.env.BUILT_BASE_PATH': JSON.stringify(wantedBuild().basePath) },
    sourcemap: true,
    logLevel: 'warning',
  };
}

/**
 * @param {string} outfile within the repository
 * @returns {import('esbuild').BuildOptions}
 */
export function serverBundle(outfile) {
  return bundle('server.ts', outfile);
}
