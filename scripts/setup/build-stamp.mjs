import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { basePathOf } from './base-path.mjs';
import { REPOSITORY } from './repository.mjs';

/** What the production build is made of. */
const SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'server.ts',
  'proxy.ts',
  'instrumentation.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
];
const TEST = /\.test\.[a-z]+$/;

/**
 * @param {string} path
 * @returns {string[]} the files below, in a fixed order
 */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return TEST.test(path) ? [] : [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/**
 * A build: for which base path, and in which directory of the repository.
 * @typedef {{ basePath: string, dir: string }} Build
 */

/** A second build beside the usual one, for the test of a base path. @type {Build} */
export const BUILD_UNDER_A_PATH = { basePath: '/shield', dir: 'dist/under-a-path' };

/**
 * The build that the environment asks for.
 * @param {Record<string, string | undefined>} [env]
 * @returns {Build}
 */
export function wantedBuild(env = process.env) {
  return { basePath: basePathOf(env.BASE_PATH), dir: env.BUILD_DIR || 'dist' };
}

/**
 * Next's part of the build lies in .next, or with the rest where that lies elsewhere.
 * @param {Build} build
 */
const nextDir = ({ dir }) => (dir === 'dist' ? '.next' : join(dir, '.next'));

/**
 * @param {string} repository
 * @param {Build} build
 */
function hashSources(repository, { basePath }) {
  const hash = createHash('sha256').update(`${basePath}\0`);
  for (const file of SOURCES.flatMap((source) => filesBelow(join(repository, source)))) {
    const content = readFileSync(file);
    hash.update(`${file.slice(repository.length)}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest('hex');
}

/**
 * Next's own name of the build; another one means that something else built since.
 * @param {string} repository
 * @param {Build} build
 */
function nextBuildId(repository, build) {
  const file = join(repository, nextDir(build), 'BUILD_ID');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * @param {string} repository
 * @param {Build} build
 */
const stampFile = (repository, { dir }) => join(repository, dir, 'build-stamp.json');

/** Whether the build is missing or made from other sources than those that lie here. */
export function isBuildStale(repository = REPOSITORY, build = wantedBuild()) {
  try {
    const stamp = JSON.parse(readFileSync(stampFile(repository, build), 'utf8'));
    return (
      !existsSync(join(repository, build.dir, 'server.js')) ||
      stamp.nextBuildId !== nextBuildId(repository, build) ||
      stamp.sources !== hashSources(repository, build)
    );
  } catch {
    return true;
  }
}

/** Taken before the build, so that what is edited meanwhile makes it stale. */
export function takeStamp(repository = REPOSITORY, build = wantedBuild()) {
  const sources = hashSources(repository, build);
  return {
    write() {
      const file = stampFile(repository, build);
      mkdirSync(dirname(file), { recursive: true });
      const stamp = { sources, nextBuildId: nextBuildId(repository, build) };
      writeFileSync(file, `${JSON.stringify(stamp)}\n`);
    },
  };
}
