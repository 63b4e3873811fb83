import { BASE_PATH } from '@/lib/model/base-path';

/** Two dashboards under one host name do not take each other's: its prefix asks for `Path=/`. */
const SITE = BASE_PATH.replaceAll('/', '~');
/** Where only TLS reaches: browsers then take it from this host alone, for all paths, by TLS. */
const SECURE_NAME = `__Host-shield_session${SITE}`;
const PLAIN_NAME = `shield_session${SITE}`;

/**
 * The session cookie of a `Cookie` header. By TLS the one with the prefix is the only one that
 * counts: another could have been planted by a neighbouring host. `isSecure` null: not known.
 */
export function readSessionCookie(header: string | null, isSecure: boolean | null): string | null {
  const secure = isSecure === false ? null : findCookie(header, SECURE_NAME);
  return secure ?? (isSecure === true ? null : findCookie(header, PLAIN_NAME));
}

/** A `Set-Cookie` that keeps `value`, or takes the cookie away for null. */
export function sessionCookie(value: string | null, isSecure: boolean): string {
  const parts = [
    `${isSecure ? SECURE_NAME : PLAIN_NAME}=${value ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
  ];
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
