import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { z } from 'zod';
import type { Revocation } from '@/lib/model/revocation';

/** What a cookie holds, sealed: who signed in, and when. The role is looked up anew each time. */
export interface Session {
  id: string;
  name: string;
  /** The fingerprint of the password it was made by. */
  fingerprint: string;
  /** Epoch milliseconds. */
  signedInMs: number;
  /** When the cookie was made, epoch milliseconds: the session is that fresh at least. */
  seenMs: number;
}

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
});

const SEALED = { alg: 'dir', enc: 'A256GCM' } as const;
const AUDIENCE = 'shield-dashboard:session';
/** Longer than any cookie of ours. */
const COOKIE_CHARS_MAX = 1_024;
/** Opened cookies remembered, so that most requests cost a look-up. */
const OPENED_MAX = 2_000;
/** A new cookie is sent when the one there is this old, or a tenth of the idle time. */
const RENEW_MS_MAX = 5 * 60_000;

/**
 * Sessions sealed into cookies (JWE, A256GCM): any process with the same secret knows them, and none
 * asks Redis. What ended early is remembered, until it would have ended anyway.
 */
export class Sessions {
  readonly #key: Uint8Array;
  readonly #opened = new Map<string, Session>();
  readonly #seen = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  /** By user: sessions signed in before this are over, epoch milliseconds. */
  readonly #endedBefore = new Map<string, number>();

  /** A `secret` of null is made at random: sessions end with the process. */
  constructor(
    secret: string | null,
    private readonly limits: SessionLimits,
    private readonly now: () => number = Date.now,
  ) {
    const bytes = secret ?? randomBytes(32);
    this.#key = createHash('sha256').update('session cookies:').update(bytes).digest();
  }

  begin(name: string, fingerprint: string): Session {
    const now = this.now();
    return { id: randomUUID(), name, fingerprint, signedInMs: now, seenMs: now };
  }

  /** The cookie's text; `seenMs` is now. */
  seal({ id, name, fingerprint, signedInMs }: Session): Promise<string> {
    return new EncryptJWT({ fp: fingerprint, in: signedInMs, at: this.now() })
      .setProtectedHeader(SEALED)
      .setAudience(AUDIENCE)
      .setSubject(name)
      .setJti(id)
      .encrypt(this.#key);
  }

  /** A session opened before, with no work at all. */
  known(cookie: string): Session | null {
    return this.#opened.get(cookie) ?? null;
  }

  /** Null for what was not sealed here, or was changed. It may be over: ask `isOn`. */
  async open(cookie: string): Promise<Session | null> {
    if (cookie.length > COOKIE_CHARS_MAX) return null;
    try {
      const { payload } = await jwtDecrypt(cookie, this.#key, {
        audience: AUDIENCE,
        keyManagementAlgorithms: [SEALED.alg],
        contentEncryptionAlgorithms: [SEALED.enc],
      });
      const { jti: id, sub: name, fp: fingerprint, in: signedInMs, at } = claims.parse(payload);
      const session = { id, name, fingerprint, signedInMs, seenMs: at };
      this.#remember(cookie, session);
      return session;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) return null;
      throw error;
    }
  }

  /** Within its limits, and not ended. */
  isOn(session: Session): boolean {
    const now = this.now();
    const { idleMs, absoluteMs } = this.limits;
    const seenMs = Math.max(session.seenMs, this.#seen.get(session.id) ?? 0);
    const endedBefore = this.#endedBefore.get(session.name) ?? 0;
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
  end({ id, signedInMs }: Session): Revocation {
    const ended = { kind: 'session', id, untilMs: signedInMs + this.limits.absoluteMs } as const;
    this.revoke(ended);
    return ended;
  }

  /** Ends every session of this user that has begun; returns the same. */
  endAllOf(name: string): Revocation {
    const ended = { kind: 'user', name, beforeMs: this.now() } as const;
    this.revoke(ended);
    return ended;
  }

  /** What ended here or in another process. Nothing to come is ended by it, whatever it says. */
  revoke(revocation: Revocation): void {
    const now = this.now();
    if (revocation.kind === 'user') {
      const { name, beforeMs } = revocation;
      const before = Math.max(this.#endedBefore.get(name) ?? 0, Math.min(beforeMs, now));
      this.#endedBefore.set(name, before);
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
    for (const [name, ms] of this.#endedBefore) {
      if (ms + this.limits.absoluteMs < now) this.#endedBefore.delete(name);
    }
  }

  #remember(cookie: string, session: Session): void {
    this.#opened.set(cookie, session);
    if (this.#opened.size <= OPENED_MAX) return;
    const oldest = this.#opened.keys().next();
    if (!oldest.done) this.#opened.delete(oldest.value);
  }
}
