import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import type { AccessSettings, OidcSettings } from '@/lib/model/access-settings';
import { underBasePath } from '@/lib/model/base-path';
import { type DashboardError, hasErrorCode } from '@/lib/model/errors';
import {
  SIGN_IN_PROBLEMS,
  type SignInProblem,
  signInHref,
  type WaysIn,
} from '@/lib/model/sign-in-href';
import type { AccessRequest } from './doors';
import { admitted, type OidcIdentity } from './oidc-claims';
import { OidcFlows } from './oidc-flows';
import { OidcGrants, type OidcOwner } from './oidc-grants';
import { OidcProvider } from './oidc-provider';
import { OidcExchanges, type OidcTokens } from './oidc-tokens';
import { flowCookie, readFlowCookie } from './session-cookie';
import type { BegunSession } from './sessions';

interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface OidcWish {
  /** Where one goes on in the end, a path within this site. */
  next: string;
  /** Whether the provider should ask who it is, even where it knows somebody. */
  asksWho: boolean;
}

/** Where the browser goes: a path of this site, or a whole address; and a `Set-Cookie` for it. */
export interface OidcStart {
  location: string;
  cookie: string | null;
}

/** How a sign-in at the provider ended. */
export type OidcEnd = { next: string } & (
  | {
      error: null;
      owner: OidcOwner;
      tokens: OidcTokens;
      /** What ends now, if anything. */
      replaces?: BegunSession | null;
    }
  | {
      error: DashboardError & { code: SignInProblem };
      /** Who it was, where the provider said so much. */
      who: Pick<OidcIdentity, 'name' | 'subject'> | null;
    }
);

/** Signing in at an identity provider: out by one address, back by another. */
export class OidcSignIn {
  readonly grants: OidcGrants;
  /** Whether browsers come by TLS. */
  readonly isSecure: boolean;
  readonly #settings: OidcSettings;
  readonly #log: Log;
  readonly #provider: OidcProvider;
  readonly #exchanges: OidcExchanges;
  readonly #flows: OidcFlows;
  #isToldUnchecked = false;

  constructor(settings: OidcSettings, session: AccessSettings['session'], log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.isSecure = settings.publicUrl.startsWith('https:');
    this.#provider = new OidcProvider(settings, log);
    this.#exchanges = new OidcExchanges(this.#provider, settings);
    this.#flows = new OidcFlows(session.secret);
    this.grants = new OidcGrants(settings, this.#exchanges, log, session.absoluteMs);
  }

  start(): void {
    this.#provider.start();
  }

  stop(): void {
    this.#provider.stop();
  }

  /** What people call the provider, and why nobody could sign in there now, if that is known. */
  get view(): WaysIn['provider'] {
    const { trouble } = this.#provider;
    const isTold = hasErrorCode(trouble, ...SIGN_IN_PROBLEMS);
    return { label: this.#settings.label, trouble: isTold ? trouble.code : null };
  }

  /** What is configured, without the secret. */
  get facts(): object {
    const { issuer, clientId, publicUrl, scopes, roleClaim, defaultRole } = this.#settings;
    const { streamsClaim, defaultStreams } = this.#settings;
    const rules = { roleClaim, defaultRole, streamsClaim, defaultStreams };
    return { issuer, clientId, publicUrl, scopes, ...rules };
  }

  /** Sends the browser, which may have a session, to the provider. */
  async begin(
    { next, asksWho }: OidcWish,
    request: AccessRequest,
    replaces: BegunSession | null,
  ): Promise<OidcStart> {
    const { publicUrl } = this.#settings;
    // The cookie stays with the host that sets it: only the one that one comes back to will do.
    if (request.header('host')?.toLowerCase() !== new URL(publicUrl).host) {
      const there = underBasePath(signInHref(next, { problem: 'oidc_state' }));
      return { location: publicUrl + there, cookie: null };
    }
    // Another site may not sign anybody in: here one has to say so.
    const site = request.header('sec-fetch-site');
    if (site === 'cross-site' || site === 'same-site') {
      return { location: signInHref(next), cookie: null };
    }
    const flow = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    try {
      const location = await this.#exchanges.authorizationUrl(flow, asksWho);
      const sealed = await this.#flows.seal({ ...flow, next, replaces });
      return { location, cookie: flowCookie(sealed, this.isSecure) };
    } catch (error) {
      if (!hasErrorCode(error, ...SIGN_IN_PROBLEMS)) throw error;
      return { location: signInHref(next, { problem: error.code }), cookie: null };
    }
  }

  /** What the browser came back with: `query` as the provider wrote it. */
  async end(query: string, request: AccessRequest): Promise<OidcEnd> {
    const cookie = readFlowCookie(request.header('cookie'), this.isSecure);
    const begun = await this.#flows.open(cookie);
    const next = begun?.next ?? '/';
    let who: Pick<OidcIdentity, 'name' | 'subject'> | null = null;
    try {
      const flow = this.#flows.end(begun, new URLSearchParams(query).get('state'));
      const tokens = await this.#exchanges.redeem(query, flow);
      this.#tellUnchecked(tokens);
      const { name, subject } = tokens.identity;
      who = { name, subject };
      const owner = this.grants.ownerOf(admitted(tokens.identity), tokens);
      return { next, error: null, owner, tokens, replaces: flow.replaces ?? null };
    } catch (error) {
      if (!hasErrorCode(error, ...SIGN_IN_PROBLEMS)) throw error;
      return { next, error, who };
    }
  }

  /** Takes the cookie of the sign-in away. */
  get endedCookie(): string {
    return flowCookie(null, this.isSecure);
  }

  #tellUnchecked({ refreshToken }: OidcTokens): void {
    if (refreshToken !== null || this.#isToldUnchecked) return;
    this.#isToldUnchecked = true;
    const cure = 'have the provider give refresh tokens; many do for offline_access in OIDC_SCOPES';
    const message =
      'the identity provider gives no refresh tokens: who is taken out there stays until their session ends';
    this.#log.warn({ cure }, message);
  }
}
