import type { AccessMode, AccessSettings } from '@/lib/model/access-settings';
import type { Actor } from '@/lib/model/actor';
import type { Asker, AuditActor, AuditEvent, RefusedRequest } from '@/lib/model/audit';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { canonicalName } from '@/lib/model/name';
import { PERMISSIONS, type Permission, type Refusal, refusalOf } from '@/lib/model/permissions';
import { type Sees, seesByGlobs } from '@/lib/model/stream-scope';
import type { Visitor } from '@/lib/model/visitor';
import {
  type AccessRequest,
  type Door,
  type Entry,
  isAskedByTls,
  OpenDoor,
  ProxyDoor,
  UsersDoor,
} from './doors';
import { PasswordChecks } from './password-checks';
import { type GatedRoute, ruleOf, ruleOfPath } from './route-rules';
import { sessionCookie } from './session-cookie';
import { Sessions } from './sessions';
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

/** Where it is written down who came in, and who did not. */
interface Audit {
  note(asker: Asker, event: AuditEvent): void;
  noteRefusal(refusal: RefusedRequest): void;
}

/** Streams that are not like others. */
export interface KnownStreams {
  /** The audit: for who may read it, and written by the dashboard alone. */
  audit: string;
  /** What jobs are made of: the tasks and the events. */
  task: string;
  event: string;
  /** Those of the configuration, which all lists begin with. */
  listed: readonly string[];
}

/** Who may come in, and who may do what: the one gate that everything passes. Needs no Redis. */
export class Access {
  readonly mode: AccessMode;
  readonly #settings: AccessSettings;
  readonly #log: Log;
  readonly #audit: Audit;
  readonly #peers: TrustedPeers;
  readonly #users: Users | null = null;
  readonly #sessions: Sessions;
  readonly #door: Door;
  readonly #limits = new SignInLimits();
  readonly #checks = new PasswordChecks();
  readonly #isReadOnlyStream: Sees;
  readonly #streams: KnownStreams;
  readonly #isAuditListed: boolean;
  /** By the globs of a user or token, which stay the same array until the file is read again. */
  readonly #scopes = new WeakMap<readonly string[], Sees>();
  /** By the actor a request was given, so that nobody else has to know of entries. */
  readonly #entries = new WeakMap<Actor, Entry>();
  readonly #held = new Set<{ entry: Entry; end: () => void }>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Throws an error that names every wrong line of the users. */
  constructor(settings: AccessSettings, log: Log, audit: Audit, streams: KnownStreams) {
    this.mode = settings.mode;
    this.#settings = settings;
    this.#log = log;
    this.#audit = audit;
    this.#peers = new TrustedPeers(settings.trustedPeers);
    this.#sessions = new Sessions(settings.session.secret, settings.session);
    this.#isReadOnlyStream = seesByGlobs(settings.readOnlyStreams);
    this.#streams = streams;
    this.#isAuditListed = streams.listed.some((name) => this.#isAudit(name));
    if (settings.mode === 'users') {
      this.#users = new Users(settings.users, (facts, message) => log.warn(facts, message));
      this.#door = new UsersDoor(settings.session, this.#users, this.#sessions, this.#peers);
    } else if (settings.mode === 'proxy') {
      this.#door = new ProxyDoor(settings.proxy, this.#peers);
    } else this.#door = new OpenDoor(this.#peers);
  }

  /** Tells the mode, and begins to look after users and open streams. */
  start(): void {
    const { session, readOnly, readOnlyStreams } = this.#settings;
    this.#log.info(
      { access: { mode: this.mode, readOnly, readOnlyStreams } },
      MODE_WORDS[this.mode],
    );
    if (this.mode === 'users' && session.secret === null) {
      const cure = 'set SESSION_SECRET_FILE to keep them over a restart, and for several processes';
      this.#log.warn({ cure }, 'sessions end with this process: there is no SESSION_SECRET');
    }
    this.#users?.watch();
    this.#timer = setInterval(() => this.#lookAfter(), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    this.#users?.stop();
    clearInterval(this.#timer);
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
    return { actor: this.#stranger(request), requestId };
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

  /**
   * Throws `forbidden` and `read_only`; `stream` is what would be seen or written to. Everything that
   * takes the name of a stream asks here.
   */
  demand(actor: Actor, permission: Permission, stream: string): void {
    const refusal = this.#refusal(actor, permission, stream);
    if (refusal) throw new DashboardError(refusal.code, refusal.message);
  }

  /** Which streams stand in lists for somebody; null for all that there are. */
  sees(actor: Actor): Sees | null {
    if (
      !actor.streams &&
      (!this.#isAuditListed || this.#generalRefusal(actor, 'read_audit') === null)
    )
      return null;
    return (stream) => this.#refusal(actor, 'look', stream) === null;
  }

  /** What pages may know of somebody. */
  visitorOf(actor: Actor): Visitor {
    const enqueue = this.#refusal(actor, 'enqueue', this.#streams.task);
    const others = (['look_at_jobs', 'read_audit', 'reveal'] as const).flatMap((permission) => {
      const refusal = this.#generalRefusal(actor, permission);
      return refusal ? [[permission, refusal.message]] : [];
    });
    return {
      name: actor.via === 'open' ? null : actor.name,
      role: actor.role,
      signsOut: actor.via === 'session',
      refusals: {
        ...(enqueue && { enqueue: enqueue.message }),
        ...Object.fromEntries(others),
      },
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
    const stranger = this.#stranger(request);
    const { address } = stranger;
    // What is no name is counted as one: what is typed there may be a password.
    const countedName = USER_NAME.test(name) ? name : '';
    const succeeded = this.#begin(countedName, stranger, request);
    const user = users.find(name);
    const typed = password.slice(0, PASSWORD_CHARS_MAX + 1);
    const isRight = await this.#checks.check(typed, user?.hash ?? users.nobody);
    // Looked up again: they may have been taken out meanwhile.
    if (!user || !isRight || users.find(name)?.fingerprint !== user.fingerprint) {
      this.#log.warn({ user: user?.name ?? null, address }, 'a sign-in was refused');
      const actor = { ...stranger, ...(user && { name: user.name }) };
      this.#noteSignIn(actor, request, { outcome: 'refused', code: 'wrong_credentials' });
      throw new DashboardError('wrong_credentials', 'The name or the password is wrong.');
    }
    succeeded();
    this.#log.info({ user: user.name, address }, 'signed in');
    const cookie = await this.#sessions.seal(this.#sessions.begin(user.name, user.fingerprint));
    const actor = { name: user.name, role: user.role, address, via: 'session' } as const;
    this.#noteSignIn(actor, request, { outcome: 'done' });
    return { actor, cookie: sessionCookie(cookie, this.#seesTls(request)) };
  }

  /** Ends the actor's session, or all of that user; their open streams are cut. Returns cookies. */
  signOut(actor: Actor, everywhere: boolean, { requestId }: AccessRequest): string[] {
    const session = this.#entries.get(actor)?.session;
    if (session) {
      if (everywhere) this.#sessions.endAllOf(session.name);
      this.#sessions.end(session);
      this.#log.info({ user: actor.name, address: actor.address, everywhere }, 'signed out');
      const event = { action: 'session.sign_out', outcome: 'done', after: { everywhere } } as const;
      this.#audit.note({ actor, requestId }, event);
      this.#lookAfter();
    }
    return [sessionCookie(null, true), sessionCookie(null, false)];
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
    const refusal = this.#generalRefusal(entry.actor, permission);
    if (refusal) throw new DashboardError(refusal.code, refusal.message);
    return entry;
  }

  #refusal(actor: Actor, permission: Permission, stream: string): Refusal | null {
    const { changes } = PERMISSIONS[permission];
    const refusal = this.#generalRefusal(actor, permission) ?? this.#scopeRefusal(actor, stream);
    if (refusal) return refusal;
    if (this.#isAudit(stream)) {
      return changes ? AUDIT_IS_OURS : this.#generalRefusal(actor, 'read_audit');
    }
    if (!changes || !this.#isReadOnlyStream(stream)) return null;
    return { code: 'read_only', message: `The stream ${stream} is read-only here.` };
  }

  /** What holds whatever stream it is about; what is of several streams is for who sees them all. */
  #generalRefusal(actor: Actor, permission: Permission): Refusal | null {
    const refusal = refusalOf(actor.role, permission, this.#settings.readOnly);
    if (refusal || !actor.streams) return refusal;
    const { task, event } = this.#streams;
    if (permission === 'read_audit') return NOT_ALL_STREAMS;
    if (permission !== 'look_at_jobs') return null;
    return this.#scopeRefusal(actor, task) ?? this.#scopeRefusal(actor, event);
  }

  /** The same words for any stream, whether there is one of that name or not. */
  #scopeRefusal({ streams }: Actor, stream: string): Refusal | null {
    if (!streams) return null;
    const sees = this.#scopes.get(streams) ?? seesByGlobs(streams);
    this.#scopes.set(streams, sees);
    return sees(stream) ? null : NOT_THEIR_STREAM;
  }

  #isAudit(stream: string): boolean {
    return canonicalName(stream) === this.#streams.audit;
  }

  /** Somebody who is not known: what they typed as their name may be a password. */
  #stranger({ peer, header }: AccessRequest): AuditActor {
    const address = this.#peers.clientOf(peer, header('x-forwarded-for'));
    return { name: 'unknown', role: null, address, via: null };
  }

  #noteSignIn(
    actor: AuditActor,
    { requestId }: AccessRequest,
    result: Pick<AuditEvent, 'outcome' | 'code'>,
  ): void {
    this.#audit.note({ actor, requestId }, { action: 'session.sign_in', ...result });
  }

  /** One more try, where there may be one. Of what is beyond the limit only the number is kept. */
  #begin(name: string, stranger: AuditActor, { requestId }: AccessRequest): () => void {
    try {
      return this.#limits.begin(name, stranger.address, Date.now());
    } catch (error) {
      const asker = { actor: stranger, requestId };
      if (hasErrorCode(error, 'sign_in_limit')) {
        this.#audit.noteRefusal({ asker, code: error.code, method: 'POST', path: '/sign-in' });
      }
      throw error;
    }
  }

  #seesTls(request: AccessRequest): boolean {
    const isSecure = isAskedByTls(request, this.#peers, this.#settings.session);
    // The guard has found this to be our own address: the browser's word for how it came.
    return isSecure ?? request.header('origin')?.startsWith('https://') ?? false;
  }

  #lookAfter(): void {
    this.#sessions.tidy();
    for (const { entry, end } of [...this.#held]) if (!entry.isOn()) end();
  }
}

const NOT_THEIR_STREAM: Refusal = {
  code: 'forbidden',
  message: 'This stream is not among those you may see.',
};
const NOT_ALL_STREAMS: Refusal = {
  code: 'forbidden',
  message: 'The audit is of all streams, and you may not see them all.',
};
const AUDIT_IS_OURS: Refusal = {
  code: 'forbidden',
  message: 'The audit is written by the dashboard alone.',
};

const MODE_WORDS: Record<AccessMode, string> = {
  none: 'access: nobody is asked who they are; whoever reaches this address may do everything',
  users: 'access: people sign in by name and password, scripts by token',
  proxy: 'access: a trusted proxy says who asks',
};

const UNKNOWN_WORDS: Record<AccessMode, string> = {
  none: 'Nobody is known here.',
  users: 'Sign in first, or send a token.',
  proxy: 'The proxy in front has to say who asks, and this request did not come from it so.',
};
