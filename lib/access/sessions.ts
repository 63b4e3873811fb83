import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Actor, ROLES } from '@/lib/model/actor';
import type { Revocation } from '@/lib/model/revocation';
import { Seal } from './seal';

/** What a cookie holds, sealed: who signed in, and when. The role is looked up anew each time. */
export interface Session extends SessionOwner {
  id: string;
  /** Epoch milliseconds. */
  signedInMs: number;
  /** When the cookie was made, epoch milliseconds: the session is that fresh at least. */
  seenMs: number;
}

/** What a session is ended by. */
export type BegunSession = Pick<Session, 'id' | 'signedInMs'>;

/** Whose session it is. */
export interface SessionOwner {
  name: string;
  /** Of the password it was made by, or of the identity at the provider. */
  fingerprint: string;
  /** Null for a user of our own. */
  oidc: SessionGrant | null;
}

const grant = z.object({
  /** Who it is there: `sub`. */
  subject: z.string(),
  /** The role when the cookie was made, and the streams; absent for all. */
  role: z.enum(ROLES),
  streams: z.array(z.string()).readonly().optional(),
  /** The provider and what its claims were worth then; another is another's. */
  by: z.string(),
  /** When the provider confirmed it last, epoch milliseconds. */
  confirmedMs: z.number(),
  /** Whether the provider gave what it can be asked by; without, the session goes by time alone. */
  isChecked: z.boolean(),
  /** What it is asked by; null where that is too long for a cookie. */
  refreshToken: z.string().nullable(),
});

/** What an identity provider said of a session's owner. */
export type SessionGrant = z.infer<typeof grant>;

export interface SessionLimits {
  idleMs: number;
  absoluteMs: number;
}

const claims = z.object({
  jti: z.string(),
  sub: z.string(),
  fp: z.string(),
  in: z.number(),
  at: z.number(),
  oidc: grant.nullable(),
});

/** What browsers keep of a cookie, less its name and marks. */
const COOKIE_CHARS_MAX = 3_900;
/** Longest refresh token that fits into a cookie with all the rest; streams take of it. */
export const COOKIE_TOKEN_CHARS_MAX = 2_000;
/** Opened cookies remembered, so that most requests cost a look-up. */
const OPENED_MAX = 2_000;
/** A new cookie is sent when the one there is this old, or a tenth of the idle time. */
const RENEW_MS_MAX = 5 * 60_000;

/**
 * Sessions sealed into cookies (JWE, A256GCM): any process with the same secret knows them, and none
 * asks Redis. What ended early is remembered, until it would have ended anyway.
 */
export class Sessions {
  readonly #seal: Seal;
  readonly #opened = new Map<string, Session>();
  readonly #seen = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  /** By owner: sessions signed in before this are over, epoch milliseconds. */
  readonly #endedBefore = new Map<string, number>();

  /** A `secret` of null is made at random: sessions end with the process. */
  constructor(
    secret: string | null,
    private readonly limits: SessionLimits,
    private readonly now: () => number = Date.now,
  ) {
    this.#seal = new Seal(secret, 'session', COOKIE_CHARS_MAX);
  }

  begin({ name, fingerprint, oidc }: SessionOwner): Session {
    const now = this.now();
    return { id: randomUUID(), name, fingerprint, oidc, signedInMs: now, seenMs: now };
  }

  /** The cookie's text; `seenMs` is now. */
  seal({ id, name, fingerprint, oidc, signedInMs }: Session): Promise<string> {
    const at = this.now();
    return this.#seal.seal({ jti: id, sub: name, fp: fingerprint, in: signedInMs, at, oidc });
  }

  /** A session opened before, with no work at all. */
  known(cookie: string): Session | null {
    return this.#opened.get(cookie) ?? null;
  }

  /** Null for what was not sealed here, or was changed. It may be over: ask `isOn`. */
  async open(cookie: string): Promise<Session | null> {
    const parsed = claims.safeParse(await this.#seal.open(cookie));
    if (!parsed.success) return null;
    const { jti: id, sub: name, fp: fingerprint, in: signedInMs, at: seenMs, oidc } = parsed.data;
    const session = { id, name, fingerprint, oidc, signedInMs, seenMs };
    this.#remember(cookie, session);
    return session;
  }

  /** Within its limits, and not ended. */
  isOn(session: Session): boolean {
    const now = this.now();
    const { idleMs, absoluteMs } = this.limits;
    const seenMs = Math.max(session.seenMs, this.#seen.get(session.id) ?? 0);
    const endedBefore = this.#endedBefore.get(ownerKey(session)) ?? 0;
    return (
      now < session.signedInMs + absoluteMs &&
      now < seenMs + idleMs &&
      session.signedInMs > endedBefore &&
      !this.#ended.has(session.id)
    );
  }

  /** Somebody used it: it goes on from now. */
  use(session: Session): void {
    this.#seen.set(session.id, this.now());
  }

  /** Whether a newer cookie should be sent, for other processes to know that it was used. */
  isDue(session: Session): boolean {
    return this.now() - session.seenMs > Math.min(RENEW_MS_MAX, this.limits.idleMs / 10);
  }

  /** Returns what other processes have to know of it. */
  end({ id, signedInMs }: BegunSession): Revocation {
    const ended = { kind: 'session', id, untilMs: signedInMs + this.limits.absoluteMs } as const;
    this.revoke(ended);
    return ended;
  }

  /** Ends every session of this owner that has begun; returns the same. */
  endAllOf(owner: SessionOwner): Revocation {
    const ended = { kind: 'owner', owner: ownerKey(owner), beforeMs: this.now() } as const;
    this.revoke(ended);
    return ended;
  }

  /** What ended here or in another process. Nothing to come is ended by it, whatever it says. */
  revoke(revocation: Revocation): void {
    const now = this.now();
    if (revocation.kind === 'owner') {
      const { owner, beforeMs } = revocation;
      const before = Math.max(this.#endedBefore.get(owner) ?? 0, Math.min(beforeMs, now));
      this.#endedBefore.set(owner, before);
      return;
    }
    const untilMs = Math.min(revocation.untilMs, now + this.limits.absoluteMs);
    if (untilMs <= now) return;
    this.#ended.set(revocation.id, untilMs);
    this.#seen.delete(revocation.id);
  }

  /** Forgets what can matter no more. */
  tidy(): void {
    const now = this.now();
    for (const [id, untilMs] of this.#ended) if (untilMs < now) this.#ended.delete(id);
    for (const [id, ms] of this.#seen) if (ms + this.limits.idleMs < now) this.#seen.delete(id);
    for (const [owner, ms] of this.#endedBefore) {
      if (ms + this.limits.absoluteMs < now) this.#endedBefore.delete(owner);
    }
  }

  #remember(cookie: string, session: Session): void {
    this.#opened.set(cookie, session);
    if (this.#opened.size <= OPENED_MAX) return;
    const oldest = this.#opened.keys().next();
    if (!oldest.done) this.#opened.delete(oldest.value);
  }
}

/** A user of our own has one name; at a provider a name may change hands. */
function ownerKey({ name, fingerprint, oidc }: SessionOwner): string {
  return oidc ? `oidc ${fingerprint}` : `user ${name}`;
}

/** Who the owner is, and how they came in: one of ours and one of a provider may have the same name. */
export function whoOf({ name, oidc }: SessionOwner): Pick<Actor, 'name' | 'subject' | 'via'> {
  return oidc ? { name, subject: oidc.subject, via: 'oidc' } : { name, via: 'session' };
}
