import { BASE_PATH } from '@/lib/model/base-path';

/** Two dashboards under one host name do not take each other's: its prefix asks for `Path=/`. */
const SITE = BASE_PATH.replaceAll('/', '~');
/** Where only TLS reaches: browsers then take it from this host alone, for all paths, by TLS. */
const SECURE_PREFIX = '__Host-';
const SESSION = `shield_session${SITE}`;
/** A sign-in under way at the identity provider. */
const FLOW = `shield_sign_in${SITE}`;
/** Longer than a sign-in may take: one that took too long is told so. */
const FLOW_MAX_AGE_S = 60 * 60;

/**
 * The session cookie of a `Cookie` header. By TLS the one with the prefix is the only one that
 * counts: another could have been planted by a neighbouring host. `isSecure` null: not known.
 */
export function readSessionCookie(header: string | null, isSecure: boolean | null): string | null {
  const secure = isSecure === false ? null : findCookie(header, SECURE_PREFIX + SESSION);
  return secure ?? (isSecure === true ? null : findCookie(header, SESSION));
}

/** A `Set-Cookie` that keeps `value`, or takes the cookie away for null. */
export function sessionCookie(value: string | null, isSecure: boolean): string {
  return cookie(SESSION, value, isSecure, ['SameSite=Strict']);
}

export function readFlowCookie(header: string | null, isSecure: boolean): string | null {
  return findCookie(header, isSecure ? SECURE_PREFIX + FLOW : FLOW);
}

/** The same for a sign-in under way: it comes along when the provider sends the browser back. */
export function flowCookie(value: string | null, isSecure: boolean): string {
  return cookie(FLOW, value, isSecure, ['SameSite=Lax', `Max-Age=${FLOW_MAX_AGE_S}`]);
}

function cookie(name: string, value: string | null, isSecure: boolean, marks: string[]): string {
  const parts = [`${isSecure ? SECURE_PREFIX : ''}${name}=${value ?? ''}`, 'Path=/', 'HttpOnly'];
  parts.push(...marks);
  if (isSecure) parts.push('Secure');
  if (value === null) parts.push('Max-Age=0');
  return parts.join('; ');
}

function findCookie(header: string | null, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [found, ...value] = part.trim().split('=');
    if (found === name && value.join('=') !== '') return value.join('=');
  }
  return null;
}
