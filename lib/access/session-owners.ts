import type { Role } from '@/lib/model/actor';
import type { OidcGrants } from './oidc-grants';
import type { Session } from './sessions';
import type { Users } from './users';
import type { Token } from './users-file';

/** Whose sessions and tokens these are: users of our own, and those an identity provider let in. */
export class SessionOwners {
  constructor(
    private readonly users: Users | null,
    private readonly grants: OidcGrants | null,
  ) {}

  /** What the owner may do now; null where they may stay no longer. */
  roleOf(session: Session): Role | null {
    if (session.oidc) return this.grants?.roleOf(session) ?? null;
    const user = this.users?.find(session.name);
    return user && user.fingerprint === session.fingerprint ? user.role : null;
  }

  /** Globs of the streams there are for them; undefined for all. */
  streamsOf(session: Session): readonly string[] | undefined {
    if (session.oidc) return this.grants?.scopeOf(session).streams;
    return this.users?.find(session.name)?.streams;
  }

  /** Makes sure of an owner where that was not done lately; null where nobody has to wait for it. */
  confirm(session: Session): Promise<void> | null {
    return session.oidc ? (this.grants?.confirm(session) ?? null) : null;
  }

  isDue(session: Session): boolean {
    return session.oidc !== null && (this.grants?.isDue(session) ?? false);
  }

  latest(session: Session): Session {
    return this.grants?.latest(session) ?? session;
  }

  findToken(digest: string): Token | null {
    return this.users?.findToken(digest, Date.now()) ?? null;
  }
}
