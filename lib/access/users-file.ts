import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ROLES, type Role } from '@/lib/model/actor';
import { parseStreamScope, type StreamScope } from '@/lib/model/stream-scope';
import { type PasswordHash, parsePasswordHash } from './password';

/** A person who signs in with a password. */
export interface User extends StreamScope {
  name: string;
  role: Role;
  hash: PasswordHash;
  /** Changes with the password: sessions of another one are over. */
  fingerprint: string;
}

/** A script's way in: a random text, of which only the SHA-256 is kept. */
export interface Token extends StreamScope {
  name: string;
  role: Role;
  /** SHA-256 of the token, hexadecimal. */
  digest: string;
  /** Epoch milliseconds; null for a token without an end. */
  expiresAtMs: number | null;
}

export interface ParsedUsers {
  users: Map<string, User>;
  /** By digest. */
  tokens: Map<string, Token>;
  /** A message for each wrong line, which repeats nothing but its number. */
  mistakes: string[];
}

export const USER_NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;
const LINE_FORM = 'expected <name> <role> <hash>, as `npm run user` prints it';

const line = z.object({
  name: z
    .string()
    .regex(USER_NAME, 'the name may have letters, digits and . _ @ + -, 64 characters at most'),
  role: z.enum(ROLES, `the role must be ${ROLES.join(', ')}`),
  secret: z.string({ error: LINE_FORM }),
});

/**
 * Reads users and tokens, one a line (a comma ends a line too); `#` begins a comment, a last word
 * `disabled` keeps a user out. Lines that are wrong are left out and told.
 */
export function parseUsers(text: string): ParsedUsers {
  const parsed: ParsedUsers = { users: new Map(), tokens: new Map(), mistakes: [] };
  const names = new Set<string>();
  for (const [at, raw] of text.split(/[\n,]/).entries()) {
    const words = raw.trim().split(/\s+/);
    if (words[0] === '' || words[0]?.startsWith('#')) continue;
    const mistake = readLine(words, parsed, names);
    if (mistake !== null) parsed.mistakes.push(`line ${at + 1}: ${mistake}`);
  }
  return parsed;
}

/** Returns what is wrong with the line, or null. */
function readLine(words: string[], into: ParsedUsers, names: Set<string>): string | null {
  const [name, role, secret, ...marks] = words;
  const result = line.safeParse({ name, role, secret });
  if (!result.success) return result.error.issues[0]?.message ?? LINE_FORM;
  const given = result.data;
  if (names.has(given.name)) return 'this name stands on an earlier line';
  names.add(given.name);
  const isToken = given.secret.startsWith('sha256.');
  const expiresAtMs = isToken ? readExpiry(marks) : null;
  if (expiresAtMs === undefined) return 'expected expires=<date>, such as expires=2030-01-31';
  const scope = readScope(marks);
  if (scope === null) return 'expected streams=<glob>;<glob>, such as streams=prod:*;billing';
  const known = isToken ? ['expires=', 'streams='] : ['streams='];
  const rest = marks.filter((mark) => !known.some((start) => mark.startsWith(start)));
  if (rest.length > 0 && rest.join() !== 'disabled') return LINE_FORM;
  const isIn = rest.length === 0;
  if (isToken) {
    const digest = /^sha256\.([0-9a-f]{64})$/.exec(given.secret)?.[1];
    if (!digest) return 'the token’s hash is not one `npm run user -- --token` prints';
    const token = { name: given.name, role: given.role, digest, expiresAtMs, ...scope };
    if (isIn) into.tokens.set(digest, token);
    return null;
  }
  const hash = parsePasswordHash(given.secret);
  if (!hash) return 'the hash is not one `npm run user` prints, or is too cheap or too dear';
  const fingerprint = createHash('sha256').update(given.secret).digest('base64url').slice(0, 22);
  const user = { name: given.name, role: given.role, hash, fingerprint, ...scope };
  if (isIn) into.users.set(given.name, user);
  return null;
}

/** Null for a scope that names nothing or stands twice. */
function readScope(marks: string[]): StreamScope | null {
  const [text, ...more] = marks.filter((mark) => mark.startsWith('streams='));
  if (text === undefined) return {};
  return more.length > 0 ? null : parseStreamScope(text.slice('streams='.length));
}

/** Null without an expiry, undefined for one that is no date. A date alone ends with its day, UTC. */
function readExpiry(marks: string[]): number | null | undefined {
  const text = marks.find((mark) => mark.startsWith('expires='))?.slice('expires='.length);
  if (text === undefined) return null;
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const ms = Date.parse(isDay ? `${text}T23:59:59.999Z` : text);
  return Number.isNaN(ms) || (!isDay && !/Z$/.test(text)) ? undefined : ms;
}
