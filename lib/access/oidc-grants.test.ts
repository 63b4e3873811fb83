import { describe, expect, it } from 'vitest';
import { DashboardError, type ErrorCode } from '@/lib/model/errors';
import { oidcSettings } from '@/lib/testing/oidc-settings';
import { admitted } from './oidc-claims';
import { OidcGrants } from './oidc-grants';
import type { OidcTokens } from './oidc-tokens';
import { type Session, Sessions } from './sessions';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const LIMITS = { idleMs: 480 * MINUTE, absoluteMs: 1_440 * MINUTE };
const SETTINGS = oidcSettings({
  roleValues: { viewer: [], operator: ['ops'], admin: [] },
  graceMs: 120 * MINUTE,
});

const ANN = { subject: 's1', name: 'ann', role: 'operator', scope: {} } as const;
const tokens = (given: Partial<OidcTokens> = {}): OidcTokens => ({
  identity: ANN,
  refreshToken: 'r1',
  idToken: 'i1',
  ...given,
});

/** One process, and a provider that says what it is told to. */
function make({ settings = {}, clock = { ms: 1_800_000_000_000 } } = {}) {
  const asked: string[] = [];
  const revoked: string[] = [];
  const provider = {
    says: (): OidcTokens | Promise<OidcTokens> => tokens({ refreshToken: null }),
    refresh: async (token: string) => {
      asked.push(token);
      return provider.says();
    },
    revoke: async (token: string) => void revoked.push(token),
    endSessionUrl: (idToken: string | null) => `https://id.example/end?hint=${idToken}`,
  };
  const grants = new OidcGrants(
    { ...SETTINGS, ...settings },
    provider,
    { info: () => undefined },
    LIMITS.absoluteMs,
    () => clock.ms,
  );
  const sessions = new Sessions('a secret of thirty-two characters.', LIMITS, () => clock.ms);
  const begin = (given: OidcTokens = tokens()): Session => {
    const session = sessions.begin(grants.ownerOf(admitted(given.identity ?? ANN), given));
    grants.keep(session, given);
    return session;
  };
  return { grants, provider, asked, revoked, begin, clock };
}

const fails = (code: ErrorCode) => () => Promise.reject(new DashboardError(code, code));

describe('a session', () => {
  it('is not asked about for half a minute, then without anybody waiting, then first', async () => {
    const { grants, asked, begin, clock } = make();
    const session = begin();
    clock.ms += 29 * SECOND;
    expect([grants.confirm(session), asked]).toEqual([null, []]);
    clock.ms += SECOND;
    expect([grants.confirm(session), asked]).toEqual([null, ['r1']]);
    clock.ms += 30 * SECOND;
    // The same question still: nobody asks twice at once.
    await grants.confirm(session);
    expect(asked).toEqual(['r1']);
    clock.ms += 45 * SECOND;
    await Promise.all([grants.confirm(session), grants.confirm(session)]);
    expect(asked).toEqual(['r1', 'r1']);
    expect(grants.roleOf(session)).toBe('operator');
  });

  it.each([
    ['says no', fails('oidc_denied')],
    ['gives the account no role any more', () => tokens({ identity: { ...ANN, role: null } })],
    ['no longer says which streams', () => tokens({ identity: { ...ANN, scope: null } })],
    ['names somebody else', () => tokens({ identity: { ...ANN, subject: 's2' } })],
  ])('is over for good when the provider %s', async (_, says) => {
    const { grants, provider, asked, begin, clock } = make();
    const session = begin();
    provider.says = says;
    clock.ms += 50 * SECOND;
    await grants.confirm(session);
    expect(grants.roleOf(session)).toBeNull();
    provider.says = () => tokens();
    clock.ms += 50 * SECOND;
    expect(grants.confirm(session)).toBeNull();
    expect([grants.roleOf(session), asked.length]).toEqual([null, 1]);
  });

  it('follows the role, which its next cookie has, and the token that was given for the last', async () => {
    const { grants, provider, asked, begin, clock } = make();
    const session = begin();
    expect(grants.isDue(session)).toBe(false);
    provider.says = () => tokens({ identity: { ...ANN, role: 'viewer' }, refreshToken: 'r2' });
    clock.ms += 50 * SECOND;
    await grants.confirm(session);
    expect([grants.roleOf(session), grants.isDue(session)]).toEqual(['viewer', true]);
    const { oidc } = grants.latest(session);
    expect(oidc).toMatchObject({ role: 'viewer', refreshToken: 'r2', confirmedMs: clock.ms });
    clock.ms += 50 * SECOND;
    await grants.confirm(session);
    expect(asked).toEqual(['r1', 'r2']);
  });

  it('follows the streams, which its next cookie has; the same ones are no change', async () => {
    const { grants, provider, begin, clock } = make();
    const scopedTo = (...streams: string[]) => tokens({ identity: { ...ANN, scope: { streams } } });
    const session = begin(scopedTo('a', 'b'));
    const first = grants.scopeOf(session);
    expect([first, session.oidc?.streams]).toEqual([{ streams: ['a', 'b'] }, ['a', 'b']]);
    for (const [said, streams] of [
      [scopedTo('a', 'b'), ['a', 'b']],
      [tokens({ identity: null }), ['a', 'b']],
      [scopedTo('a;b'), ['a;b']],
      [tokens(), undefined],
    ] as const) {
      provider.says = () => said;
      clock.ms += 50 * SECOND;
      await grants.confirm(session);
      expect([grants.scopeOf(session).streams, grants.latest(session).oidc?.streams]).toEqual([
        ...[streams, streams],
      ]);
      const isSame = streams?.length === 2;
      expect([grants.isDue(session), grants.scopeOf(session) === first]).toEqual([!isSame, isSame]);
    }
    // Another process knows them by the cookie.
    const other = make({ clock }).grants;
    expect(other.scopeOf(begin(scopedTo('c')))).toEqual({ streams: ['c'] });
    const unchecked = begin({ ...scopedTo('d'), refreshToken: null });
    expect(other.scopeOf(unchecked).streams).toEqual(['d']);
  });

  it('fits into a cookie with the longest of everything', async () => {
    const { grants, begin } = make();
    const name = '語'.repeat(64);
    const streams = ['s'.repeat(400), '語'.repeat(190)];
    const identity = { ...ANN, name, subject: 's'.repeat(255), scope: { streams } };
    const bytes = Buffer.byteLength(JSON.stringify(streams));
    const session = begin(tokens({ identity, refreshToken: 'r'.repeat(2_000 - bytes) }));
    expect(session.oidc?.refreshToken).not.toBeNull();
    const secret = 'a secret of thirty-two characters.';
    const [sealing, opening] = [new Sessions(secret, LIMITS), new Sessions(secret, LIMITS)];
    expect((await opening.open(await sealing.seal(session)))?.oidc).toEqual(session.oidc);
    expect(grants.roleOf(session)).toBe('operator');
    const tooLong = begin(tokens({ identity, refreshToken: 'r'.repeat(2_001 - bytes) }));
    expect(tooLong.oidc?.refreshToken).toBeNull();
  });

  it.each<ErrorCode>(['oidc_unreachable', 'oidc_rejected', 'oidc_invalid', 'oidc_clock'])(
    'goes on for the time of grace with %s, and after it when the provider is back',
    async (code) => {
      const { grants, provider, begin, clock } = make();
      const session = begin();
      provider.says = fails(code);
      clock.ms += 119 * MINUTE;
      await grants.confirm(session);
      expect(grants.roleOf(session)).toBe('operator');
      clock.ms += MINUTE;
      await grants.confirm(session);
      expect(grants.roleOf(session)).toBeNull();
      provider.says = () => tokens();
      clock.ms += MINUTE;
      await grants.confirm(session);
      expect(grants.roleOf(session)).toBe('operator');
    },
  );

  it('of another process, or of before a restart, is asked about before it counts', async () => {
    const { begin, clock } = make();
    const session = begin();
    const other = make({ clock });
    const confirmed = other.grants.confirm(session);
    expect(confirmed).not.toBeNull();
    await confirmed;
    expect([other.asked, other.grants.roleOf(session)]).toEqual([['r1'], 'operator']);
    const third = make({ clock });
    third.provider.says = fails('oidc_denied');
    await third.grants.confirm(session);
    expect(third.grants.roleOf(session)).toBeNull();
  });

  it('whose token no cookie can hold is its own process’s alone', async () => {
    const { grants, begin, clock } = make();
    const session = begin(tokens({ refreshToken: 'x'.repeat(2_001) }));
    expect([grants.roleOf(session), session.oidc?.refreshToken]).toEqual(['operator', null]);
    expect(make({ clock }).grants.roleOf(session)).toBeNull();
  });

  it('without a token goes by its own limits: nobody can be asked', () => {
    const { grants, asked, begin, clock } = make();
    const session = begin(tokens({ refreshToken: null }));
    clock.ms += 1_000 * MINUTE;
    expect([grants.confirm(session), grants.roleOf(session)]).toEqual([null, 'operator']);
    expect(asked).toEqual([]);
  });

  it.each([
    { clientId: 'another' },
    { issuer: 'https://other.example' },
    { roleClaim: 'roles' },
    { streamsClaim: 'streams' },
    { defaultStreams: { streams: ['a'] } },
    { defaultRole: 'viewer' as const },
    { roleValues: { ...SETTINGS.roleValues, operator: [] } },
  ])('of before %j was configured is over', (settings) => {
    const { begin, clock } = make();
    const session = begin(tokens({ refreshToken: null }));
    expect(make({ settings, clock }).grants.roleOf(session)).toBeNull();
  });
});

describe('signing out', () => {
  it('ends the session, has the provider forget its token, and says where to go', () => {
    const { grants, revoked, begin } = make();
    const [session, other] = [begin(), begin()];
    expect(grants.end(session)).toBe('https://id.example/end?hint=i1');
    expect(revoked).toEqual(['r1']);
    expect([grants.roleOf(session), grants.roleOf(other)]).toEqual([null, 'operator']);
    grants.endAllOf(session);
    expect([grants.roleOf(other), revoked]).toEqual([null, ['r1', 'r1']]);
  });

  it('is forgotten when the session would have been over anyway', () => {
    const { grants, begin, clock } = make();
    const session = begin(tokens({ refreshToken: 'x'.repeat(2_001) }));
    grants.tidy();
    expect(grants.roleOf(session)).toBe('operator');
    clock.ms += LIMITS.absoluteMs + 1;
    grants.tidy();
    expect(grants.latest(session)).toBe(session);
  });
});
