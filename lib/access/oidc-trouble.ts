import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { DashboardError, type ErrorCode } from '@/lib/model/errors';

/** Errors of OAuth 2.0 and OpenID Connect that say no to this person, and not to this dashboard. */
const PERSONAL: ReadonlySet<string> = new Set([
  'access_denied',
  'account_selection_required',
  'consent_required',
  'interaction_required',
  'invalid_grant',
  'login_required',
]);
const PASSING: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

type OidcCode = Extract<ErrorCode, `oidc_${string}`>;

const MESSAGES: Partial<Record<OidcCode, string>> = {
  oidc_denied: 'The identity provider did not let this person in.',
  oidc_unreachable: 'The identity provider cannot be reached, or does not answer in time.',
  oidc_rejected: 'The identity provider refuses what this dashboard asks of it.',
  oidc_clock: 'What the identity provider sent was not valid at this time of ours.',
  oidc_invalid: 'What the identity provider sent did not hold up when it was checked.',
};

/**
 * What went wrong at the provider, as an error of ours: `oidc_denied`, `oidc_unreachable`,
 * `oidc_rejected`, `oidc_clock` or `oidc_invalid`. Nothing the provider wrote is in its message.
 */
export function oidcTrouble(error: unknown): DashboardError {
  if (error instanceof DashboardError) return error;
  const code = codeOf(error);
  return new DashboardError(code, MESSAGES[code] ?? code, { cause: error });
}

/** What of it may stand in the log: codes of the protocol, never an answer, a token or an address. */
export function troubleFacts(error: DashboardError): Record<string, string> {
  const { cause } = error.details;
  const inner = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const said = saidBy(cause);
  return {
    code: error.code,
    ...(inner && { why: inner }),
    ...(said && /^[a-z_]{1,64}$/.test(said) && { provider: said }),
  };
}

function codeOf(error: unknown): OidcCode {
  const status = statusOf(error);
  if (status !== null && (status >= 500 || status === 429 || status === 408)) {
    return 'oidc_unreachable';
  }
  const said = saidBy(error);
  if (said !== null) {
    if (PASSING.has(said)) return 'oidc_unreachable';
    return PERSONAL.has(said) ? 'oidc_denied' : 'oidc_rejected';
  }
  if (error instanceof WWWAuthenticateChallengeError) return 'oidc_rejected';
  if (error instanceof ClientError) {
    if (error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT') return 'oidc_unreachable';
    return error.code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' ? 'oidc_clock' : 'oidc_invalid';
  }
  // What fetch throws where there is no connection; its `cause` has the reason.
  if (error instanceof TypeError && error.cause !== undefined) return 'oidc_unreachable';
  return 'oidc_invalid';
}

/** The protocol's own word for the error, where one was given. */
function saidBy(error: unknown): string | null {
  const isSaid = error instanceof AuthorizationResponseError || error instanceof ResponseBodyError;
  return isSaid ? error.error : null;
}

function statusOf(error: unknown): number | null {
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) {
    return error.status;
  }
  const cause = error instanceof ClientError ? error.cause : null;
  return cause instanceof Response ? cause.status : null;
}
