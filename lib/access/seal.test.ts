import { EncryptJWT, type JWTHeaderParameters } from 'jose';
import { describe, expect, it } from 'vitest';
import { Seal } from './seal';

const SECRET = 'a secret of thirty-two characters.';
const CHARS_MAX = 3_900;
const make = (purpose = 'session', secret: string | null = SECRET) =>
  new Seal(secret, purpose, CHARS_MAX);
const headerOf = (sealed: string) =>
  JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString());

describe('what is sealed', () => {
  it('is encrypted and authenticated by AES-256 in GCM, under a vector of its own each time', async () => {
    const seal = make();
    const sealed = await Promise.all(Array.from({ length: 50 }, () => seal.seal({ sub: 'ann' })));
    for (const text of sealed) expect(headerOf(text)).toEqual({ alg: 'dir', enc: 'A256GCM' });
    const vectors = sealed.map((text) => text.split('.')[2] ?? '');
    expect(new Set(vectors).size).toBe(50);
    for (const vector of vectors) expect(Buffer.from(vector, 'base64url')).toHaveLength(12);
    const shown = sealed.map((text) => Buffer.from(text, 'base64url').toString('latin1')).join();
    expect(shown).not.toContain('ann');
  });

  it('opens with the same secret, and with no part of it changed', async () => {
    const sealed = await make().seal({ sub: 'ann' });
    expect(await make().open(sealed)).toMatchObject({ sub: 'ann' });
    const parts = sealed.split('.');
    for (const at of [0, 2, 3, 4]) {
      const part = parts[at] ?? '';
      const changed = `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`;
      expect([at, await make().open(parts.with(at, changed).join('.'))]).toEqual([at, null]);
    }
    expect(await make('session', null).open(sealed)).toBeNull();
  });

  it('opens for its purpose alone', async () => {
    const sealed = await make('sign-in').seal({ sub: 'ann' });
    expect(await make('session').open(sealed)).toBeNull();
    expect(await make('sign-in').open(sealed)).toMatchObject({
      aud: 'shield-dashboard:sign-in',
    });
  });

  it('opens by no other algorithm, and by no key that it brings along', async () => {
    const key = Buffer.alloc(32, 7);
    const jwk = { kty: 'oct', k: key.toString('base64url') };
    const headers: JWTHeaderParameters[] = [
      { alg: 'dir', enc: 'A256GCM', jwk },
      { alg: 'dir', enc: 'A256GCM', jku: 'https://evil.example/keys' },
      { alg: 'dir', enc: 'A128CBC-HS256' },
      { alg: 'A256KW', enc: 'A256GCM' },
    ] as JWTHeaderParameters[];
    for (const header of headers) {
      const forged = new EncryptJWT({ sub: 'mallory' })
        .setProtectedHeader(header as { alg: string; enc: string })
        .setAudience('shield-dashboard:session');
      expect(await make().open(await forged.encrypt(key))).toBeNull();
    }
    const claims = Buffer.from('{"sub":"mallory"}').toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const text of [`${none}.${claims}.`, `${none}..${claims}..`, 'x'.repeat(CHARS_MAX + 1)]) {
      expect(await make().open(text)).toBeNull();
    }
  });
});
