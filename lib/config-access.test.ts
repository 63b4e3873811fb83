import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './config';

type Env = Record<string, string>;
const SECRET = 'thirty-two characters of a secret';

const OIDC = {
  OIDC_ISSUER: 'https://id.example.com/realms/x',
  OIDC_CLIENT_ID: 'dashboard',
  OIDC_ADMIN: 'root',
};

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
    ['oidc', { ...OIDC, HOST: '0.0.0.0', PUBLIC_URL: 'https://dashboard.example.com/' }],
    ['oidc', { ...OIDC, USERS: 'ann viewer x' }],
    ['none', { ALLOWED_HOSTS: 'localhost, 127.0.0.1' }],
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
    ['ALLOWED_HOSTS open_to_all', { ALLOWED_HOSTS: 'localhost,dashboard.example.com' }],
    ['PUBLIC_URL open_to_all', { PUBLIC_URL: 'https://dashboard.example.com' }],
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
    [
      'TRUSTED_PROXY_USER_HEADER two_modes',
      { ...OIDC, TRUSTED_PROXY_USER_HEADER: 'x', TRUSTED_PROXY_PEERS: '::1' },
    ],
    ['OIDC_ISSUER oidc_incomplete', { OIDC_CLIENT_ID: 'x' }],
    ['OIDC_CLIENT_ID oidc_incomplete', { ...OIDC, OIDC_CLIENT_ID: '' }],
    ['PUBLIC_URL oidc_without_public_url', { ...OIDC, HOST: '0.0.0.0' }],
    ['PUBLIC_URL oidc_without_public_url', { ...OIDC, ALLOWED_HOSTS: 'dashboard.example.com' }],
    ['OIDC_ADMIN oidc_without_roles', { ...OIDC, OIDC_ADMIN: '' }],
    [
      'OIDC_CLIENT_SECRET_FILE secret_twice',
      { ...OIDC, OIDC_CLIENT_SECRET: 'x', OIDC_CLIENT_SECRET_FILE: process.execPath },
    ],
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

describe('the identity provider', () => {
  it.each([
    ['OIDC_ISSUER', 'http://id.example.com'],
    ['OIDC_ISSUER', 'http://127.evil.example'],
    ['OIDC_ISSUER', 'https://id.example.com/?x=1'],
    ['OIDC_ISSUER', 'https://user:pass@id.example.com'],
    ['OIDC_ISSUER', 'id.example.com'],
    ['PUBLIC_URL', 'http://dashboard.example.com'],
    ['PUBLIC_URL', 'https://dashboard.example.com/below'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['OIDC_SCOPES', 'profile email'],
    ['OIDC_ADMIN', '[1]'],
    ['OIDC_ADMIN', '["root"'],
    ['OIDC_DEFAULT_ROLE', 'root'],
    ['OIDC_CLIENT_AUTH', 'private_key_jwt'],
    ['OIDC_GRACE_MINUTES', '0'],
    ['OIDC_GRACE_MINUTES', '10081'],
    ['OIDC_DEFAULT_STREAMS', ' ; '],
    ['OIDC_DEFAULT_STREAMS', 'x'.repeat(1_000)],
  ])('is not known with %s=%s', (variable, value) => {
    const wrong = mistakesIn({ ...OIDC, [variable]: value });
    expect(wrong.map((mistake) => mistake.split(' ')[0])).toEqual([variable]);
  });

  it('is known with what it stands for by default', () => {
    expect(parseConfig({ ...OIDC, PORT: '4000' }).access.oidc).toEqual({
      issuer: 'https://id.example.com/realms/x',
      clientId: 'dashboard',
      clientSecret: null,
      clientAuth: null,
      scopes: ['openid', 'profile', 'email'],
      label: 'id.example.com',
      publicUrl: 'http://127.0.0.1:4000',
      nameClaim: null,
      roleClaim: 'groups',
      roleValues: { viewer: [], operator: [], admin: ['root'] },
      defaultRole: null,
      streamsClaim: null,
      defaultStreams: null,
      graceMs: 7_200_000,
    });
  });

  it('has groups whose names hold commas, and a default for the rest', () => {
    const given = {
      OIDC_ADMIN: '["cn=a,ou=b"]',
      OIDC_OPERATOR: 'x, y',
      OIDC_DEFAULT_ROLE: 'viewer',
    };
    const { oidc } = parseConfig({ ...OIDC, ...given }).access;
    expect(oidc?.roleValues).toEqual({ viewer: [], operator: ['x', 'y'], admin: ['cn=a,ou=b'] });
    expect(oidc?.defaultRole).toBe('viewer');
  });

  it('says which streams there are for people, a default in the words of the users file', () => {
    const given = { OIDC_STREAMS_CLAIM: 'streams', OIDC_DEFAULT_STREAMS: 'prod:*;billing' };
    expect(parseConfig({ ...OIDC, ...given }).access.oidc).toMatchObject({
      streamsClaim: 'streams',
      defaultStreams: { streams: ['prod:*', 'billing'] },
    });
    const all = parseConfig({ ...OIDC, OIDC_DEFAULT_STREAMS: '*' }).access.oidc;
    expect(all?.defaultStreams).toEqual({});
  });

  it('may be plain HTTP on loopback', () => {
    for (const host of ['127.0.0.1:9', 'localhost:9', '[::1]:9']) {
      expect(parseConfig({ ...OIDC, OIDC_ISSUER: `http://${host}` }).access.mode).toBe('oidc');
    }
  });

  it('sends browsers back to a host that is served', () => {
    const given = { PUBLIC_URL: 'https://Dashboard.example.com', ALLOWED_HOSTS: 'x' };
    const { allowedHosts, access } = parseConfig({ ...OIDC, ...given });
    expect(allowedHosts).toEqual(['x', 'dashboard.example.com']);
    expect(access.oidc?.publicUrl).toBe('https://dashboard.example.com');
  });
});
