import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** scrypt's cost: N = 2^ln, block size r, parallelisation p (RFC 7914). */
export interface ScryptCost {
  ln: number;
  r: number;
  p: number;
}

export interface PasswordHash extends ScryptCost {
  salt: Buffer;
  key: Buffer;
}

/** OWASP's password storage cheat sheet, scrypt with 32 MiB; scripts/user.mjs makes the same. */
export const DEFAULT_COST: ScryptCost = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const FORM = /^scrypt\.(\d{1,2})\.(\d{1,2})\.(\d{1,2})\.([\w-]{22,88})\.([\w-]{43})$/;

/**
 * Reads `scrypt.<ln>.<r>.<p>.<salt>.<key>`, both in base64url. Null where it is no such hash, is too
 * cheap to be safe, or so dear that signing in would hurt the process.
 */
export function parsePasswordHash(text: string): PasswordHash | null {
  const [, ln, r, p, salt = '', key = ''] = FORM.exec(text) ?? [];
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  // NaN is in no range.
  const isBearable = cost.ln >= 14 && cost.ln <= 17 && cost.r === 8 && cost.p >= 1 && cost.p <= 8;
  if (!isBearable) return null;
  return { ...cost, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
}

/** Whether this is the password; takes as long for a wrong one as for the right one. */
export async function isPassword(password: string, hash: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, hash), hash.key);
}

/** A hash no password has, as dear to check as `cost`: for users that do not exist. */
export function hashOfNobody({ ln, r, p }: ScryptCost): PasswordHash {
  return { ln, r, p, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) };
}

function derive(password: string, { ln, r, p, salt }: PasswordHash): Promise<Buffer> {
  const N = 2 ** ln;
  // What is typed with composed and decomposed letters is one password.
  const bytes = Buffer.from(password.normalize('NFC'), 'utf8');
  const options: ScryptOptions = { N, r, p, maxmem: 128 * r * (N + p) + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(bytes, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
