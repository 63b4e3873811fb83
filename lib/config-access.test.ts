import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './config';

type Env = Record<string, string>;
const SECRET = 'thirty-two characters of a secret';

function mistakesIn(env: Env): string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ variable, message }) => `${variable} ${message.split(':')[0]}`);
  }
}

describe('the mode', () => {
  it.each<[string, Env]>([
    ['none', {}],
    ['none', { HOST: '127.9.9.9' }],
    ['none', { HOST: '::1' }],
    ['none', { HOST: '0.0.0.0', INSECURE_NO_AUTH: 'true' }],
    ['users', { HOST: '0.0.0.0', USERS_FILE: '/run/users' }],
    ['users', { USERS: 'ann viewer x' }],
    ['proxy', { HOST: '::', TRUSTED_PROXY_USER_HEADER: 'X-User', TRUSTED_PROXY_PEERS: '10.0.0.1' }],
    ['none', { TRUSTED_PROXY_PEERS: '10.0.0.1' }],
  ])('is %s with %j', (mode, env) => {
    expect(parseConfig(env).access.mode).toBe(mode);
  });
});

describe('a start is refused, with a code', () => {
  it.each<[string, Env]>([
    ['HOST open_to_all', { HOST: '0.0.0.0' }],
    ['HOST open_to_all', { HOST: '10.0.0.5', TRUSTED_PROXY_PEERS: '10.0.0.1' }],
    ['HOST open_to_all', { HOST: '127.evil.example' }],
    ['HOST open_to_all', { HOST: '::' }],
    ['USERS users_twice', { USERS: 'a', USERS_FILE: 'b' }],
    [
      'SESSION_SECRET_FILE secret_twice',
      { SESSION_SECRET: SECRET, SESSION_SECRET_FILE: process.execPath },
    ],
    [
      'TRUSTED_PROXY_USER_HEADER two_modes',
      { USERS: 'a', TRUSTED_PROXY_USER_HEADER: 'x', TRUSTED_PROXY_PEERS: '::1' },
    ],
    ['TRUSTED_PROXY_USER_HEADER proxy_without_peers', { TRUSTED_PROXY_USER_HEADER: 'x' }],
  ])('%s for %j', (mistake, env) => {
    expect(mistakesIn(env)).toEqual([mistake]);
  });

  it.each([
    ['SESSION_SECRET', 'short'],
    ['SESSION_SECRET_FILE', '/no/such/file'],
    ['SESSION_IDLE_MINUTES', '0'],
    ['SESSION_MAX_MINUTES', '525601'],
    ['SESSION_SECURE', 'yes'],
    ['TRUSTED_PROXY_PEERS', '10.0.0.1, proxy.example'],
    ['TRUSTED_PROXY_PEERS', '10.0.0.0/33'],
    ['TRUSTED_PROXY_DEFAULT_ROLE', 'king'],
    ['READ_ONLY', '1'],
  ])('for %s=%s', (variable, value) => {
    expect(mistakesIn({ [variable]: value }).map((mistake) => mistake.split(' ')[0])).toEqual([
      variable,
    ]);
  });
});

describe('the session secret', () => {
  it('is read from its file, without the newline an editor leaves', () => {
    const dir = mkdtempSync(join(tmpdir(), 'shield-secret-'));
    const file = join(dir, 'secret');
    writeFileSync(file, `${SECRET}\n`);
    expect(parseConfig({ SESSION_SECRET_FILE: file }).access.session.secret).toBe(SECRET);
    writeFileSync(file, 'short');
    expect(mistakesIn({ SESSION_SECRET_FILE: file })).toHaveLength(1);
    rmSync(dir, { recursive: true });
  });
});
