import { createHash } from 'node:crypto';
import type { OidcSettings } from '@/lib/model/access-settings';
import { ROLES, type Role } from '@/lib/model/actor';
import { DashboardError } from '@/lib/model/errors';
import {
  parseStreamScope,
  SCOPE_BYTES_MAX,
  type StreamScope,
  scopeBytes,
} from '@/lib/model/stream-scope';

/** What a provider says of somebody; every value is its own word, of any type. */
export type Claims = Readonly<Record<string, unknown>>;

/** Somebody a provider has named. */
export interface OidcIdentity {
  /** Never another's at this provider, whatever the name. */
  subject: string;
  name: string;
  /** Null for somebody whom no rule lets in. */
  role: Role | null;
  /** Null for somebody of whom it is not known which streams there are for them. */
  scope: StreamScope | null;
}

/** Somebody whom the rules let in. */
export type AdmittedIdentity = OidcIdentity & { role: Role; scope: StreamScope };

/** Where providers put a name people know each other by, the best first. */
const NAME_CLAIMS = ['preferred_username', 'email', 'name'];
/** Letters, digits, marks and single spaces: nothing that could hide or turn around what is read. */
const NAME = /^[\p{L}\p{N}\p{M}\p{P}\p{S}]+( [\p{L}\p{N}\p{M}\p{P}\p{S}]+)*$/u;
const NAME_CHARS_MAX = 64;
/** ASCII, 255 characters at most (OpenID Connect Core, 2). */
const SUBJECT = /^[ -~]{1,255}$/;

type Rules = Pick<
  OidcSettings,
  'nameClaim' | 'roleClaim' | 'roleValues' | 'defaultRole' | 'streamsClaim' | 'defaultStreams'
>;

/** Null where the claims name nobody: `sub` is missing, or none. */
export function identityOf(claims: Claims, rules: Rules): OidcIdentity | null {
  const { sub } = claims;
  if (typeof sub !== 'string' || !SUBJECT.test(sub)) return null;
  return {
    subject: sub,
    name: nameOf(claims, rules, sub),
    role: roleOf(claims, rules),
    scope: scopeOf(claims, rules),
  };
}

/** Throws `oidc_no_role` and `oidc_no_streams` for somebody whom the rules do not let in. */
export function admitted({ role, scope, ...who }: OidcIdentity): AdmittedIdentity {
  if (role === null) throw new DashboardError('oidc_no_role', 'This account has no role here.');
  if (scope !== null) return { ...who, role, scope };
  const message = 'Which streams there are for this account is not said, or cannot be read.';
  throw new DashboardError('oidc_no_streams', message);
}

/** Whether what the rules look for is in these claims, or has to be asked for elsewhere. */
export function isComplete(claims: Claims, rules: Rules): boolean {
  const wantsRole = ROLES.some((role) => rules.roleValues[role].length > 0);
  const hasRole = !wantsRole || claimAt(claims, rules.roleClaim) !== undefined;
  const { streamsClaim } = rules;
  const hasStreams = streamsClaim === null || claimAt(claims, streamsClaim) !== undefined;
  return (
    hasRole && hasStreams && nameClaims(rules).some((claim) => claimAt(claims, claim) !== undefined)
  );
}

/** The highest role that a value of the claim gives: a text, or a list of them. */
function roleOf(claims: Claims, { roleClaim, roleValues, defaultRole }: Rules): Role | null {
  const claim = claimAt(claims, roleClaim);
  const found = new Set<unknown>(Array.isArray(claim) ? claim : [claim]);
  const given = ROLES.filter((role) => roleValues[role].some((value) => found.has(value)));
  return given.at(-1) ?? defaultRole;
}

/** A claim that is there counts, and one that cannot be read is for no streams at all. */
function scopeOf(claims: Claims, { streamsClaim, defaultStreams }: Rules): StreamScope | null {
  if (streamsClaim === null) return defaultStreams ?? {};
  const claim = claimAt(claims, streamsClaim);
  if (claim === undefined) return defaultStreams;
  const scope = parseStreamScope(claim);
  return scope && scopeBytes(scope) <= SCOPE_BYTES_MAX ? scope : null;
}

function nameOf(claims: Claims, rules: Rules, subject: string): string {
  for (const claim of nameClaims(rules)) {
    const value = claimAt(claims, claim);
    const name = typeof value === 'string' ? value.normalize('NFC').trim() : '';
    if (name.length <= NAME_CHARS_MAX && NAME.test(name)) return name;
  }
  // What no page could show is shown as what it comes to.
  const isShown = subject.length <= NAME_CHARS_MAX && NAME.test(subject);
  return isShown ? subject : createHash('sha256').update(subject).digest('hex').slice(0, 16);
}

function nameClaims({ nameClaim }: Pick<Rules, 'nameClaim'>): string[] {
  return nameClaim === null ? NAME_CLAIMS : [nameClaim];
}

/** A claim by its name, dots and all (`https://example.com/roles`), or by a path through objects. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let at: unknown = claims;
  for (const part of path.split('.')) {
    if (!isObject(at) || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return at;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
