import type { ErrorCode } from './errors';

/** Why the sign-in page is shown again. */
export const SIGN_IN_PROBLEMS = [
  'wrong_credentials',
  'sign_in_limit',
  'oidc_denied',
  'oidc_state',
  'oidc_expired',
  'oidc_replayed',
  'oidc_invalid',
  'oidc_clock',
  'oidc_no_role',
  'oidc_no_streams',
  'oidc_rejected',
  'oidc_unreachable',
] as const satisfies ErrorCode[];
export type SignInProblem = (typeof SIGN_IN_PROBLEMS)[number];

/** How people can sign in. */
export interface WaysIn {
  passwords: boolean;
  /** Null where no identity provider is configured. */
  provider: {
    /** What people call it. */
    label: string;
    /** Why nobody could sign in there now, as far as is known. */
    trouble: SignInProblem | null;
  } | null;
}

interface SignInState {
  problem?: SignInProblem;
  /** Seconds until it is worth trying again. */
  retryAfterS?: number | undefined;
}

/** The sign-in page, from which one goes on to `next`, a path within this site. */
export function signInHref(next: string, { problem, retryAfterS }: SignInState = {}): string {
  const params = new URLSearchParams();
  if (next !== '/') params.set('next', next);
  if (problem) params.set('problem', problem);
  if (retryAfterS !== undefined) params.set('wait', String(retryAfterS));
  return params.size === 0 ? '/sign-in' : `/sign-in?${params}`;
}

const OF_THE_ACCOUNT: readonly SignInProblem[] = ['oidc_denied', 'oidc_no_role', 'oidc_no_streams'];

/**
 * Where a sign-in at the identity provider begins: an address that sends the browser there. After an
 * account that may not come in one is asked who one is: else it would be the same again.
 */
export function providerHref(next: string, problem: SignInProblem | null): string {
  const params = new URLSearchParams();
  if (next !== '/') params.set('next', next);
  if (problem && OF_THE_ACCOUNT.includes(problem)) params.set('prompt', 'login');
  return params.size === 0 ? '/sign-in/start' : `/sign-in/start?${params}`;
}
