import { createHash } from 'node:crypto';
import type { AccessSettings } from '@/lib/model/access-settings';
import { type Actor, ROLES, type Role } from '@/lib/model/actor';
import { isSameScope, parseStreamScope, type StreamScope } from '@/lib/model/stream-scope';
import { readSessionCookie, sessionCookie } from './session-cookie';
import type { SessionOwners } from './session-owners';
import { type Session, type Sessions, whoOf } from './sessions';
import type { TrustedPeers } from './trusted-peers';
import { USER_NAME } from './users-file';

/** What of a request access looks at; header names in lower case. */
export interface AccessRequest {
  method: string;
  header(name: string): string | null;
  /** The address of the connection's other end; null where it is not known. */
  peer: string | null;
  /** As it stands in the access log. */
  requestId: string | null;
}

/** Somebody who came in. */
export interface Entry {
  actor: Actor;
  /** False when they may stay no longer: asked again and again while a stream is open. */
  isOn(): boolean;
  /** Null without a session. */
  session: Session | null;
  /** A `Set-Cookie` to send along. */
  cookie: string | null;
}

/** One way to find out who asks; null where nobody was found. */
export interface Door {
  /** `renews`: somebody did something, and a new cookie could be sent. */
  enter(request: AccessRequest, renews: boolean): Entry | null | Promise<Entry | null>;
}

export function isAskedByTls(
  request: AccessRequest,
  peers: TrustedPeers,
  { isSecure }: AccessSettings['session'],
): boolean | null {
  if (isSecure !== null) return isSecure;
  const proto = peers.has(request.peer) ? request.header('x-forwarded-proto') : null;
  return proto === null ? null : proto.split(',').at(-1)?.trim() === 'https';
}

/** Nobody is asked: whoever reaches the address may do everything. */
export class OpenDoor implements Door {
  constructor(private readonly peers: TrustedPeers) {}

  enter(request: AccessRequest): Entry {
    const address = this.peers.clientOf(request.peer, request.header('x-forwarded-for'));
    const actor = { name: 'anonymous', role: 'admin', address, via: 'open' } as const;
    return { actor, isOn: () => true, session: null, cookie: null };
  }
}

/** A proxy says who it is, where it is one of those that are trusted. */
export class ProxyDoor implements Door {
  /** By the header's text: the same array for the same, by which is kept what is made of it. */
  readonly #scopes = new Map<string, StreamScope | null>();

  constructor(
    private readonly settings: AccessSettings['proxy'],
    private readonly peers: TrustedPeers,
  ) {}

  enter(request: AccessRequest): Entry | null {
    if (!this.peers.has(request.peer)) return null;
    const name = request.header(this.settings.userHeader) ?? '';
    const role = asRole(request.header(this.settings.roleHeader) ?? this.settings.defaultRole);
    const scope = this.#scopeOf(request);
    // A header sent twice is joined by a comma, which no name has.
    if (!USER_NAME.test(name) || role === null || scope === null) return null;
    const address = this.peers.clientOf(request.peer, request.header('x-forwarded-for'));
    const actor = { name, role, address, via: 'proxy', ...scope } as const;
    return { actor, isOn: () => true, session: null, cookie: null };
  }

  /** Null for somebody of whom the proxy does not say it, or not in a way that can be read. */
  #scopeOf(request: AccessRequest): StreamScope | null {
    const { streamsHeader } = this.settings;
    if (streamsHeader === null) return {};
    const text = request.header(streamsHeader);
    // Sent twice it is joined by a comma; beyond ASCII nobody knows which letters were meant.
    if (text === null || !/^[!-+\--~ ]*$/.test(text)) return null;
    const known = this.#scopes.get(text);
    if (known !== undefined) return known;
    if (this.#scopes.size >= SCOPES_MAX) this.#scopes.clear();
    const scope = parseStreamScope(text);
    this.#scopes.set(text, scope);
    return scope;
  }
}

/** Texts of that header remembered; past that all are read anew. */
const SCOPES_MAX = 1_000;

/** People by a session's cookie, scripts by a token. */
export class SessionDoor implements Door {
  constructor(
    private readonly settings: AccessSettings['session'],
    private readonly owners: SessionOwners,
    private readonly sessions: Sessions,
    private readonly peers: TrustedPeers,
  ) {}

  enter(request: AccessRequest, renews: boolean): Entry | null | Promise<Entry | null> {
    const authorization = request.header('authorization') ?? '';
    // Another scheme is meant for a proxy on the way.
    if (/^bearer\b/i.test(authorization)) {
      return this.#byToken(authorization, this.#addressOf(request));
    }
    const isSecure = isAskedByTls(request, this.peers, this.settings);
    const cookie = readSessionCookie(request.header('cookie'), isSecure);
    if (cookie === null) return null;
    const known = this.sessions.known(cookie);
    if (known && !this.#confirm(known) && !(renews && this.#isDue(known))) {
      return this.#bySession(known, request, renews);
    }
    return this.#afterOpening(cookie, request, renews);
  }

  async #afterOpening(
    cookie: string,
    request: AccessRequest,
    renews: boolean,
  ): Promise<Entry | null> {
    const session = await this.sessions.open(cookie);
    if (!session) return null;
    await this.#confirm(session);
    const entry = this.#bySession(session, request, renews);
    if (!entry || !renews || !this.#isDue(session)) return entry;
    const isSecure = readSessionCookie(request.header('cookie'), true) === cookie;
    const sealed = await this.sessions.seal(this.owners.latest(session));
    return { ...entry, cookie: sessionCookie(sealed, isSecure) };
  }

  #bySession(session: Session, request: AccessRequest, isUse: boolean): Entry | null {
    const { owners, sessions } = this;
    const role = owners.roleOf(session);
    const streams = owners.streamsOf(session);
    const scope = streams ? { streams } : {};
    const isOn = () => {
      const now = owners.streamsOf(session);
      const isSame = now === streams || isSameScope(now ? { streams: now } : {}, scope);
      return owners.roleOf(session) === role && isSame && sessions.isOn(session);
    };
    if (role === null || !isOn()) return null;
    if (isUse) sessions.use(session);
    const actor = { ...whoOf(session), role, address: this.#addressOf(request), ...scope };
    return { actor, isOn, session, cookie: null };
  }

  /** What is over is asked about no more. */
  #confirm(session: Session): Promise<void> | null {
    return this.sessions.isOn(session) ? this.owners.confirm(session) : null;
  }

  #isDue(session: Session): boolean {
    return this.sessions.isDue(session) || this.owners.isDue(session);
  }

  #byToken(authorization: string, address: string): Entry | null {
    const [, secret] = /^Bearer ([\w.~+/-]{1,512}=*)$/i.exec(authorization) ?? [];
    if (secret === undefined) return null;
    const digest = createHash('sha256').update(secret).digest('hex');
    const find = () => this.owners.findToken(digest);
    const token = find();
    if (!token) return null;
    const { name, role, streams } = token;
    const actor = { name, role, address, via: 'token', ...(streams && { streams }) } as const;
    const isOn = () => find()?.role === role && isSameScope(find(), token);
    return { actor, isOn, session: null, cookie: null };
  }

  #addressOf(request: AccessRequest): string {
    return this.peers.clientOf(request.peer, request.header('x-forwarded-for'));
  }
}

function asRole(text: string): Role | null {
  return ROLES.find((role) => role === text.trim().toLowerCase()) ?? null;
}
