/** Who may do what, from least to most: each may all that the one before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** How somebody came in: unasked, by a password, by an identity provider, by a proxy's word, by a token. */
export type EntryWay = 'open' | 'session' | 'oidc' | 'proxy' | 'token';

/** Who makes a request. The server alone makes these: nothing of one is taken from a body. */
export interface Actor {
  /** The user's or token's name; `anonymous` where nobody is asked (`via` is `open`). */
  name: string;
  /** Who it is at the identity provider (`sub`), whose users may choose their names; else absent. */
  subject?: string;
  role: Role;
  /** The client's network address, or `unknown`. */
  address: string;
  via: EntryWay;
  /** Globs of the streams there are for them; absent for all. */
  streams?: readonly string[];
}

/** By what the limits of one user count; null where nobody is asked who they are. */
export function userKey({
  name,
  subject,
  via,
}: Pick<Actor, 'name' | 'subject' | 'via'>): string | null {
  if (via === 'open') return null;
  return `${via === 'session' ? 'user' : via} ${subject ?? name}`;
}

/** Whether `role` is `least` or more. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
