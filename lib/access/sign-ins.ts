import type { AccessSettings } from '@/lib/model/access-settings';
import type { Actor, Role } from '@/lib/model/actor';
import { addressKey } from '@/lib/model/address-key';
import type { Asker, AuditActor, AuditEvent, RefusedRequest } from '@/lib/model/audit';
import { DashboardError, type ErrorCode, hasErrorCode } from '@/lib/model/errors';
import type { Revocation } from '@/lib/model/revocation';
import type { SignInProblem } from '@/lib/model/sign-in-href';
import { type AccessRequest, isAskedByTls } from './doors';
import type { OidcSignIn, OidcStart, OidcWish } from './oidc-sign-in';
import { troubleFacts } from './oidc-trouble';
import { PasswordChecks } from './password-checks';
import { readSessionCookie, sessionCookie } from './session-cookie';
import {
  type BegunSession,
  type Session,
  type SessionOwner,
  type Sessions,
  whoOf,
} from './sessions';
import { type SignInAttempt, SignInLimits } from './sign-in-limits';
import type { TrustedPeers } from './trusted-peers';
import type { Users } from './users';
import { USER_NAME } from './users-file';

const PASSWORD_CHARS_MAX = 1_024;

/** Where it is written down who came in, and who did not. */
export interface Audit {
  note(asker: Asker, event: AuditEvent): void;
  noteRefusal(refusal: RefusedRequest): void;
}

interface Means {
  settings: AccessSettings['session'];
  peers: TrustedPeers;
  sessions: Sessions;
  /** Null where nobody has a password here. */
  users: Users | null;
  /** Null where no identity provider is configured. */
  oidc: Pick<OidcSignIn, 'begin' | 'end' | 'grants' | 'isSecure' | 'endedCookie'> | null;
  audit: Audit;
  /** Has other processes know what ended. */
  tell(revocation: Revocation): void;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
  };
}

/** One try, and who made it, as far as that is known before it ends. */
interface Try {
  stranger: AuditActor;
  request: AccessRequest;
  path: string;
}

/** How a sign-in at the provider ended, and where one goes on: a path within this site. */
export interface OidcAnswer {
  next: string;
  problem: SignInProblem | null;
  cookies: string[];
}

/** Where sessions begin and end, whichever way people come; the one place that is written down. */
export class SignIns {
  readonly #limits = new SignInLimits();

  constructor(
    private readonly means: Means,
    private readonly checks = new PasswordChecks(),
  ) {}

  /** See `Access.signIn`. */
  async byPassword(
    { name, password }: { name: string; password: string },
    request: AccessRequest,
  ): Promise<{ actor: Actor; cookie: string }> {
    const { users, peers } = this.means;
    if (!users) throw new DashboardError('not_found', 'Nobody signs in here by a password.');
    const stranger = strangerOf(request, peers);
    const tried = { stranger, request, path: '/sign-in' };
    // What is no name is counted as one: what is typed there may be a password.
    const countedName = USER_NAME.test(name) ? name : '';
    const attempt = this.#begin(tried, { user: `user ${countedName}`, ...fromOf(stranger) });
    const user = users.find(name);
    const typed = password.slice(0, PASSWORD_CHARS_MAX + 1);
    const checking = this.checks.check(typed, user?.hash ?? users.nobody);
    const isRight = await checking.catch((error: unknown) => {
      // Nothing was looked at: no guess, but one of the attempts that may be.
      attempt.pass();
      throw this.#turnedAway(error, tried);
    });
    // Looked up again: they may have been taken out meanwhile.
    if (!user || !isRight || users.find(name)?.fingerprint !== user.fingerprint) {
      const error = new DashboardError('wrong_credentials', 'The name or the password is wrong.');
      this.#refuse({ ...stranger, ...(user && { name: user.name }) }, request, error);
      throw error;
    }
    attempt.pass();
    const owner = { name: user.name, fingerprint: user.fingerprint, oidc: null };
    const replaced = await this.#sessionOf(request);
    const { actor, cookie } = await this.#welcome(owner, user.role, request, replaced);
    return { actor, cookie: sessionCookie(cookie, this.#seesTls(request)) };
  }

  /** See `Access.beginOidc`. */
  async beginOidc(wish: OidcWish, request: AccessRequest): Promise<OidcStart> {
    const oidc = this.#oidc;
    const session = await this.#sessionOf(request);
    // What comes back comes from another site, without this session's cookie.
    const replaces = session && { id: session.id, signedInMs: session.signedInMs };
    return oidc.begin(wish, request, replaces);
  }

  /** See `Access.endOidc`. */
  async endOidc(query: string, request: AccessRequest): Promise<OidcAnswer> {
    const oidc = this.#oidc;
    const stranger = strangerOf(request, this.means.peers);
    const tried = { stranger, request, path: '/sign-in/callback' };
    const attempt = this.#begin(tried, { user: null, ...fromOf(stranger) });
    const end = await oidc.end(query, request);
    const { next, error } = end;
    if (error) {
      if (hasErrorCode(error, ...OF_THE_PROVIDER)) attempt.pass();
      if (hasErrorCode(error, 'oidc_state')) {
        // Any page could have a browser send it, and anybody as often as they like: without a sign-in
        // that began here there is nothing to guess, and a record of each would fill the audit.
        attempt.forget();
        this.#turnedAway(error, tried);
      } else this.#refuse({ ...stranger, ...end.who }, request, error);
      return { next, problem: error.code, cookies: [oidc.endedCookie] };
    }
    attempt.pass();
    const { owner, tokens, replaces } = end;
    // Who it is was not known before; the address has been counted.
    const known = { ...tried, stranger: { ...stranger, ...whoOf(owner) } };
    this.#begin(known, { user: `oidc ${owner.oidc.subject}`, address: null }).pass();
    const { role } = owner.oidc;
    const { session, cookie } = await this.#welcome(owner, role, request, replaces ?? null);
    oidc.grants.keep(session, tokens);
    const cookies = [oidc.endedCookie, sessionCookie(cookie, oidc.isSecure)];
    return { next, problem: null, cookies };
  }

  /**
   * Ends a session, or all of its owner; once, however many requests of it were under way. Returns where
   * they sign out at the provider, if anywhere.
   */
  end(
    session: Session,
    actor: Actor,
    everywhere: boolean,
    { requestId }: AccessRequest,
  ): string | null {
    const { sessions, oidc, log, audit, tell } = this.means;
    if (!sessions.isOn(session)) return null;
    const grants = session.oidc ? oidc?.grants : null;
    if (everywhere) {
      tell(sessions.endAllOf(session));
      grants?.endAllOf(session);
    }
    tell(sessions.end(session));
    log.info({ ...factsOf(actor), everywhere }, 'signed out');
    const event = { action: 'session.sign_out', outcome: 'done', after: { everywhere } } as const;
    audit.note({ actor, requestId }, event);
    return grants?.end(session) ?? null;
  }

  get #oidc(): NonNullable<Means['oidc']> {
    if (this.means.oidc) return this.means.oidc;
    throw new DashboardError('not_found', 'No identity provider is configured.');
  }

  /** One more try, where there may be one. */
  #begin(
    tried: Try,
    { user, address }: { user: string | null; address: string | null },
  ): SignInAttempt {
    try {
      return this.#limits.begin(user, address, Date.now());
    } catch (error) {
      throw this.#turnedAway(error, tried);
    }
  }

  /** Of what is beyond a limit only the number is kept. Returns the error. */
  #turnedAway(error: unknown, { stranger, request, path }: Try): unknown {
    if (hasErrorCode(error, 'sign_in_limit', 'oidc_state')) {
      const { method, requestId } = request;
      const asker = { actor: stranger, requestId };
      this.means.audit.noteRefusal({ asker, code: error.code, method, path });
    }
    return error;
  }

  async #welcome(
    owner: SessionOwner,
    role: Role,
    request: AccessRequest,
    replaced: BegunSession | null,
  ): Promise<{ actor: Actor; session: Session; cookie: string }> {
    const { sessions, peers, log, tell } = this.means;
    const { address } = strangerOf(request, peers);
    // A browser has one session: a copy of its last cookie is worth nothing from here on.
    if (replaced) tell(sessions.end(replaced));
    const session = sessions.begin(owner);
    const cookie = await sessions.seal(session);
    const actor = { ...whoOf(owner), role, address };
    log.info(factsOf(actor), 'signed in');
    this.#note(actor, request, { outcome: 'done' });
    return { actor, session, cookie };
  }

  /** The session whoever signs in has in this browser, if it is on. */
  async #sessionOf(request: AccessRequest): Promise<Session | null> {
    const { sessions, peers, settings } = this.means;
    const isSecure = isAskedByTls(request, peers, settings);
    const cookie = readSessionCookie(request.header('cookie'), isSecure);
    const session = cookie === null ? null : await sessions.open(cookie);
    return session && sessions.isOn(session) ? session : null;
  }

  #refuse(actor: AuditActor, request: AccessRequest, error: DashboardError): void {
    this.means.log.warn({ ...factsOf(actor), ...troubleFacts(error) }, 'a sign-in was refused');
    const outcome = hasErrorCode(error, ...OF_THE_PROVIDER) ? 'failed' : 'refused';
    this.#note(actor, request, { outcome, code: error.code });
  }

  #note(
    actor: AuditActor,
    { requestId }: AccessRequest,
    result: Pick<AuditEvent, 'outcome' | 'code'>,
  ): void {
    this.means.audit.note({ actor, requestId }, { action: 'session.sign_in', ...result });
  }

  #seesTls(request: AccessRequest): boolean {
    const isSecure = isAskedByTls(request, this.means.peers, this.means.settings);
    // The guard has found this to be our own address: the browser's word for how it came.
    return isSecure ?? request.header('origin')?.startsWith('https://') ?? false;
  }
}

/** What went wrong there, and not with whoever asks. */
const OF_THE_PROVIDER = [
  'oidc_unreachable',
  'oidc_rejected',
  'oidc_clock',
] as const satisfies ErrorCode[];

const UNKNOWN = 'unknown';

/** By what the address counts; those whose address is not known share one. */
function fromOf({ address }: AuditActor): { address: string } {
  return { address: addressKey(address) ?? address };
}

/** Who it is, for the log. */
function factsOf({ name, subject, address }: AuditActor): object {
  return {
    user: name === UNKNOWN ? null : name,
    ...(subject !== undefined && { subject }),
    address,
  };
}

/** Somebody who is not known: what they typed as their name may be a password. */
export function strangerOf({ peer, header }: AccessRequest, peers: TrustedPeers): AuditActor {
  const address = peers.clientOf(peer, header('x-forwarded-for'));
  return { name: UNKNOWN, role: null, address, via: null };
}
