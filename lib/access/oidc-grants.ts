import { createHash } from 'node:crypto';
import type { OidcSettings } from '@/lib/model/access-settings';
import type { Role } from '@/lib/model/actor';
import { hasErrorCode } from '@/lib/model/errors';
import { isSameScope, type StreamScope, scopeBytes } from '@/lib/model/stream-scope';
import type { AdmittedIdentity, OidcIdentity } from './oidc-claims';
import type { OidcExchanges, OidcTokens } from './oidc-tokens';
import { troubleFacts } from './oidc-trouble';
import {
  COOKIE_TOKEN_CHARS_MAX,
  type Session,
  type SessionGrant,
  type SessionOwner,
} from './sessions';

/**
 * The provider is asked about a session that is used when the last answer is this old; when it is
 * older still, whoever asks waits for it. So who is out there is out here within a minute.
 */
const LOOK_MS = 30_000;
const WAIT_MS = 45_000;
/** Sessions remembered; one that was forgotten is asked about anew, by what its cookie holds. */
const GRANTS_MAX = 10_000;

/** What is known of one session's owner by this process. */
interface Grant {
  /** Whose it is, as in their sessions. */
  fingerprint: string;
  /** When the session is over in any case, epoch milliseconds. */
  untilMs: number;
  role: Role;
  scope: StreamScope;
  refreshToken: string;
  idToken: string | null;
  /** When the provider last said yes, and last said anything or nothing, epoch milliseconds. */
  confirmedMs: number;
  askedMs: number;
  asking: Promise<void> | null;
  /** The provider said no: nothing brings this session back. */
  isOut: boolean;
}

/** Whose session it is whom the provider let in. */
export type OidcOwner = SessionOwner & { oidc: SessionGrant };

interface Log {
  info(facts: object, message: string): void;
}

/** Whether those whom the provider let in are still let in. */
export class OidcGrants {
  /** By session; of those whom the provider can be asked about. */
  readonly #grants = new Map<string, Grant>();
  /** What sessions were made by: under another client, or other rules, they are over. */
  readonly #by: string;

  constructor(
    private readonly settings: OidcSettings,
    private readonly exchanges: Pick<OidcExchanges, 'refresh' | 'revoke' | 'endSessionUrl'>,
    private readonly log: Log,
    /** How long a session lasts at most, milliseconds. */
    private readonly absoluteMs: number,
    private readonly now: () => number = Date.now,
  ) {
    const { issuer, clientId, roleClaim, roleValues, defaultRole } = settings;
    const { streamsClaim, defaultStreams } = settings;
    const rules = [roleClaim, roleValues, defaultRole, streamsClaim, defaultStreams];
    this.#by = hashOf([issuer, clientId, ...rules]);
  }

  /** Whose session begins. */
  ownerOf({ subject, name, role, scope }: AdmittedIdentity, tokens: OidcTokens): OidcOwner {
    const { refreshToken } = tokens;
    return {
      name,
      fingerprint: this.#fingerprintOf(subject),
      oidc: {
        subject,
        role,
        ...scope,
        by: this.#by,
        confirmedMs: this.now(),
        isChecked: refreshToken !== null,
        refreshToken: fitForCookie(refreshToken, scope),
      },
    };
  }

  /** Keeps what the provider gave for a session that has just begun. */
  keep(session: Session, { refreshToken, idToken }: OidcTokens): void {
    if (!session.oidc || refreshToken === null) return;
    const { confirmedMs } = session.oidc;
    this.#remember(session, session.oidc, { refreshToken, idToken, askedMs: confirmedMs });
  }

  /** The role of a session's owner, or null where they may stay no longer. */
  roleOf(session: Session): Role | null {
    const { oidc } = session;
    if (oidc?.by !== this.#by) return null;
    if (!oidc.isChecked) return oidc.role;
    const grant = this.#grantOf(session);
    if (!grant || grant.isOut) return null;
    return this.now() < grant.confirmedMs + this.settings.graceMs ? grant.role : null;
  }

  /** The streams there are for a session's owner. */
  scopeOf(session: Session): StreamScope {
    const { oidc } = session;
    return (oidc?.isChecked ? this.#grantOf(session)?.scope : oidc) ?? {};
  }

  /** Asks the provider where its last word is old. Null where that need not be waited for. */
  confirm(session: Session): Promise<void> | null {
    const grant = session.oidc?.by === this.#by ? this.#grantOf(session) : null;
    if (!grant || grant.isOut) return null;
    const ageMs = this.now() - grant.askedMs;
    if (ageMs < LOOK_MS) return null;
    grant.asking ??= this.#ask(session, grant).finally(() => {
      grant.asking = null;
    });
    return ageMs < WAIT_MS ? null : grant.asking;
  }

  /** Whether a cookie of this session should be made anew. */
  isDue(session: Session): boolean {
    const { oidc: now } = this.latest(session);
    const { oidc } = session;
    const isSame = now?.refreshToken === oidc?.refreshToken && now?.role === oidc?.role;
    return !isSame || !isSameScope(now, oidc);
  }

  /** The session as a new cookie should hold it. */
  latest(session: Session): Session {
    const { oidc } = session;
    const grant = oidc && this.#grants.get(session.id);
    if (!grant) return session;
    const { role, scope, confirmedMs } = grant;
    const refreshToken = fitForCookie(grant.refreshToken, scope);
    const { streams: _, ...kept } = oidc;
    return { ...session, oidc: { ...kept, role, ...scope, confirmedMs, refreshToken } };
  }

  /** Ends a session, at the provider too. Returns where its owner signs out there, if anywhere. */
  end(session: Session): string | null {
    const grant = this.#grantOf(session);
    if (grant) this.#revoke(grant);
    return this.exchanges.endSessionUrl(grant?.idToken ?? null);
  }

  /** Ends all sessions of this owner that this process knows, so that others find them ended. */
  endAllOf({ fingerprint }: SessionOwner): void {
    for (const grant of this.#grants.values()) {
      if (grant.fingerprint === fingerprint) this.#revoke(grant);
    }
  }

  /** Forgets what can matter no more. */
  tidy(): void {
    const now = this.now();
    for (const [id, { untilMs }] of this.#grants) if (untilMs < now) this.#grants.delete(id);
  }

  #revoke(grant: Grant): void {
    if (grant.isOut) return;
    grant.isOut = true;
    this.exchanges.revoke(grant.refreshToken).catch(() => undefined);
  }

  async #ask(session: Session, grant: Grant): Promise<void> {
    try {
      const tokens = await this.exchanges.refresh(grant.refreshToken);
      grant.refreshToken = tokens.refreshToken ?? grant.refreshToken;
      grant.idToken = tokens.idToken ?? grant.idToken;
      this.#take(session, grant, tokens.identity);
    } catch (error) {
      // Anything but the provider's own no is no word about this person.
      if (hasErrorCode(error, 'oidc_denied')) this.#shut(session, grant, troubleFacts(error));
    } finally {
      grant.askedMs = this.now();
    }
  }

  #take(session: Session, grant: Grant, identity: OidcIdentity | null): void {
    if (identity && this.#fingerprintOf(identity.subject) !== session.fingerprint) {
      this.#shut(session, grant, { code: 'oidc_invalid' });
      return;
    }
    // Claims that were not sent again are as they were.
    const { role, scope } = identity ?? grant;
    if (role === null) this.#shut(session, grant, { code: 'oidc_no_role' });
    else if (scope === null) this.#shut(session, grant, { code: 'oidc_no_streams' });
    else {
      grant.confirmedMs = this.now();
      grant.role = role;
      // The same array while they are the same: what is made of them is kept by it.
      if (!isSameScope(grant.scope, scope)) grant.scope = scope;
    }
  }

  #shut({ name, oidc }: Session, grant: Grant, facts: object): void {
    grant.isOut = true;
    const who = { user: name, subject: oidc?.subject };
    this.log.info({ ...who, ...facts }, 'the identity provider ended a session');
  }

  /** Another process's session, or of before a restart, is known by its cookie and asked about first. */
  #grantOf(session: Session): Grant | null {
    const { id, oidc } = session;
    const known = this.#grants.get(id);
    if (known || !oidc?.isChecked || oidc.refreshToken === null) return known ?? null;
    const { refreshToken } = oidc;
    return this.#remember(session, oidc, { refreshToken, idToken: null, askedMs: 0 });
  }

  #remember(
    { id, fingerprint, signedInMs }: Session,
    { role, streams, confirmedMs }: SessionGrant,
    given: Pick<Grant, 'refreshToken' | 'idToken' | 'askedMs'>,
  ): Grant {
    const untilMs = signedInMs + this.absoluteMs;
    const state = { asking: null, isOut: false };
    const scope = streams ? { streams } : {};
    const grant: Grant = { fingerprint, untilMs, role, scope, confirmedMs, ...given, ...state };
    this.#grants.set(id, grant);
    if (this.#grants.size > GRANTS_MAX) {
      const oldest = this.#grants.keys().next();
      if (!oldest.done) this.#grants.delete(oldest.value);
    }
    return grant;
  }

  #fingerprintOf(subject: string): string {
    return hashOf([this.settings.issuer, subject]);
  }
}

function fitForCookie(token: string | null, scope: StreamScope): string | null {
  if (token === null) return null;
  return token.length + scopeBytes(scope) <= COOKIE_TOKEN_CHARS_MAX ? token : null;
}

function hashOf(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
