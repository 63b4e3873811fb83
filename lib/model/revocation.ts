import { z } from 'zod';
import { decodeUtf8, type Entry } from './entry';

/**
 * What ended before its time: one session, until it would have ended anyway, or all of an owner's (a user
 * here, an identity at a provider) that were signed in before a moment. Times are epoch milliseconds.
 */
export type Revocation =
  | { kind: 'session'; id: string; untilMs: number }
  | { kind: 'owner'; owner: string; beforeMs: number };

const ms = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const short = z.string().min(1).max(256);
const stored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), id: short, until_ms: ms }),
  z.object({ kind: z.literal('owner'), owner: short, before_ms: ms }),
]);

/** Fields and values of a stream entry, in turn. */
export function revocationFields(revocation: Revocation): string[] {
  return revocation.kind === 'session'
    ? ['kind', 'session', 'id', revocation.id, 'until_ms', String(revocation.untilMs)]
    : ['kind', 'owner', 'owner', revocation.owner, 'before_ms', String(revocation.beforeMs)];
}

/** Null for an entry that is none: whoever may write to the key can put anything there. */
export function readRevocation({ fields }: Entry): Revocation | null {
  const texts = fields.map(([name, value]) => [decodeUtf8(name), decodeUtf8(value)]);
  const { data } = stored.safeParse(Object.fromEntries(texts));
  if (!data) return null;
  return data.kind === 'session'
    ? { kind: 'session', id: data.id, untilMs: data.until_ms }
    : { kind: 'owner', owner: data.owner, beforeMs: data.before_ms };
}
