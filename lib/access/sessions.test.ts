import { EncryptJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { readSessionCookie, sessionCookie } from './session-cookie';
import { Sessions } from './sessions';

const SECRET = 'a secret of thirty-two characters.';
const ANN = { name: 'ann', fingerprint: 'fp', oidc: null };
const MINUTE = 60_000;
const LIMITS = { idleMs: 30 * MINUTE, absoluteMs: 120 * MINUTE };

function make(secret: string | null = SECRET) {
  const clock = { ms: 1_800_000_000_000 };
  return { sessions: new Sessions(secret, LIMITS, () => clock.ms), clock };
}

async function signedIn() {
  const { sessions, clock } = make();
  const session = sessions.begin(ANN);
  const cookie = await sessions.seal(session);
  return { sessions, clock, session, cookie };
}

describe('Sessions', () => {
  it('opens what another process with the same secret sealed, and shows nothing in it', async () => {
    const { cookie, session } = await signedIn();
    expect(await make().sessions.open(cookie)).toEqual(session);
    const shown = cookie
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(shown.join()).not.toContain('ann');
  });

  it('does not open what was sealed otherwise, changed, cut, or is none', async () => {
    const { sessions, cookie } = await signedIn();
    const [header = '', key = '', iv = '', text = '', tag = ''] = cookie.split('.');
    const flipped = `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
    const foreign = await make('another secret of thirty-two chars').sessions.seal(
      sessions.begin(ANN),
    );
    const unsealed = new EncryptJWT({}).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' });
    const wrong = [
      foreign,
      await make(null).sessions.seal(sessions.begin(ANN)),
      [header, key, iv, flipped, tag].join('.'),
      [header, key, iv, text].join('.'),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${text}.`,
      await unsealed.encrypt(new Uint8Array(32)),
      '',
      'x'.repeat(100_000),
    ];
    for (const text of wrong) expect(await sessions.open(text)).toBeNull();
  });

  it('is over where another process ended it, and so is every one of a user', async () => {
    const { sessions, clock, session } = await signedIn();
    const other = make();
    other.clock.ms = clock.ms;
    other.sessions.revoke(sessions.end(session));
    expect(other.sessions.isOn(session)).toBe(false);
    clock.ms += MINUTE;
    other.clock.ms += MINUTE;
    const another = sessions.begin(ANN);
    clock.ms += MINUTE;
    expect(other.sessions.isOn(another)).toBe(true);
    other.sessions.revoke(sessions.endAllOf(ANN));
    expect(other.sessions.isOn(another)).toBe(false);
  });

  it('that is yet to come is not ended by what somebody wrote into Redis', async () => {
    const { sessions, clock } = await signedIn();
    sessions.revoke({ kind: 'owner', owner: 'user ann', beforeMs: clock.ms + 1_000 * MINUTE });
    clock.ms += 1;
    expect(sessions.isOn(sessions.begin(ANN))).toBe(true);
  });

  it('is over when nobody used it for the idle time; a use goes on from then', async () => {
    const { sessions, clock, session } = await signedIn();
    clock.ms += 29 * MINUTE;
    sessions.use(session);
    clock.ms += 29 * MINUTE;
    expect(sessions.isOn(session)).toBe(true);
    clock.ms += 2 * MINUTE;
    expect(sessions.isOn(session)).toBe(false);
  });

  it('a newer cookie tells other processes of its use, and is due before the idle time', async () => {
    const { sessions, clock, session } = await signedIn();
    expect(sessions.isDue(session)).toBe(false);
    clock.ms += 4 * MINUTE;
    expect(sessions.isDue(session)).toBe(true);
    const other = make();
    const newer = await other.sessions.open(await sessions.seal(session));
    other.clock.ms = clock.ms + 28 * MINUTE;
    expect(newer && other.sessions.isOn(newer)).toBe(true);
    expect(other.sessions.isOn(session)).toBe(false);
  });

  it('is over at its absolute limit however much it is used', async () => {
    const { sessions, clock, session } = await signedIn();
    for (let minutes = 0; minutes < 120; minutes += 20) {
      expect(sessions.isOn(session)).toBe(true);
      sessions.use(session);
      clock.ms += 20 * MINUTE;
    }
    sessions.use(session);
    expect(sessions.isOn(session)).toBe(false);
  });

  it('stays ended, its cookie replayed and its newer cookies too', async () => {
    const { sessions, clock, session, cookie } = await signedIn();
    clock.ms += 5 * MINUTE;
    const newer = await sessions.seal(session);
    sessions.end(session);
    sessions.tidy();
    for (const text of [cookie, newer]) {
      const opened = await sessions.open(text);
      expect(opened && sessions.isOn(opened)).toBe(false);
    }
  });

  it('ends all sessions of one user that have begun, and none after', async () => {
    const { sessions, clock, session } = await signedIn();
    const bob = sessions.begin({ ...ANN, name: 'bob' });
    clock.ms += MINUTE;
    sessions.endAllOf(ANN);
    sessions.tidy();
    clock.ms += 1;
    expect([session, bob, sessions.begin(ANN)].map((one) => sessions.isOn(one))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('the session cookie', () => {
  it('is kept from scripts and other sites; by TLS it has the prefix that binds it to its host', () => {
    expect(sessionCookie('v', false)).toBe('shield_session=v; Path=/; HttpOnly; SameSite=Strict');
    expect(sessionCookie('v', true)).toBe(
      '__Host-shield_session=v; Path=/; HttpOnly; SameSite=Strict; Secure',
    );
    expect(sessionCookie(null, true)).toMatch(/Max-Age=0$/);
  });

  it('is found among others; by TLS the one without the prefix does not count', () => {
    const both = 'a=1; shield_session=plain; __Host-shield_session=bound; b=2';
    expect(readSessionCookie(both, true)).toBe('bound');
    expect(readSessionCookie(both, null)).toBe('bound');
    expect(readSessionCookie(both, false)).toBe('plain');
    expect(readSessionCookie('shield_session=plain', true)).toBeNull();
    expect(readSessionCookie('shield_session=plain', null)).toBe('plain');
    expect(readSessionCookie('shield_session=; x', null)).toBeNull();
    expect(readSessionCookie(null, null)).toBeNull();
  });
});
