import { describe, expect, it } from 'vitest';
import { hasErrorCode } from '@/lib/model/errors';
import { oidcSettings } from '@/lib/testing/oidc-settings';
import { admitted, identityOf, isComplete } from './oidc-claims';

type Rules = Parameters<typeof identityOf>[1];

const rules = (given: Partial<Rules> = {}): Rules =>
  oidcSettings({
    roleValues: { viewer: ['staff'], operator: ['ops', 'on-call'], admin: ['root'] },
    ...given,
  });

describe('the role', () => {
  it.each([
    [{ groups: ['staff'] }, 'viewer'],
    [{ groups: ['staff', 'on-call', 'others'] }, 'operator'],
    [{ groups: ['root', 'staff'] }, 'admin'],
    [{ groups: 'ops' }, 'operator'],
    [{ groups: 'ops root' }, null],
    [{ groups: ['OPS'] }, null],
    [{ groups: [['root']] }, null],
    [{ groups: { root: true } }, null],
    [{ groups: true }, null],
    [{ groups: null }, null],
    [{ groups: [] }, null],
    [{}, null],
  ])('by %j is %s', (claims, role) => {
    expect(identityOf({ sub: 's', ...claims }, rules())?.role).toBe(role);
  });

  it.each([
    ['realm_access.roles', { realm_access: { roles: ['root'] } }, 'admin'],
    ['https://example.com/roles', { 'https://example.com/roles': ['root'] }, 'admin'],
    ['a.b', { 'a.b': 'root', a: { b: 'staff' } }, 'admin'],
    ['realm_access.roles', { realm_access: 'root' }, null],
    ['constructor.name', {}, null],
    ['__proto__.x', {}, null],
  ])('stands at %s in %j', (roleClaim, claims, role) => {
    expect(identityOf({ sub: 's', ...claims }, rules({ roleClaim }))?.role).toBe(role);
  });

  it('of somebody without one is the default, which takes nothing from others', () => {
    const given = rules({ defaultRole: 'operator' });
    expect(identityOf({ sub: 's' }, given)?.role).toBe('operator');
    expect(identityOf({ sub: 's', groups: 'staff' }, given)?.role).toBe('viewer');
    expect(identityOf({ sub: 's', groups: 'root' }, given)?.role).toBe('admin');
  });
});

describe('the streams', () => {
  const byClaim = rules({ streamsClaim: 'streams', defaultStreams: null });
  it.each([
    ['prod:*;billing', { streams: ['prod:*', 'billing'] }],
    [' prod:* ; billing ;', { streams: ['prod:*', 'billing'] }],
    [['a;b', 'c d'], { streams: ['a;b', 'c d'] }],
    ['*', {}],
    [['x', '*'], {}],
    // Present and not understood: for no streams, never for all.
    ['', null],
    [' ; ', null],
    [[], null],
    [['a', ''], null],
    [['a', 7], null],
    [[['a']], null],
    [{ streams: 'a' }, null],
    [true, null],
    [null, null],
    ['x'.repeat(1_001), null],
    [Array.from({ length: 500 }, (_, n) => `s${n}`), null],
  ])('by the claim %j are %j', (streams, scope) => {
    expect(identityOf({ sub: 's', streams }, byClaim)?.scope).toEqual(scope);
    // A default is for those without the claim alone.
    const withDefault = { ...byClaim, defaultStreams: {} };
    expect(identityOf({ sub: 's', streams }, withDefault)?.scope).toEqual(scope);
  });

  it('without the claim are the default, and without a default nobody is let in', () => {
    expect(identityOf({ sub: 's' }, byClaim)?.scope).toBeNull();
    const defaultStreams = { streams: ['public:*'] };
    expect(identityOf({ sub: 's' }, { ...byClaim, defaultStreams })?.scope).toBe(defaultStreams);
    expect(identityOf({ sub: 's' }, rules({ defaultStreams }))?.scope).toBe(defaultStreams);
    expect(identityOf({ sub: 's', streams: 'a' }, rules())?.scope).toEqual({});
  });

  it('are asked for further where the claim is missing', () => {
    const claims = { sub: 's', groups: [], email: 'a' };
    expect(isComplete(claims, byClaim)).toBe(false);
    expect(isComplete({ ...claims, streams: 7 }, byClaim)).toBe(true);
  });

  it('and the role decide who is let in, each with its code', () => {
    const codeOf = (claims: object) => {
      const identity = identityOf({ sub: 's', ...claims }, byClaim);
      try {
        return identity && admitted(identity).scope;
      } catch (error) {
        return hasErrorCode(error, 'oidc_no_role', 'oidc_no_streams') ? error.code : error;
      }
    };
    expect(codeOf({ groups: 'ops', streams: 'a' })).toEqual({ streams: ['a'] });
    expect(codeOf({ groups: 'ops' })).toBe('oidc_no_streams');
    expect(codeOf({ groups: 'ops', streams: 7 })).toBe('oidc_no_streams');
    expect(codeOf({ streams: 'a' })).toBe('oidc_no_role');
  });
});

describe('the name', () => {
  it.each([
    [{ preferred_username: 'ann', email: 'ann@example.com' }, 'ann'],
    [{ preferred_username: '', email: 'ann@example.com' }, 'ann@example.com'],
    [{ name: 'Änn van der Müller' }, 'Änn van der Müller'],
    [{ preferred_username: 'ann\u202enimda' }, 'auth0|7'],
    [{ preferred_username: 'ann\nadmin' }, 'auth0|7'],
    [{ preferred_username: 'ann  admin' }, 'auth0|7'],
    [{ preferred_username: 'x'.repeat(65) }, 'auth0|7'],
    [{ preferred_username: ['ann'] }, 'auth0|7'],
    [{}, 'auth0|7'],
  ])('by %j is %s', (claims, name) => {
    expect(identityOf({ sub: 'auth0|7', ...claims }, rules())?.name).toBe(name);
  });

  it('comes from the claim that is configured, or else the subject names them', () => {
    const claims = { sub: 's', preferred_username: 'ann', upn: 'ann@corp' };
    expect(identityOf(claims, rules({ nameClaim: 'upn' }))?.name).toBe('ann@corp');
    expect(identityOf(claims, rules({ nameClaim: 'nick' }))?.name).toBe('s');
    expect(identityOf({ sub: 'x'.repeat(200) }, rules())?.name).toMatch(/^[0-9a-f]{16}$/);
  });
});

it.each([{}, { sub: '' }, { sub: 7 }, { sub: 'x'.repeat(256) }, { sub: 'é' }, { sub: 'a\nb' }])(
  '%j is nobody',
  (claims) => {
    expect(identityOf(claims, rules())).toBeNull();
  },
);

it('asks further where the role or every name is missing', () => {
  expect(isComplete({ groups: [], email: 'a' }, rules())).toBe(true);
  expect(isComplete({ email: 'a' }, rules())).toBe(false);
  expect(isComplete({ groups: [] }, rules())).toBe(false);
  const byDefault = rules({ roleValues: { viewer: [], operator: [], admin: [] } });
  expect(isComplete({ email: 'a' }, byDefault)).toBe(true);
});
