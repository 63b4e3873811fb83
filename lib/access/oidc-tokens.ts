import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  ResponseBodyError,
  refreshTokenGrant,
  skipSubjectCheck,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
  tokenRevocation,
} from 'openid-client';
import type { OidcSettings } from '@/lib/model/access-settings';
import { underBasePath } from '@/lib/model/base-path';
import { DashboardError } from '@/lib/model/errors';
import { type Claims, identityOf, isComplete, type OidcIdentity } from './oidc-claims';
import type { OidcFlow } from './oidc-flows';
import type { OidcProvider } from './oidc-provider';

/** What the provider gave for one sign-in, or for a look whether it still holds. */
export interface OidcTokens {
  /** Null where a look brought no claims: then they are as they were. */
  identity: OidcIdentity | null;
  /** What the next look is made by; null: as before, or never any. */
  refreshToken: string | null;
  /** Shown at the provider when signing out; it lets nobody in. */
  idToken: string | null;
}

/** What it gave for a sign-in: somebody is named. */
type RedeemedTokens = OidcTokens & { identity: OidcIdentity };

type TokenAnswer = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** The exchanges with the provider; each throws what `OidcProvider.ask` throws. */
export class OidcExchanges {
  constructor(
    private readonly provider: OidcProvider,
    private readonly settings: OidcSettings,
  ) {}

  /** Where the browser goes to sign in: the code flow with PKCE (RFC 7636), state and nonce. */
  authorizationUrl(
    { state, nonce, verifier }: Pick<OidcFlow, 'state' | 'nonce' | 'verifier'>,
    asksWho: boolean,
  ): Promise<string> {
    return this.provider.ask(async (config) => {
      const url = buildAuthorizationUrl(config, {
        redirect_uri: this.#redirectUri.href,
        scope: this.settings.scopes.join(' '),
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(asksWho && { prompt: 'login' }),
      });
      return url.href;
    });
  }

  /**
   * Who came back with `query` from the provider: its code is redeemed, and the ID token's issuer,
   * audience, times, nonce and signature are checked.
   */
  redeem(query: string, { state, nonce, verifier }: OidcFlow): Promise<RedeemedTokens> {
    return this.provider.ask(async (config) => {
      const url = this.#redirectUri;
      url.search = query;
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const answer = await authorizationCodeGrant(config, url, checks).catch((error) => {
        if (!(error instanceof ResponseBodyError) || error.error !== 'invalid_grant') throw error;
        const message = 'The identity provider has seen this code before, or too late.';
        throw new DashboardError('oidc_replayed', message, { cause: error });
      });
      const { identity, ...tokens } = await this.#read(config, answer);
      if (identity) return { identity, ...tokens };
      throw new DashboardError('oidc_invalid', 'The identity provider named nobody.');
    });
  }

  /** Whether the provider still lets them in, and as whom; `oidc_denied` where it does not. */
  refresh(refreshToken: string): Promise<OidcTokens> {
    return this.provider.ask(async (config) =>
      this.#read(config, await refreshTokenGrant(config, refreshToken)),
    );
  }

  /** Has the provider forget a token (RFC 7009), where it can. */
  async revoke(refreshToken: string): Promise<void> {
    if (!this.provider.config?.serverMetadata().revocation_endpoint) return;
    const hint = { token_type_hint: 'refresh_token' };
    await this.provider.ask((config) => tokenRevocation(config, refreshToken, hint));
  }

  /** Where the browser goes to sign out there too (RP-initiated logout), where that is possible. */
  endSessionUrl(idToken: string | null): string | null {
    const { config } = this.provider;
    if (!config?.serverMetadata().end_session_endpoint) return null;
    try {
      return buildEndSessionUrl(config, {
        post_logout_redirect_uri: this.settings.publicUrl + underBasePath('/sign-in'),
        ...(idToken && { id_token_hint: idToken }),
      }).href;
    } catch {
      // An address that is none, or by plain HTTP.
      return null;
    }
  }

  get #redirectUri(): URL {
    return new URL(underBasePath('/sign-in/callback'), this.settings.publicUrl);
  }

  async #read(config: Configuration, answer: TokenAnswer): Promise<OidcTokens> {
    const claims = await this.#claimsOf(config, answer);
    return {
      identity: claims && identityOf(claims, this.settings),
      refreshToken: answer.refresh_token ?? null,
      idToken: answer.id_token ?? null,
    };
  }

  /** Of the ID token; what is missing there is asked for at the UserInfo endpoint. */
  async #claimsOf(config: Configuration, answer: TokenAnswer): Promise<Claims | null> {
    const claims = answer.claims();
    if (claims && isComplete(claims, this.settings)) return claims;
    if (!config.serverMetadata().userinfo_endpoint) return claims ?? null;
    const subject = claims?.sub ?? skipSubjectCheck;
    return { ...(await fetchUserInfo(config, answer.access_token, subject)), ...claims };
  }
}
