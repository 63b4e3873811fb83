import type { AccessMode, AccessSettings } from '@/lib/model/access-settings';
import type { Actor } from '@/lib/model/actor';
import type { Asker } from '@/lib/model/audit';
import { DashboardError } from '@/lib/model/errors';
import { isLimited, type Permission } from '@/lib/model/permissions';
import type { Revocation } from '@/lib/model/revocation';
import type { WaysIn } from '@/lib/model/sign-in-href';
import type { Sees } from '@/lib/model/stream-scope';
import type { Visitor } from '@/lib/model/visitor';
import {
  type AccessRequest,
  type Door,
  type Entry,
  OpenDoor,
  ProxyDoor,
  SessionDoor,
} from './doors';
import { MODE_WORDS, UNKNOWN_WORDS } from './mode-words';
import { OidcSignIn, type OidcStart, type OidcWish } from './oidc-sign-in';
import { type KnownStreams, Rights } from './rights';
import { type GatedRoute, ruleOf, ruleOfPath } from './route-rules';
import { sessionCookie } from './session-cookie';
import { SessionOwners } from './session-owners';
import { Sessions } from './sessions';
import { type RevocationStore, SharedRevocations } from './shared-revocations';
import { type Audit, type OidcAnswer, SignIns, strangerOf } from './sign-ins';
import { TrustedPeers } from './trusted-peers';
import { Users } from './users';
import { WriteLimits } from './write-limits';

/** How often open streams are looked at: whoever is out is cut within this and the users' look. */
const LOOK_MS = 5_000;

interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Requests a minute that change something. */
type WritesMax = ConstructorParameters<typeof WriteLimits>[0];

/** Who may come in, and who may do what: the one gate that everything passes. Needs no Redis. */
export class Access {
  readonly mode: AccessMode;
  readonly #settings: AccessSettings;
  readonly #log: Log;
  readonly #peers: TrustedPeers;
  readonly #users: Users | null;
  readonly #oidc: OidcSignIn | null;
  readonly #owners: SessionOwners;
  readonly #sessions: Sessions;
  readonly #signIns: SignIns;
  readonly #door: Door;
  readonly #writes: WriteLimits;
  readonly #rights: Rights;
  /** By the actor a request was given, so that nobody else has to know of entries. */
  readonly #entries = new WeakMap<Actor, Entry>();
  readonly #held = new Set<{ entry: Entry; end: () => void }>();
  #shared: SharedRevocations | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Throws an error that names every wrong line of the users. */
  constructor(
    settings: AccessSettings & { writes: WritesMax },
    log: Log,
    audit: Audit,
    streams: KnownStreams,
  ) {
    this.mode = settings.mode;
    this.#settings = settings;
    this.#log = log;
    this.#writes = new WriteLimits(settings.writes);
    this.#peers = new TrustedPeers(settings.trustedPeers);
    this.#sessions = new Sessions(settings.session.secret, settings.session);
    this.#rights = new Rights(settings, streams);
    const { mode, users, session, oidc, proxy } = settings;
    // Beside a provider users are welcome, and not needed.
    const hasUsers =
      mode === 'users' || (mode === 'oidc' && ('file' in users || users.text !== ''));
    const tell = (facts: object, message: string) => log.warn(facts, message);
    this.#users = hasUsers ? new Users(users, tell, { mayBeNobody: mode === 'oidc' }) : null;
    this.#oidc = mode === 'oidc' && oidc ? new OidcSignIn(oidc, session, log) : null;
    this.#owners = new SessionOwners(this.#users, this.#oidc?.grants ?? null);
    this.#signIns = new SignIns({
      settings: session,
      peers: this.#peers,
      sessions: this.#sessions,
      users: this.#users,
      oidc: this.#oidc,
      audit,
      tell: (revocation) => this.#shared?.tell(revocation),
      log,
    });
    if (this.signsIn) {
      this.#door = new SessionDoor(session, this.#owners, this.#sessions, this.#peers);
    } else if (mode === 'proxy') this.#door = new ProxyDoor(proxy, this.#peers);
    else this.#door = new OpenDoor(this.#peers);
  }

  /** Whether people sign in here, and have sessions. */
  get signsIn(): boolean {
    return this.mode === 'users' || this.mode === 'oidc';
  }

  /** The ways in there are, for the sign-in page. */
  get waysIn(): WaysIn {
    return { passwords: this.#users?.hasPeople ?? false, provider: this.#oidc?.view ?? null };
  }

  /** Tells the mode, and begins to look after users and open streams. */
  start(): void {
    const { session, readOnly, readOnlyStreams } = this.#settings;
    this.#log.info(
      { access: { mode: this.mode, readOnly, readOnlyStreams, oidc: this.#oidc?.facts } },
      MODE_WORDS[this.mode],
    );
    if (this.signsIn && session.secret === null) {
      const cure = 'set SESSION_SECRET_FILE to keep them over a restart, and for several processes';
      this.#log.warn({ cure }, 'sessions end with this process: there is no SESSION_SECRET');
    }
    this.#users?.watch();
    this.#oidc?.start();
    this.#timer = setInterval(() => this.#lookAfter(), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    this.#users?.stop();
    this.#oidc?.stop();
    clearInterval(this.#timer);
  }

  /**
   * Has other processes told whose sessions end here, and learns whose end there. Nothing waits for it;
   * without a secret that others have there is nothing to share.
   */
  share(store: RevocationStore): void {
    if (this.#settings.session.secret === null) return;
    const learn = (revocations: Revocation[]) => {
      for (const revocation of revocations) this.#sessions.revoke(revocation);
      this.#cutWhoIsOut();
    };
    this.#shared = new SharedRevocations(store, learn, this.#log);
  }

  /** Tells and asks what ended: done now and then by itself. Never rejects. */
  async learn(): Promise<void> {
    await this.#shared?.look();
  }

  /** Whose address it is: of the peer, or of whom a trusted proxy names. */
  clientOf(peer: string | null, forwardedFor: string | null): string {
    return this.#peers.clientOf(peer, forwardedFor);
  }

  /** Who asks, or null. */
  identify(request: AccessRequest, renews = false): Entry | null | Promise<Entry | null> {
    const entry = this.#door.enter(request, renews);
    return entry instanceof Promise ? entry.then((late) => this.#keep(late)) : this.#keep(entry);
  }

  /** Who asks, for the audit; of somebody who is not known the address. Never rejects. */
  async askerOf(request: AccessRequest): Promise<Asker> {
    const { requestId } = request;
    try {
      const entry = await this.identify(request);
      if (entry) return { actor: entry.actor, requestId };
    } catch {
      // A refusal is written down all the same.
    }
    return { actor: strangerOf(request, this.#peers), requestId };
  }

  /**
   * The gate before everything, by the path as it was sent; null where nobody needs to be known. At
   * once where that takes no opening of a cookie. Throws `unauthenticated`, `forbidden`, `read_only`.
   */
  admitPath(
    request: AccessRequest,
    path: string,
    renews: boolean,
  ): Entry | null | Promise<Entry | null> {
    const rule = ruleOfPath(path, request.method);
    if (rule === 'public') return null;
    const entry = this.identify(request, renews);
    if (entry instanceof Promise) return entry.then((late) => this.#check(late, rule));
    return this.#check(entry, rule);
  }

  /** The gate of one route; throws like `admitPath`, and `write_limit` where something is changed. */
  async admit(request: AccessRequest, route: GatedRoute): Promise<Actor> {
    const rule = ruleOf(route, request.method);
    if (rule === null || rule === 'public') {
      throw new DashboardError('forbidden', `${route} has no rule for ${request.method}.`);
    }
    const { actor } = this.#check(await this.identify(request), rule);
    if (isLimited(rule)) this.#writes.take(actor, Date.now());
    return actor;
  }

  /**
   * Throws `forbidden` and `read_only`; `stream` is what would be seen or written to. Everything that
   * takes the name of a stream asks here.
   */
  demand(actor: Actor, permission: Permission, stream: string): void {
    const refusal = this.#rights.refusalOn(actor, permission, stream);
    if (refusal) throw new DashboardError(refusal.code, refusal.message);
  }

  /** Which streams stand in lists for somebody; null for all that there are. */
  sees(actor: Actor): Sees | null {
    return this.#rights.sees(actor);
  }

  /** What pages may know of somebody. */
  visitorOf(actor: Actor): Visitor {
    return this.#rights.visitorOf(actor);
  }

  /**
   * Signs somebody in. Throws `wrong_credentials`, the same for a wrong name and a wrong password
   * and after the same work, and `sign_in_limit`.
   */
  signIn(
    given: { name: string; password: string },
    request: AccessRequest,
  ): Promise<{ actor: Actor; cookie: string }> {
    return this.#signIns.byPassword(given, request);
  }

  /** Begins a sign-in at the identity provider. */
  beginOidc(wish: OidcWish, request: AccessRequest): Promise<OidcStart> {
    return this.#signIns.beginOidc(wish, request);
  }

  /**
   * Ends it with what the browser came back with: signed in, or with the reason why not. Throws
   * `sign_in_limit`.
   */
  endOidc(query: string, request: AccessRequest): Promise<OidcAnswer> {
    return this.#signIns.endOidc(query, request);
  }

  /**
   * Ends the actor's session, or all of that user; their open streams are cut. Returns cookies, and
   * where the browser signs out at the identity provider too, if anywhere.
   */
  signOut(
    actor: Actor,
    everywhere: boolean,
    request: AccessRequest,
  ): { cookies: string[]; location: string | null } {
    const session = this.#entries.get(actor)?.session;
    const location = session ? this.#signIns.end(session, actor, everywhere, request) : null;
    this.#cutWhoIsOut();
    return { cookies: [sessionCookie(null, true), sessionCookie(null, false)], location };
  }

  /** Calls `end` when the actor may stay no longer. Returns what ends the watching. */
  hold(actor: Actor, end: () => void): () => void {
    const entry = this.#entries.get(actor);
    if (!entry) return () => undefined;
    const held = { entry, end };
    this.#held.add(held);
    return () => void this.#held.delete(held);
  }

  #keep(entry: Entry | null): Entry | null {
    if (entry) this.#entries.set(entry.actor, entry);
    return entry;
  }

  #check(entry: Entry | null, permission: Permission): Entry {
    if (!entry) throw new DashboardError('unauthenticated', UNKNOWN_WORDS[this.mode]);
    const refusal = this.#rights.refusal(entry.actor, permission);
    if (refusal) throw new DashboardError(refusal.code, refusal.message);
    return entry;
  }

  #lookAfter(): void {
    this.#sessions.tidy();
    this.#oidc?.grants.tidy();
    this.#cutWhoIsOut();
    for (const { entry } of this.#held) {
      if (entry.session && entry.isOn()) void this.#owners.confirm(entry.session);
    }
    void this.learn();
  }

  #cutWhoIsOut(): void {
    for (const { entry, end } of [...this.#held]) if (!entry.isOn()) end();
  }
}
