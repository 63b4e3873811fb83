import type { AccessMode } from '@/lib/model/access-settings';

/** What the log says at the start. */
export const MODE_WORDS: Record<AccessMode, string> = {
  none: 'access: nobody is asked who they are; whoever reaches this address may do everything',
  users: 'access: people sign in by name and password, scripts by token',
  proxy: 'access: a trusted proxy says who asks',
  oidc: 'access: people sign in at an identity provider, scripts by token',
};

/** What somebody is told who is not known. */
export const UNKNOWN_WORDS: Record<AccessMode, string> = {
  none: 'Nobody is known here.',
  users: 'Sign in first, or send a token.',
  oidc: 'Sign in first, or send a token.',
  proxy: 'The proxy in front has to say who asks, and this request did not come from it so.',
};
