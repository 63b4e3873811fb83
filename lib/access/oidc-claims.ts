import { createHash } from 'node:crypto';
import type { OidcSettings } from '@/lib/model/access-settings';
import { ROLES, type Role } from '@/lib/model/actor';

/** What a provider says of somebody; every value is its own word, of any type. */
export type Claims = Readonly<Record<string, unknown>>;

/** Somebody a provider has named. */
export interface OidcIdentity {
  /** Never another's at this provider, whatever the name. */
  subject: string;
  name: string;
  /** Null for somebody whom no rule lets in. */
  role: Role | null;
}

/** Where providers put a name people know each other by, the best first. */
const NAME_CLAIMS = ['preferred_username', 'email', 'name'];
/** Letters, digits, marks and single spaces: nothing that could hide or turn around what is read. */
const NAME = /^[\p{L}\p{N}\p{M}\p{P}\p{S}]+( [\p{L}\p{N}\p{M}\p{P}\p{S}]+)*$/u;
const NAME_CHARS_MAX = 64;
const SUBJECT_CHARS_MAX = 255;

type Rules = Pick<OidcSettings, 'nameClaim' | 'roleClaim' | 'roleValues' | 'defaultRole'>;

/** Null where the claims name nobody: `sub` is missing, or none (OpenID Connect Core, 2). */
export function identityOf(claims: Claims, rules: Rules): OidcIdentity | null {
  const { sub } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > SUBJECT_CHARS_MAX) return null;
  return { subject: sub, name: nameOf(claims, rules, sub), role: roleOf(claims, rules) };
}

/** Whether what the rules look for is in these claims, or has to be asked for elsewhere. */
export function isComplete(claims: Claims, rules: Rules): boolean {
  const wantsRole = ROLES.some((role) => rules.roleValues[role].length > 0);
  const hasRole = !wantsRole || claimAt(claims, rules.roleClaim) !== undefined;
  return hasRole && nameClaims(rules).some((claim) => claimAt(claims, claim) !== undefined);
}

/** The highest role that a value of the claim gives: a text, or a list of them. */
function roleOf(claims: Claims, { roleClaim, roleValues, defaultRole }: Rules): Role | null {
  const claim = claimAt(claims, roleClaim);
  const found = new Set<unknown>(Array.isArray(claim) ? claim : [claim]);
  const given = ROLES.filter((role) => roleValues[role].some((value) => found.has(value)));
  return given.at(-1) ?? defaultRole;
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
