import type { Role } from './actor';

/** How people come in: everybody, by name and password, or by the word of a proxy in front. */
export type AccessMode = 'none' | 'users' | 'proxy';

/** What the environment says of access. Holds secrets: never log it whole. */
export interface AccessSettings {
  mode: AccessMode;
  /** Users, one a line: in a file that is read again when it changes, or in the variable itself. */
  users: { file: string } | { text: string };
  /** Proxies whose headers count: addresses or networks such as 10.0.0.0/8. */
  trustedPeers: string[];
  proxy: {
    /** The header that holds the user's name, in lower case. */
    userHeader: string;
    /** The header that holds the role, in lower case. */
    roleHeader: string;
    /** The role of a user the proxy names without one. */
    defaultRole: Role;
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
