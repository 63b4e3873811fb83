import type { AccessMode, AccessSettings } from '@/lib/model/access-settings';
import type { Actor, Role } from '@/lib/model/actor';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { globMatcher } from '@/lib/model/filter-glob';
import { PERMISSIONS, type Permission, type Refusal, refusalOf } from '@/lib/model/permissions';
import type { SignInProblem, WaysIn } from '@/lib/model/sign-in-href';
import type { Visitor } from '@/lib/model/visitor';
import {
  type AccessRequest,
  type Door,
  type Entry,
  isAskedByTls,
  OpenDoor,
  ProxyDoor,
  SessionDoor,
} from './doors';
import { OidcSignIn, type OidcStart } from './oidc-sign-in';
import { troubleFacts } from './oidc-trouble';
import { PasswordChecks } from './password-checks';
import { type GatedRoute, ruleOf, ruleOfPath } from './route-rules';
import { sessionCookie } from './session-cookie';
import { SessionOwners } from './session-owners';
import { type Session, type SessionOwner, Sessions } from './sessions';
import { SignInLimits } from './sign-in-limits';
import { TrustedPeers } from './trusted-peers';
import { Users } from './users';
import { USER_NAME } from './users-file';

/** How often open streams are looked at: whoever is out is cut within this and the users' look. */
const LOOK_MS = 5_000;
const PASSWORD_CHARS_MAX = 1_024;

interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** How a sign-in at the provider ended, and where one goes on: a path within this site. */
export interface OidcAnswer {
  next: string;
  problem: SignInProblem | null;
  cookies: string[];
}

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
  readonly #door: Door;
  readonly #limits = new SignInLimits();
  readonly #checks = new PasswordChecks();
  readonly #isReadOnlyStream: (stream: string) => boolean;
  /** By the actor a request was given, so that nobody else has to know of entries. */
  readonly #entries = new WeakMap<Actor, Entry>();
  readonly #held = new Set<{ entry: Entry; end: () => void }>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Throws an error that names every wrong line of the users. */
  constructor(settings: AccessSettings, log: Log) {
    this.mode = settings.mode;
    this.#settings = settings;
    this.#log = log;
    this.#peers = new TrustedPeers(settings.trustedPeers);
    this.#sessions = new Sessions(settings.session.secret, settings.session);
    const readOnly = settings.readOnlyStreams.map((glob) => globMatcher(glob.split('*')));
    this.#isReadOnlyStream = (stream) => readOnly.some((matches) => matches(stream));
    const { mode, users, session, oidc, proxy } = settings;
    // Beside a provider users are welcome, and not needed.
    const hasUsers =
      mode === 'users' || (mode === 'oidc' && ('file' in users || users.text !== ''));
    const tell = (facts: object, message: string) => log.warn(facts, message);
    this.#users = hasUsers ? new Users(users, tell, { mayBeNobody: mode === 'oidc' }) : null;
    this.#oidc = mode === 'oidc' && oidc ? new OidcSignIn(oidc, session, log) : null;
    this.#owners = new SessionOwners(this.#users, this.#oidc?.grants ?? null);
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

  /** Who asks, or null. */
  identify(request: AccessRequest, renews = false): Entry | null | Promise<Entry | null> {
    const entry = this.#door.enter(request, renews);
    return entry instanceof Promise ? entry.then((late) => this.#keep(late)) : this.#keep(entry);
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

  /** The gate of one route; throws like `admitPath`. */
  async admit(request: AccessRequest, route: GatedRoute): Promise<Actor> {
    const rule = ruleOf(route, request.method);
    if (rule === null || rule === 'public') {
      throw new DashboardError('forbidden', `${route} has no rule for ${request.method}.`);
    }
    return this.#check(await this.identify(request), rule).actor;
  }

  /** Throws `forbidden` and `read_only`; `stream` is what would be written to. */
  demand(actor: Actor, permission: Permission, stream: string): void {
    const refusal = this.#refusal(actor, permission, stream);
    if (refusal) throw new DashboardError(refusal.code, refusal.message);
  }

  /** What pages may know of somebody. */
  visitorOf(actor: Actor, taskStream: string): Visitor {
    const enqueue = this.#refusal(actor, 'enqueue', taskStream);
    return {
      name: actor.via === 'open' ? null : actor.name,
      role: actor.role,
      signsOut: actor.via === 'session',
      refusals: enqueue ? { enqueue: enqueue.message } : {},
    };
  }

  /**
   * Signs somebody in. Throws `wrong_credentials`, the same for a wrong name and a wrong password
   * and after the same work, and `sign_in_limit`.
   */
  async signIn(
    { name, password }: { name: string; password: string },
    request: AccessRequest,
  ): Promise<{ actor: Actor; cookie: string }> {
    const users = this.#users;
    if (!users) throw new DashboardError('not_found', 'Nobody signs in here.');
    const address = this.#peers.clientOf(request.peer, request.header('x-forwarded-for'));
    // What is no name is counted as one: what is typed there may be a password.
    const countedName = USER_NAME.test(name) ? name : '';
    const succeeded = this.#limits.begin(countedName, address, Date.now());
    const user = users.find(name);
    const typed = password.slice(0, PASSWORD_CHARS_MAX + 1);
    const isRight = await this.#checks.check(typed, user?.hash ?? users.nobody);
    // Looked up again: they may have been taken out meanwhile.
    if (!user || !isRight || users.find(name)?.fingerprint !== user.fingerprint) {
      this.#log.warn({ user: user?.name ?? null, address }, 'a sign-in was refused');
      throw new DashboardError('wrong_credentials', 'The name or the password is wrong.');
    }
    succeeded();
    const owner = { name: user.name, fingerprint: user.fingerprint, oidc: null };
    const { actor, cookie } = await this.#welcome(owner, user.role, request);
    return { actor, cookie: sessionCookie(cookie, this.#seesTls(request)) };
  }

  /** Begins a sign-in at the identity provider, from where one goes on to `next` within this site. */
  beginOidc(next: string, request: AccessRequest): Promise<OidcStart> {
    return this.#provided.begin(next, request);
  }

  /** Ends it with what the browser came back with: signed in, or with the reason why not. */
  async endOidc(query: string, request: AccessRequest): Promise<OidcAnswer> {
    const oidc = this.#provided;
    const address = this.#peers.clientOf(request.peer, request.header('x-forwarded-for'));
    const succeeded = this.#limits.begin(null, address, Date.now());
    const end = await oidc.end(query, request);
    const { next, error } = end;
    if (error) {
      // What is not the fault of whoever asks is not counted.
      if (hasErrorCode(error, 'oidc_unreachable', 'oidc_rejected')) succeeded();
      this.#log.warn({ user: null, address, ...troubleFacts(error) }, 'a sign-in was refused');
      return { next, problem: error.code, cookies: [oidc.endedCookie] };
    }
    succeeded();
    const { session, cookie } = await this.#welcome(end.owner, end.role, request);
    oidc.grants.keep(session, end.tokens);
    const cookies = [oidc.endedCookie, sessionCookie(cookie, oidc.isSecure)];
    return { next, problem: null, cookies };
  }

  /**
   * Ends the actor's session, or all of that user; their open streams are cut. Returns cookies, and
   * where the browser signs out at the identity provider too, if anywhere.
   */
  signOut(actor: Actor, everywhere: boolean): { cookies: string[]; location: string | null } {
    const session = this.#entries.get(actor)?.session;
    const cookies = [sessionCookie(null, true), sessionCookie(null, false)];
    if (!session) return { cookies, location: null };
    const grants = session.oidc ? this.#oidc?.grants : null;
    if (everywhere) {
      this.#sessions.endAllOf(session);
      grants?.endAllOf(session);
    }
    this.#sessions.end(session);
    const location = grants?.end(session) ?? null;
    this.#log.info({ user: actor.name, address: actor.address, everywhere }, 'signed out');
    this.#lookAfter();
    return { cookies, location };
  }

  /** Calls `end` when the actor may stay no longer. Returns what ends the watching. */
  hold(actor: Actor, end: () => void): () => void {
    const entry = this.#entries.get(actor);
    if (!entry) return () => undefined;
    const held = { entry, end };
    this.#held.add(held);
    return () => void this.#held.delete(held);
  }

  get #provided(): OidcSignIn {
    if (this.#oidc) return this.#oidc;
    throw new DashboardError('not_found', 'No identity provider is configured.');
  }

  /** Where every session begins. */
  async #welcome(
    owner: SessionOwner,
    role: Role,
    request: AccessRequest,
  ): Promise<{ actor: Actor; session: Session; cookie: string }> {
    const { name } = owner;
    const address = this.#peers.clientOf(request.peer, request.header('x-forwarded-for'));
    const session = this.#sessions.begin(owner);
    const cookie = await this.#sessions.seal(session);
    this.#log.info({ user: name, address }, 'signed in');
    return { actor: { name, role, address, via: 'session' }, session, cookie };
  }

  #keep(entry: Entry | null): Entry | null {
    if (entry) this.#entries.set(entry.actor, entry);
    return entry;
  }

  #check(entry: Entry | null, permission: Permission): Entry {
    if (!entry) throw new DashboardError('unauthenticated', UNKNOWN_WORDS[this.mode]);
    const refusal = refusalOf(entry.actor.role, permission, this.#settings.readOnly);
    if (refusal) throw new DashboardError(refusal.code, refusal.message);
    return entry;
  }

  #refusal(actor: Actor, permission: Permission, stream: string): Refusal | null {
    const refusal = refusalOf(actor.role, permission, this.#settings.readOnly);
    if (refusal || !PERMISSIONS[permission].changes || !this.#isReadOnlyStream(stream)) {
      return refusal;
    }
    return { code: 'read_only', message: `The stream ${stream} is read-only here.` };
  }

  #seesTls(request: AccessRequest): boolean {
    const isSecure = isAskedByTls(request, this.#peers, this.#settings.session);
    // The guard has found this to be our own address: the browser's word for how it came.
    return isSecure ?? request.header('origin')?.startsWith('https://') ?? false;
  }

  #lookAfter(): void {
    this.#sessions.tidy();
    this.#oidc?.grants.tidy();
    for (const { entry, end } of [...this.#held]) {
      if (!entry.isOn()) end();
      else if (entry.session) void this.#owners.confirm(entry.session);
    }
  }
}

const MODE_WORDS: Record<AccessMode, string> = {
  none: 'access: nobody is asked who they are; whoever reaches this address may do everything',
  users: 'access: people sign in by name and password, scripts by token',
  proxy: 'access: a trusted proxy says who asks',
  oidc: 'access: people sign in at an identity provider, scripts by token',
};

const UNKNOWN_WORDS: Record<AccessMode, string> = {
  none: 'Nobody is known here.',
  users: 'Sign in first, or send a token.',
  oidc: 'Sign in first, or send a token.',
  proxy: 'The proxy in front has to say who asks, and this request did not come from it so.',
};
