import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ensureRedis, findRedis } from './find-redis.mjs';
import {
  findPackageManager,
  findPrivilege,
  installByHand,
  installCommands,
} from './system-packages.mjs';

/** @type {string} the whole PATH of a machine that is made up */
let path;

/** A command of that machine; `$LOG` is where it says what it was given. */
const command = (/** @type {string} */ name, /** @type {string} */ script) => {
  writeFileSync(
    join(path, name),
    `#!/bin/sh\necho "$(/usr/bin/basename "$0") $*" >> "$LOG"\n${script}\n`,
  );
  chmodSync(join(path, name), 0o755);
};

const given = () => {
  const log = join(path, 'log');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
};

/** @param {string} name */
const installs = (name) =>
  `case "$*" in *install*|*add*|*-S*) printf '#!/bin/sh\\necho "Redis server v=7.4.1"\\n' > ${path}/${name}; /bin/chmod 755 ${path}/${name};; esac`;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'packages-test-'));
  vi.stubEnv('PATH', path);
  vi.stubEnv('LOG', join(path, 'log'));
  vi.stubEnv('REDIS_SERVER_BIN', '');
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(path, { recursive: true });
});

/** @param {number} uid */
const asUser = (uid) => vi.spyOn(process, 'getuid').mockReturnValue(uid);

describe('installing Redis', () => {
  test('as root with apt: the package without a service, its lists fetched first', async () => {
    asUser(0);
    command('env', 'shift; exec "$@"');
    command('apt-get', installs('redis-check-rdb'));
    expect(await ensureRedis()).toEqual({ file: join(path, 'redis-check-rdb'), version: '7.4.1' });
    expect(given()).toEqual([
      'apt-get update',
      'env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-tools',
      'apt-get install -y --no-install-recommends redis-tools',
    ]);
    expect(findRedis()).toEqual({ file: join(path, 'redis-check-rdb'), argv0: 'redis-server' });
  });

  test('as a user who may use sudo without a password', async () => {
    asUser(1000);
    command('sudo', 'shift; exec "$@"');
    command('true', '');
    command('dnf', installs('redis-server'));
    await ensureRedis();
    expect(given()).toEqual([
      'sudo -n true',
      'true ',
      'sudo -n dnf install -y redis',
      'dnf install -y redis',
    ]);
  });

  test('a package that is gone is replaced by the next one', async () => {
    asUser(0);
    command('dnf', `case "$*" in *valkey*) ;; *) exit 1;; esac; ${installs('valkey-server')}`);
    expect((await ensureRedis()).file).toBe(join(path, 'valkey-server'));
  });

  test('where sudo asks for a password, nothing is run and the command is said', async () => {
    asUser(1000);
    command('sudo', 'exit 1');
    command('pacman', '');
    await expect(ensureRedis()).rejects.toThrow(
      /needs root\. Type:\n\n {2}sudo pacman -S --noconfirm --needed valkey\n/,
    );
    expect(given()).toEqual(['sudo -n true']);
  });

  test('where an installation fails, its output and the command are said', async () => {
    asUser(0);
    command('apk', 'echo "network unreachable" >&2; exit 3');
    await expect(ensureRedis()).rejects.toThrow(
      /network unreachable[\s\S]*exit status 3[\s\S]*Try:\n\n {2}apk add --no-cache redis\n/,
    );
  });

  test('where no package manager is known, that is said', async () => {
    await expect(ensureRedis()).rejects.toThrow(
      /none of apt-get, .* is here to install it\. Put a redis-server or valkey-server on the PATH/,
    );
  });

  test('a binary that is named is used, and nothing else is tried', async () => {
    vi.stubEnv('REDIS_SERVER_BIN', join(path, 'absent'));
    command('apt-get', '');
    await expect(ensureRedis()).rejects.toThrow(/REDIS_SERVER_BIN=.*absent cannot be run/);
    expect(given()).toEqual([]);
  });
});

describe('package managers', () => {
  test('the first one on the PATH is taken, and brew never asks for root', async () => {
    asUser(1000);
    command('brew', '');
    expect(findPackageManager()).toBe('brew');
    expect(await findPrivilege('brew')).toEqual([]);
    expect(installByHand('brew', 'redis')).toBe('brew install redis');
    command('dnf', '');
    expect(findPackageManager()).toBe('dnf');
    expect(await findPrivilege('dnf')).toBeUndefined();
  });

  test('what is said can be typed as it stands', () => {
    asUser(1000);
    expect(installByHand('apt-get', 'redis-tools')).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-tools',
    );
    asUser(0);
    expect(installByHand('apk', 'redis')).toBe('apk add --no-cache redis');
    expect(installCommands('pacman', 'valkey')).toEqual([
      ['pacman', '-S', '--noconfirm', '--needed', 'valkey'],
    ]);
  });
});
