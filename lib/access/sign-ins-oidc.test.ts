import { describe, expect, it } from 'vitest';
import { userKey } from '@/lib/model/actor';
import type { Asker, AuditEvent, RefusedRequest } from '@/lib/model/audit';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { oidcSettings } from '@/lib/testing/oidc-settings';
import { OidcGrants } from './oidc-grants';
import type { OidcEnd } from './oidc-sign-in';
import { Sessions, whoOf } from './sessions';
import {
  ATTEMPTS_PER_ADDRESS_MAX,
  ATTEMPTS_PER_USER_MAX,
  FAILURES_PER_ADDRESS_MAX,
} from './sign-in-limits';
import { SignIns } from './sign-ins';
import { TrustedPeers } from './trusted-peers';

const SETTINGS = { secret: null, idleMs: 60_000, absoluteMs: 60_000, isSecure: null };
const QUIET = { info: () => undefined, warn: () => undefined };
const OIDC = oidcSettings();

/** A provider whose every user calls themselves Ann. */
function make() {
  const events: string[] = [];
  const refusals: string[] = [];
  const logged: object[] = [];
  const provider = {
    refresh: () => Promise.reject(new Error('nobody asks')),
    revoke: () => Promise.resolve(),
    endSessionUrl: () => null,
  };
  const grants = new OidcGrants(OIDC, provider, QUIET, SETTINGS.absoluteMs);
  const sessions = new Sessions(null, SETTINGS);
  let answer: OidcEnd | undefined;
  const log = { ...QUIET, info: (facts: object) => void logged.push(facts) };
  const signIns = new SignIns({
    settings: SETTINGS,
    peers: new TrustedPeers([]),
    sessions,
    users: null,
    oidc: {
      begin: () => Promise.reject(new Error('nobody begins')),
      end: () => (answer ? Promise.resolve(answer) : Promise.reject(new Error('no answer'))),
      grants,
      isSecure: false,
      endedCookie: 'over',
    },
    audit: {
      note: ({ actor }: Asker, { outcome, code }: AuditEvent) =>
        void events.push([actor.name, actor.subject, outcome, code].filter(Boolean).join(' ')),
      noteRefusal: ({ asker: { actor }, code }: RefusedRequest) =>
        void refusals.push([actor.name, actor.subject, code].filter(Boolean).join(' ')),
    },
    tell: () => undefined,
    log,
  });
  const come = (peer: string) =>
    signIns.endOidc('', { method: 'GET', header: () => null, peer, requestId: null }).then(
      ({ problem }) => problem ?? 'in',
      (error) => (hasErrorCode(error, 'sign_in_limit') ? error.code : error),
    );
  const ownerOf = (subject: string) => {
    const identity = { subject, name: 'Ann', role: 'viewer', scope: {} } as const;
    return grants.ownerOf(identity, { identity, refreshToken: null, idToken: null });
  };
  return {
    ...{ events, refusals, logged, sessions, ownerOf },
    /** Somebody comes back whom the provider knows. */
    comeAs(subject: string, peer = '10.0.0.1') {
      const tokens = { identity: null, refreshToken: null, idToken: null };
      answer = { next: '/', error: null, owner: ownerOf(subject), tokens };
      return come(peer);
    },
    comeWith(code: 'oidc_state' | 'oidc_unreachable' | 'oidc_no_role', peer = '10.0.0.1') {
      const who = code === 'oidc_no_role' ? { name: 'Ann', subject: 's9' } : null;
      const error = Object.assign(new DashboardError(code, code), { code });
      answer = { next: '/', error, who };
      return come(peer);
    },
  };
}

describe('two people of one name at the provider', () => {
  it('are two in the audit, the log, the limits and what is revoked', async () => {
    const { comeAs, comeWith, events, logged, refusals, sessions, ownerOf } = make();
    for (let n = 0; n < ATTEMPTS_PER_USER_MAX; n++) {
      expect(await comeAs('s1', `10.0.0.${n}`)).toBe('in');
    }
    expect(await comeAs('s1')).toBe('sign_in_limit');
    expect(refusals).toEqual(['Ann s1 sign_in_limit']);
    expect(await comeAs('s2')).toBe('in');
    expect(await comeWith('oidc_no_role')).toBe('oidc_no_role');
    expect(events.slice(-3)).toEqual([
      ...['Ann s1 done', 'Ann s2 done', 'Ann s9 refused oidc_no_role'],
    ]);
    expect(logged.at(-1)).toEqual({ user: 'Ann', subject: 's2', address: '10.0.0.1' });
    const [one, two] = [sessions.begin(ownerOf('s1')), sessions.begin(ownerOf('s2'))];
    expect([whoOf(one), whoOf(two)].map(userKey)).toEqual(['oidc s1', 'oidc s2']);
    sessions.endAllOf(one);
    expect([sessions.isOn(one), sessions.isOn(two)]).toEqual([false, true]);
  });
});

describe('what comes back from no sign-in that began here', () => {
  it('counts for nothing, and is told as one, however often it comes', async () => {
    const { comeAs, comeWith, events, refusals } = make();
    const times = ATTEMPTS_PER_ADDRESS_MAX + 1;
    for (let n = 0; n < times; n++) expect(await comeWith('oidc_state')).toBe('oidc_state');
    expect(events).toEqual([]);
    // The trail tells refusals that are alike together.
    expect(refusals).toEqual(Array.from({ length: times }, () => 'unknown oidc_state'));
    expect(await comeAs('s1')).toBe('in');
  });
});

it('a provider in trouble is nobody’s failure, and may be met only so often', async () => {
  const { comeAs, comeWith, events } = make();
  for (let n = 0; n <= FAILURES_PER_ADDRESS_MAX; n++) await comeWith('oidc_unreachable');
  expect(await comeAs('s1')).toBe('in');
  for (let n = 0; n < ATTEMPTS_PER_ADDRESS_MAX; n++) await comeWith('oidc_unreachable');
  expect(events).toHaveLength(ATTEMPTS_PER_ADDRESS_MAX);
  expect(await comeAs('s2')).toBe('sign_in_limit');
  expect(await comeAs('s2', '10.0.0.2')).toBe('in');
});
