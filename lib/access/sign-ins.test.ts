import { describe, expect, it } from 'vitest';
import { type Person, userLine } from '@/e2e/support/people';
import type { Asker, AuditEvent, RefusedRequest } from '@/lib/model/audit';
import { hasErrorCode } from '@/lib/model/errors';
import { isPassword, type PasswordHash } from './password';
import { AT_ONCE_MAX, PasswordChecks, WAITING_MAX } from './password-checks';
import { type Session, Sessions, whoOf } from './sessions';
import {
  ATTEMPTS_PER_ADDRESS_MAX,
  ATTEMPTS_PER_USER_MAX,
  FAILURES_PER_ADDRESS_MAX,
  FAILURES_PER_USER_MAX,
} from './sign-in-limits';
import { SignIns } from './sign-ins';
import { TrustedPeers } from './trusted-peers';
import { Users } from './users';

const ANN: Person = { name: 'ann', role: 'operator', password: 'ann looks after it' };
const OUT: Person = { name: 'out', role: 'admin', password: 'out since last week' };
const OTHERS = ['bo', 'cy', 'di', 'ed', 'flo'];
const SETTINGS = { secret: null, idleMs: 60_000, absoluteMs: 60_000, isSecure: null };

type Check = typeof isPassword;

/** Sign-ins with what was checked, and what was written down of them. */
function make(check: Check = isPassword) {
  const work: string[] = [];
  const events: string[] = [];
  const refusals: string[] = [];
  const others = OTHERS.map((name) => userLine(ANN).replace(ANN.name, name));
  const text = [userLine(ANN), `${userLine(OUT)} disabled`, ...others].join('\n');
  const counted: Check = (password, hash) => {
    work.push(costOf(hash));
    return check(password, hash);
  };
  const sessions = new Sessions(null, SETTINGS);
  const signIns = new SignIns(
    {
      settings: SETTINGS,
      peers: new TrustedPeers([]),
      sessions,
      users: new Users({ text }, () => undefined),
      oidc: null,
      audit: {
        note: ({ actor }: Asker, { outcome, code, after }: AuditEvent) =>
          void events.push(
            [actor.name, outcome, code, after && JSON.stringify(after)].filter(Boolean).join(' '),
          ),
        noteRefusal: ({ code }: RefusedRequest) => void refusals.push(code),
      },
      tell: () => undefined,
      log: { info: () => undefined, warn: () => undefined },
    },
    new PasswordChecks(counted),
  );
  const request = (peer: string) => ({
    ...{ method: 'POST', header: () => null, peer, requestId: null },
  });
  const signIn = (name: string, password: string, peer = '10.0.0.1') =>
    signIns.byPassword({ name, password }, request(peer)).then(
      ({ actor }) => `in as ${actor.name}`,
      (error) => codeOf(error),
    );
  const signOut = (session: Session, everywhere: boolean) => {
    const actor = { ...whoOf(session), role: 'operator', address: '10.0.0.1' } as const;
    signIns.end(session, actor, everywhere, request('10.0.0.1'));
  };
  return { signIn, signOut, sessions, work, events, refusals };
}

const costOf = ({ ln, r, p, salt, key }: PasswordHash) =>
  [ln, r, p, salt.length, key.length].join('.');

function codeOf(error: unknown): string {
  if (hasErrorCode(error, 'wrong_credentials', 'sign_in_limit')) return error.code;
  throw error;
}

describe('a sign-in that fails', () => {
  it('costs the same work for a wrong password, a name nobody has, and who is disabled', async () => {
    const { signIn, work, events } = make();
    const given = [
      [ANN.name, 'wrong'],
      ['nobody', ANN.password],
      [OUT.name, OUT.password],
      ['no name at all, but a password', ''],
      ['', ''],
      [ANN.name, 'x'.repeat(100_000)],
    ] as const;
    for (const [name, password] of given) {
      expect(await signIn(name, password)).toBe('wrong_credentials');
    }
    expect(await signIn(ANN.name, ANN.password)).toBe('in as ann');
    // One scrypt each, of one cost, whoever it was; and the right password no other.
    expect(work).toHaveLength(given.length + 1);
    expect(new Set(work)).toEqual(new Set(['14.8.1.16.32']));
    // What was typed for a name that nobody has is not written down.
    expect(events).toEqual([
      'ann refused wrong_credentials',
      ...Array.from({ length: 4 }, () => 'unknown refused wrong_credentials'),
      ...['ann refused wrong_credentials', 'ann done'],
    ]);
  });

  it('because too many wait was no failure, is written down, and may be only so often', async () => {
    let end: (isRight: boolean) => void = () => undefined;
    const gate = new Promise<boolean>((resolve) => {
      end = resolve;
    });
    const { signIn, work, refusals } = make(() => gate);
    const queue = AT_ONCE_MAX + WAITING_MAX;
    const waiting = Array.from({ length: queue }, (_, n) =>
      signIn(`guess${n}`, 'x', `10.0.1.${n}`),
    );
    // More than may fail, of one name and from one address.
    const turnedAway = ATTEMPTS_PER_USER_MAX - 1;
    for (let n = 0; n < turnedAway; n++) {
      expect(await signIn(ANN.name, ANN.password)).toBe('sign_in_limit');
    }
    expect(turnedAway).toBeGreaterThan(Math.max(FAILURES_PER_USER_MAX, FAILURES_PER_ADDRESS_MAX));
    expect(refusals).toEqual(Array.from({ length: turnedAway }, () => 'sign_in_limit'));
    end(true);
    await Promise.all(waiting);
    expect(await signIn(ANN.name, ANN.password)).toBe('in as ann');
    expect(work).toHaveLength(queue + 1);
    // That was the last for this name; others of the address may go on.
    expect(await signIn(ANN.name, ANN.password)).toBe('sign_in_limit');
    expect(await signIn('bob', 'x')).toBe('wrong_credentials');
  });
});

it('a sign-out is written down once, however often it is asked for', () => {
  const { signOut, sessions, events } = make();
  const session = sessions.begin({ name: ANN.name, fingerprint: 'x', oidc: null });
  for (let n = 0; n < 100; n++) signOut(session, n > 50);
  expect(events).toEqual(['ann done {"everywhere":false}']);
});

describe('sign-ins that succeed', () => {
  const rightAway: Check = () => Promise.resolve(true);

  it('are limited for a user, so that they cannot push other records out', async () => {
    const { signIn, events, refusals } = make(rightAway);
    for (let n = 0; n < 3 * ATTEMPTS_PER_USER_MAX; n++) await signIn(ANN.name, 'x', `10.0.0.${n}`);
    expect(events).toHaveLength(ATTEMPTS_PER_USER_MAX);
    expect(refusals).toHaveLength(2 * ATTEMPTS_PER_USER_MAX);
  });

  it('and for an address, an IPv6 network counting as one', async () => {
    const { signIn, events } = make(rightAway);
    for (const name of [ANN.name, ...OTHERS]) {
      for (let n = 1; n <= ATTEMPTS_PER_USER_MAX; n++) {
        await signIn(name, 'x', `2001:db8::${n.toString(16)}`);
      }
    }
    expect(events).toHaveLength(ATTEMPTS_PER_ADDRESS_MAX);
    expect(await signIn('flo', 'x', '2001:db8::ffff')).toBe('sign_in_limit');
    expect(await signIn('flo', 'x', '2001:db8:0:1::1')).toBe('in as flo');
  });
});
