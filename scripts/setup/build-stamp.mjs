import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** @param {string} repository */
function hashSources(repository) {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesBelow(join(repository, source)))) {
    const content = readFileSync(file);
    hash.update(`${file.slice(repository.length)}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest('hex');
}

/**
 * Next's own name of the build in .next; another one means that something else built since.
 * @param {string} repository
 */
function nextBuildId(repository) {
  const file = join(repository, '.next', 'BUILD_ID');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** @param {string} repository */
const stampFile = (repository) => join(repository, 'dist', 'build-stamp.json');

/** Whether the build is missing or made from other sources than those that lie here. */
export function isBuildStale(repository = REPOSITORY) {
  try {
    const stamp = JSON.parse(readFileSync(stampFile(repository), 'utf8'));
    return (
      !existsSync(join(repository, 'dist', 'server.js')) ||
      stamp.nextBuildId !== nextBuildId(repository) ||
      stamp.sources !== hashSources(repository)
    );
  } catch {
    return true;
  }
}

/** Taken before the build, so that what is edited meanwhile makes it stale. */
export function takeStamp(repository = REPOSITORY) {
  const sources = hashSources(repository);
  return {
    write() {
      mkdirSync(dirname(stampFile(repository)), { recursive: true });
      const stamp = { sources, nextBuildId: nextBuildId(repository) };
      writeFileSync(stampFile(repository), `${JSON.stringify(stamp)}\n`);
    },
  };
}
