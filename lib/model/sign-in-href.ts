/** Why the sign-in page is shown again. */
export const SIGN_IN_PROBLEMS = ['wrong_credentials', 'sign_in_limit'] as const;
export type SignInProblem = (typeof SIGN_IN_PROBLEMS)[number];

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
