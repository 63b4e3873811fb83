import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completeLock, missingPackages, platformOf } from './lock-file.mjs';
import { REPOSITORY } from './repository.mjs';

describe('package-lock.json', () => {
  test('has the packages of every platform, or `npm ci` refuses it', () => {
    const lock = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'));
    expect(
      Object.keys(missingPackages(lock)),
      'run `node scripts/complete-lock.mjs` and commit package-lock.json',
    ).toEqual([]);
  });

  test.each([
    ['@biomejs/cli-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@rollup/rollup-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@rollup/rollup-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@rollup/rollup-win32-x64-gnu', { os: ['win32'], cpu: ['x64'] }],
    ['@tailwindcss/oxide-wasm32-wasi', { cpu: ['wasm32'] }],
  ])('%s is for %j', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });

  test('a package may lie beside the one that asks for it, or above it', () => {
    const lock = {
      packages: {
        '': {},
        'node_modules/a': { optionalDependencies: { 'x-linux-x64': '1.0.0' } },
        'node_modules/a/node_modules/b': {
          dev: true,
          optionalDependencies: { 'x-linux-x64': '1.0.0', 'x-darwin-x64': '2.0.0' },
        },
        'node_modules/x-linux-x64': { version: '1.0.0' },
      },
    };
    expect(missingPackages(lock)).toEqual({
      'node_modules/x-darwin-x64': {
        version: '2.0.0',
        dev: true,
        optional: true,
        os: ['darwin'],
        cpu: ['x64'],
      },
    });
    expect(missingPackages(completeLock(lock))).toEqual({});
  });
});
