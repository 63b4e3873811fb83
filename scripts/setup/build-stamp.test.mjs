import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isBuildStale, takeStamp, wantedBuild } from './build-stamp.mjs';
import { isInstalled } from './node-modules.mjs';

/** @type {string} */
let repository;

/** @param {string} file @param {string} content */
const write = (file, content) => {
  mkdirSync(join(repository, file, '..'), { recursive: true });
  writeFileSync(join(repository, file), content);
};

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'stamp-test-'));
});
afterEach(() => rmSync(repository, { recursive: true }));

describe('a build', () => {
  beforeEach(() => {
    write('lib/a.ts', '1');
    write('dist/server.js', '');
    write('.next/BUILD_ID', 'one');
    takeStamp(repository).write();
  });

  test('is not stale right after it was made', () => {
    expect(isBuildStale(repository)).toBe(false);
  });

  test.each([
    ['a source changes', () => write('lib/a.ts', '2')],
    ['a source is added', () => write('app/page.tsx', '')],
    ['a source is gone', () => rmSync(join(repository, 'lib/a.ts'))],
    ['the lock file changes', () => write('package-lock.json', '{}')],
    ['something else built the pages', () => write('.next/BUILD_ID', 'two')],
    ['the pages are gone', () => rmSync(join(repository, '.next'), { recursive: true })],
    ['the server is gone', () => rmSync(join(repository, 'dist/server.js'))],
    ['the stamp is no JSON', () => write('dist/build-stamp.json', '{')],
  ])('is stale when %s', (_, change) => {
    change();
    expect(isBuildStale(repository)).toBe(true);
  });

  test('is not stale for a test or a document', () => {
    write('lib/a.test.ts', 'new');
    write('README.md', 'new');
    expect(isBuildStale(repository)).toBe(false);
  });

  test('for another base path is another one', () => {
    expect(isBuildStale(repository, wantedBuild({ BASE_PATH: '/' }))).toBe(false);
    expect(isBuildStale(repository, wantedBuild({ BASE_PATH: '/shield' }))).toBe(true);
  });

  test('in a directory of its own is another one', () => {
    const build = wantedBuild({ BASE_PATH: '/shield', BUILD_DIR: 'dist/second' });
    write('dist/second/server.js', '');
    write('dist/second/.next/BUILD_ID', 'two');
    takeStamp(repository, build).write();
    expect(isBuildStale(repository, build)).toBe(false);
    expect(isBuildStale(repository, { ...build, basePath: '' })).toBe(true);
    expect(isBuildStale(repository)).toBe(false);
  });

  test('is stale when a source changed while it was made', () => {
    const stamp = takeStamp(repository);
    write('lib/a.ts', 'meanwhile');
    stamp.write();
    expect(isBuildStale(repository)).toBe(true);
  });
});

describe('the npm packages', () => {
  /** @param {Record<string, object>} packages */
  const lock = (packages) => write('package-lock.json', JSON.stringify({ packages }));
  /** @param {Record<string, object>} packages */
  const installed = (packages) =>
    write('node_modules/.package-lock.json', JSON.stringify({ packages }));

  beforeEach(() => lock({ '': {}, 'node_modules/a': { version: '1.0.0' } }));

  test('are missing where npm left no record', () => {
    expect(isInstalled(repository)).toBe(false);
  });

  test('are there in the versions of the lock file', () => {
    installed({ 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled(repository)).toBe(true);
    installed({ 'node_modules/a': { version: '1.0.1' } });
    expect(isInstalled(repository)).toBe(false);
  });

  test('those for other platforms may be missing', () => {
    const optional = { version: '1.0.0', optional: true };
    lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/a-win32': optional });
    installed({ 'node_modules/a': { version: '1.0.0' } });
    expect(isInstalled(repository)).toBe(true);
  });
});
