import { z } from 'zod';
import type { AuditTrail } from '@/lib/audit/audit-trail';
import type { Actor } from '@/lib/model/actor';
import type { Asker } from '@/lib/model/audit';
import type { WireEntry } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { canonicalName } from '@/lib/model/name';
import type { EntryPages } from '@/lib/redis/entry-pages';

export interface RevealRequest {
  stream: string;
  id: EntryId;
  /** Values over a megabyte too. */
  whole: boolean;
  /** The parsed JSON body: untrusted. */
  body: unknown;
  asker: Asker<Actor>;
}

export interface RevealMeans {
  entries: Pick<EntryPages, 'readUnmasked'>;
  audit: Pick<AuditTrail, 'act'>;
}

/** Why it is looked at: as much of it as the audit keeps. */
const REASON_CHARS_MAX = 512;
const revealBody = z.strictObject({ reason: z.string().trim().max(REASON_CHARS_MAX).optional() });

/**
 * One entry as it stands in Redis, what is masked elsewhere too. Only where Redis has recorded that it
 * is to be: throws `audit_unavailable` otherwise, `invalid_request` for a body that is none,
 * `entry_not_found`, and the codes of a Redis in trouble.
 */
export async function revealEntry(
  { entries, audit }: RevealMeans,
  { stream, id, whole, body, asker }: RevealRequest,
): Promise<WireEntry> {
  const parsed = revealBody.safeParse(body);
  if (!parsed.success) {
    const message = `Send an object, with nothing or with a reason of ${REASON_CHARS_MAX} characters at most.`;
    throw new DashboardError('invalid_request', message);
  }
  const { reason } = parsed.data;
  const about = { stream: canonicalName(stream), targets: [id], count: 1 };
  const intent = { action: 'entry.reveal', ...about, ...(reason && { reason }) } as const;
  const run = async () => ({ answer: await entries.readUnmasked(stream, id, { whole }) });
  // Nothing can take back what was seen: like what destroys, it has to be recorded first.
  return await audit.act(asker, intent, { destroys: true, run });
}
