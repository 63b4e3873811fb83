import { z } from 'zod';
import { OIDC_CLIENT_AUTHS, type OidcSettings } from '@/lib/model/access-settings';
import { ROLES } from '@/lib/model/actor';
import { BASE_PATH } from '@/lib/model/base-path';
import {
  parseStreamScope,
  SCOPE_BYTES_MAX,
  type StreamScope,
  scopeBytes,
} from '@/lib/model/stream-scope';

const ISSUER_WORDS = 'expected the issuer’s address by https://, as the provider writes it';
const URL_WORDS = 'expected where browsers come, such as https://dashboard.example.com';
const VALUES_WORDS = 'expected values separated by commas, or JSON such as ["cn=ops,ou=groups"]';
const SCOPE_WORDS = `expected globs such as prod:*;billing, or * for all; ${SCOPE_BYTES_MAX} bytes at most`;
const GRACE_MINUTES_MAX = 10_080;
const GRACE_WORDS = `expected a number of minutes from 1 to ${GRACE_MINUTES_MAX}`;

/** A claim's values: names of groups may hold a comma, then JSON keeps them apart. */
const values = z.string().transform((text, context) => {
  if (!text.trim().startsWith('[')) {
    return text
      .split(',')
      .map((value) => value.trim())
      .filter(Boolean);
  }
  try {
    const parsed = z.array(z.string().min(1)).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: the same answer as for JSON of another shape.
  }
  context.addIssue(VALUES_WORDS);
  return z.NEVER;
});

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

function scope(text: string, context: z.RefinementCtx): StreamScope {
  const read = parseStreamScope(text);
  if (read && scopeBytes(read) <= SCOPE_BYTES_MAX) return read;
  context.addIssue(SCOPE_WORDS);
  return z.NEVER;
}

/** The variables of OpenID Connect: docs/security.md. `OIDC_CLIENT_SECRET` may come from a file. */
export const oidcVariables = {
  PUBLIC_URL: z
    .string()
    .refine((text) => originOf(text) !== null, URL_WORDS)
    .transform((text) => originOf(text) ?? text)
    .optional(),
  OIDC_ISSUER: z.string().refine(isIssuer, ISSUER_WORDS).optional(),
  OIDC_CLIENT_ID: z.string().max(512, 'expected at most 512 characters').optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_CLIENT_AUTH: z.enum(OIDC_CLIENT_AUTHS).optional(),
  OIDC_SCOPES: z
    .string()
    .transform(words)
    .refine((scopes) => scopes.includes('openid'), 'openid must be among them')
    .prefault('openid profile email'),
  OIDC_LABEL: z.string().trim().max(40, 'expected at most 40 characters').optional(),
  OIDC_NAME_CLAIM: z.string().optional(),
  OIDC_ROLE_CLAIM: z.string().default('groups'),
  OIDC_VIEWER: values.default([]),
  OIDC_OPERATOR: values.default([]),
  OIDC_ADMIN: values.default([]),
  OIDC_DEFAULT_ROLE: z.enum(ROLES).optional(),
  OIDC_STREAMS_CLAIM: z.string().optional(),
  OIDC_DEFAULT_STREAMS: z.string().transform(scope).optional(),
  OIDC_GRACE_MINUTES: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, GRACE_WORDS)
    .transform(Number)
    .refine((n) => n <= GRACE_MINUTES_MAX, GRACE_WORDS)
    .default(120),
};

type OidcValues = z.infer<z.ZodObject<typeof oidcVariables>> & {
  HOST: string;
  PORT: number;
  ALLOWED_HOSTS: string[];
};
type Fail = (message: string, variable: string) => void;

/** What is wrong only with several of them together. Each message begins with its code. */
export function checkOidc(given: OidcValues, fail: Fail): void {
  const { OIDC_ISSUER, OIDC_CLIENT_ID } = given;
  if (!OIDC_ISSUER && OIDC_CLIENT_ID) fail('oidc_incomplete: set OIDC_ISSUER too', 'OIDC_ISSUER');
  if (!OIDC_ISSUER) return;
  if (!OIDC_CLIENT_ID) {
    fail('oidc_incomplete: set the id the provider knows this client by', 'OIDC_CLIENT_ID');
  }
  if (publicUrlOf(given) === null) {
    fail(`oidc_without_public_url: ${URL_WORDS}; the provider sends them back there`, 'PUBLIC_URL');
  }
  if (!given.OIDC_DEFAULT_ROLE && ROLES.every((role) => valuesOf(given, role).length === 0)) {
    const message =
      'oidc_without_roles: nobody could come in; name the values of OIDC_ROLE_CLAIM in ' +
      'OIDC_ADMIN, OIDC_OPERATOR and OIDC_VIEWER, or set OIDC_DEFAULT_ROLE';
    fail(message, 'OIDC_ADMIN');
  }
}

/** Null where no provider is configured. */
export function oidcSettings(given: OidcValues): OidcSettings | null {
  const { OIDC_ISSUER, OIDC_CLIENT_ID } = given;
  const publicUrl = publicUrlOf(given);
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID || publicUrl === null) return null;
  return {
    issuer: OIDC_ISSUER,
    clientId: OIDC_CLIENT_ID,
    clientSecret: given.OIDC_CLIENT_SECRET ?? null,
    clientAuth: given.OIDC_CLIENT_AUTH ?? null,
    scopes: given.OIDC_SCOPES,
    label: given.OIDC_LABEL ?? new URL(OIDC_ISSUER).host,
    publicUrl,
    nameClaim: given.OIDC_NAME_CLAIM ?? null,
    roleClaim: given.OIDC_ROLE_CLAIM,
    roleValues: {
      viewer: valuesOf(given, 'viewer'),
      operator: valuesOf(given, 'operator'),
      admin: valuesOf(given, 'admin'),
    },
    defaultRole: given.OIDC_DEFAULT_ROLE ?? null,
    streamsClaim: given.OIDC_STREAMS_CLAIM ?? null,
    defaultStreams: given.OIDC_DEFAULT_STREAMS ?? null,
    graceMs: given.OIDC_GRACE_MINUTES * 60_000,
  };
}

function valuesOf(given: OidcValues, role: (typeof ROLES)[number]): string[] {
  const { OIDC_VIEWER, OIDC_OPERATOR, OIDC_ADMIN } = given;
  return { viewer: OIDC_VIEWER, operator: OIDC_OPERATOR, admin: OIDC_ADMIN }[role];
}

/** What is configured; for a dashboard that this machine alone reaches, its own address. */
function publicUrlOf({ PUBLIC_URL, HOST, PORT, ALLOWED_HOSTS }: OidcValues): string | null {
  if (PUBLIC_URL) return PUBLIC_URL;
  if (!isLoopback(HOST) || ALLOWED_HOSTS.length > 0 || PORT === 0) return null;
  return `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;
}

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username, password } = new URL(text);
  if (search || hash || username || password) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/**
 * With or without the base path. Plain HTTP is for loopback alone: a code on the way back would be
 * read by others.
 */
function originOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, origin, pathname, search, hash, hostname, username } = new URL(text);
  if (search || hash || username || !['', BASE_PATH].includes(pathname.replace(/\/$/, '')))
    return null;
  const isFit = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isFit ? origin : null;
}

/** `host` as it stands in `HOST`, or in an address, where IPv6 has brackets. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
