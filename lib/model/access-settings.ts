import type { Role } from './actor';
import type { StreamScope } from './stream-scope';

/**
 * How people come in: everybody, by name and password, by the word of a proxy in front, or by an
 * identity provider (OpenID Connect), beside which there may be users and tokens too.
 */
export type AccessMode = 'none' | 'users' | 'proxy' | 'oidc';

/** The identity provider and what its claims are worth. Holds a secret: never log it whole. */
export interface OidcSettings {
  /** The issuer's identifier, an address: what is asked where is found by discovery. */
  issuer: string;
  clientId: string;
  /** Null for a client that has none: then PKCE alone protects the code. */
  clientSecret: string | null;
  /** How the secret is shown to the token endpoint; null: as the provider says it may be. */
  clientAuth: OidcClientAuth | null;
  scopes: string[];
  /** What people call the provider; it stands on the button. */
  label: string;
  /** Where browsers reach the dashboard, an origin. */
  publicUrl: string;
  /** The claim with the user's name; null: the first of the usual ones. */
  nameClaim: string | null;
  /** The claim with the roles: a name, or a path with dots. */
  roleClaim: string;
  /** By role, the values of that claim which give it. */
  roleValues: Record<Role, string[]>;
  /** The role of those who have none of these values; null: they are not let in. */
  defaultRole: Role | null;
  /** The claim with the streams there are for somebody, like `roleClaim`; null: there is none. */
  streamsClaim: string | null;
  /** The streams of those without that claim; null: they are not let in where it is configured. */
  defaultStreams: StreamScope | null;
  /** How long a session lasts while the provider cannot be asked about it, milliseconds. */
  graceMs: number;
}

export const OIDC_CLIENT_AUTHS = ['client_secret_basic', 'client_secret_post'] as const;
export type OidcClientAuth = (typeof OIDC_CLIENT_AUTHS)[number];

/** What the environment says of access. Holds secrets: never log it whole. */
export interface AccessSettings {
  mode: AccessMode;
  /** Users, one a line: in a file that is read again when it changes, or in the variable itself. */
  users: { file: string } | { text: string };
  /** Null where no provider is configured. */
  oidc: OidcSettings | null;
  /** Proxies whose headers count: addresses or networks such as 10.0.0.0/8. */
  trustedPeers: string[];
  proxy: {
    /** The header that holds the user's name, in lower case. */
    userHeader: string;
    /** The header that holds the role, in lower case. */
    roleHeader: string;
    /** The role of a user the proxy names without one. */
    defaultRole: Role;
    /** The header that holds the streams there are for the user, in lower case; null: all are. */
    streamsHeader: string | null;
  };
  session: {
    /** What cookies are sealed by; null makes one that ends with the process. */
    secret: string | null;
    /** Without a request for this long a session ends, milliseconds. */
    idleMs: number;
    /** A session ends this long after its sign-in, whatever happens, milliseconds. */
    absoluteMs: number;
    /** Whether browsers reach the dashboard by TLS alone; null: seen from each request. */
    isSecure: boolean | null;
  };
  /** Nothing is written for anybody. */
  readOnly: boolean;
  /** Streams that are not written to, as globs. */
  readOnlyStreams: string[];
}
