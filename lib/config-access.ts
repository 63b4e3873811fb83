import { isIP } from 'node:net';
import { z } from 'zod';
import type { AccessSettings } from '@/lib/model/access-settings';
import { ROLES } from '@/lib/model/actor';
import { checkOidc, isLoopback, oidcSettings, oidcVariables } from './config-oidc';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

const minutes = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'expected a number of minutes from 1 to 525600')
  .transform(Number)
  .refine((n) => n <= 525_600, 'expected a number of minutes from 1 to 525600');

const headerName = z
  .string()
  .regex(/^[a-z0-9-]+$/i, 'expected the name of a header')
  .transform((name) => name.toLowerCase());

const SECRET_CHARS_MIN = 32;
const SECRET_WORDS = `expected ${SECRET_CHARS_MIN} characters at least; make one with: openssl rand -base64 32`;

const flag = z.enum(['true', 'false']).default('false');

/** The variables of access: docs/security.md. `SESSION_SECRET` may come from a file. */
export const accessVariables = {
  ...oidcVariables,
  USERS: z.string().optional(),
  USERS_FILE: z.string().optional(),
  INSECURE_NO_AUTH: flag,
  TRUSTED_PROXY_PEERS: list
    .refine(
      (peers) => peers.every(isPeer),
      'expected addresses or networks such as 10.0.0.0/8, separated by commas',
    )
    .default([]),
  TRUSTED_PROXY_USER_HEADER: headerName.optional(),
  TRUSTED_PROXY_ROLE_HEADER: headerName.default('x-forwarded-role'),
  TRUSTED_PROXY_STREAMS_HEADER: headerName.optional(),
  TRUSTED_PROXY_DEFAULT_ROLE: z.enum(ROLES).default('viewer'),
  SESSION_SECRET: z.string().min(SECRET_CHARS_MIN, SECRET_WORDS).optional(),
  SESSION_IDLE_MINUTES: minutes.default(480),
  SESSION_MAX_MINUTES: minutes.default(1_440),
  SESSION_SECURE: z.enum(['true', 'false']).optional(),
  READ_ONLY: flag,
  READ_ONLY_STREAMS: list.default([]),
};

type AccessValues = z.infer<z.ZodObject<typeof accessVariables>> & {
  HOST: string;
  PORT: number;
  ALLOWED_HOSTS: string[];
};
type Fail = (message: string, variable: string) => void;

/** What is wrong only with several of them together. Each message begins with its code. */
export function checkAccess(values: AccessValues, fail: Fail): void {
  const { USERS, USERS_FILE, TRUSTED_PROXY_USER_HEADER, TRUSTED_PROXY_PEERS } = values;
  if (USERS && USERS_FILE) fail('users_twice: set USERS or USERS_FILE, not both', 'USERS');
  checkOidc(values, fail);
  if (TRUSTED_PROXY_USER_HEADER && (USERS || USERS_FILE || values.OIDC_ISSUER)) {
    fail(
      'two_modes: people sign in here, or a proxy says who they are: not both',
      'TRUSTED_PROXY_USER_HEADER',
    );
  }
  if (TRUSTED_PROXY_USER_HEADER && TRUSTED_PROXY_PEERS.length === 0) {
    fail(
      'proxy_without_peers: anybody could send this header; name the proxy in TRUSTED_PROXY_PEERS',
      'TRUSTED_PROXY_USER_HEADER',
    );
  }
  if (modeOf(values) === 'none' && values.INSECURE_NO_AUTH === 'false') {
    const variable = openingOf(values);
    if (variable) fail(OPEN_TO_ALL, variable);
  }
}

const OPEN_TO_ALL =
  'open_to_all: others could reach this address and do everything; ' +
  'set USERS_FILE (docs/security.md), or INSECURE_NO_AUTH=true if that is meant';

/** The variable that lets others than this machine's own come, if any. */
function openingOf({ HOST, ALLOWED_HOSTS, PUBLIC_URL }: AccessValues): string | null {
  if (!isLoopback(HOST)) return 'HOST';
  if (!ALLOWED_HOSTS.every(isLoopback)) return 'ALLOWED_HOSTS';
  return PUBLIC_URL && !isLoopback(new URL(PUBLIC_URL).hostname) ? 'PUBLIC_URL' : null;
}

export function accessSettings(values: AccessValues): AccessSettings {
  return {
    mode: modeOf(values),
    oidc: oidcSettings(values),
    users: values.USERS_FILE ? { file: values.USERS_FILE } : { text: values.USERS ?? '' },
    trustedPeers: values.TRUSTED_PROXY_PEERS,
    proxy: {
      userHeader: values.TRUSTED_PROXY_USER_HEADER ?? '',
      roleHeader: values.TRUSTED_PROXY_ROLE_HEADER,
      defaultRole: values.TRUSTED_PROXY_DEFAULT_ROLE,
      streamsHeader: values.TRUSTED_PROXY_STREAMS_HEADER ?? null,
    },
    session: {
      secret: values.SESSION_SECRET ?? null,
      idleMs: values.SESSION_IDLE_MINUTES * 60_000,
      absoluteMs: values.SESSION_MAX_MINUTES * 60_000,
      isSecure: isSecureOf(values),
    },
    readOnly: values.READ_ONLY === 'true',
    readOnlyStreams: values.READ_ONLY_STREAMS,
  };
}

/** Where browsers are told to come by TLS they come by nothing else. */
function isSecureOf({ SESSION_SECURE, PUBLIC_URL }: AccessValues): boolean | null {
  if (SESSION_SECURE) return SESSION_SECURE === 'true';
  return PUBLIC_URL?.startsWith('https:') ? true : null;
}

function modeOf({ USERS, USERS_FILE, TRUSTED_PROXY_USER_HEADER, OIDC_ISSUER }: AccessValues) {
  if (OIDC_ISSUER) return 'oidc';
  if (USERS || USERS_FILE) return 'users';
  return TRUSTED_PROXY_USER_HEADER ? 'proxy' : 'none';
}

function isPeer(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32);
}
