import { createHash, scryptSync } from 'node:crypto';
import type { Role } from '@/lib/model/actor';
import { send } from './http-client';

/** Somebody who signs in. */
export interface Person {
  name: string;
  role: Role;
  password: string;
}

/** A line of the users file, by the cheapest hash that is taken. */
export function userLine({ name, role, password }: Person): string {
  const salt = createHash('sha256').update(name).digest().subarray(0, 16);
  const key = scryptSync(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 });
  return `${name} ${role} scrypt.14.8.1.${salt.toString('base64url')}.${key.toString('base64url')}`;
}

export function tokenLine(name: string, role: Role, token: string): string {
  return `${name} ${role} sha256.${createHash('sha256').update(token).digest('hex')}`;
}

/** Tokens of scripts: one a role, and one that is held to some streams. */
export const TOKENS = {
  admin: 'shield_admin',
  operator: 'shield_operator',
  viewer: 'shield_viewer',
  scoped: 'shield_scoped',
} as const;

export const byToken = (who: keyof typeof TOKENS) => ({ authorization: `Bearer ${TOKENS[who]}` });

/** Sends the sign-in page's form, as a browser does. */
export function sendSignIn(
  base: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
  localAddress?: string,
) {
  return send(base, '/api/session', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: base,
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
    localAddress,
  });
}

/** Signs somebody in. Returns the `Cookie` header of the session. */
export async function signIn(base: string, { name, password }: Person): Promise<string> {
  const { headers, status } = await sendSignIn(base, { name, password });
  const cookie = headers['set-cookie']?.[0]?.split(';')[0];
  if (cookie === undefined) throw new Error(`${name} was not let in: ${status}`);
  return cookie;
}
