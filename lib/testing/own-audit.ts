import { AuditTrail } from '@/lib/audit/audit-trail';
import { createLog } from '@/lib/log';
import type { Actor } from '@/lib/model/actor';
import { type Asker, readAuditEntry } from '@/lib/model/audit';
import type { AuditRecord } from '@/lib/model/audit-page';
import { connectRedis } from '@/lib/redis/connect-redis';
import { readRange } from '@/lib/redis/stream-reads';
import type { OwnConnections } from './own-connections';

/** Somebody who asks. */
export const ASKER: Asker<Actor> = {
  actor: { name: 'anonymous', role: 'admin', address: '127.0.0.1', via: 'open' },
  requestId: 'r-1',
};

/** An audit trail on a Redis of a test's own, and what it wrote there and to its log. */
export function ownTrail(
  redis: Pick<OwnConnections, 'target'>,
  { stream, lengthMax = 1_000, level = 'info' }: OwnTrailOptions,
) {
  const connection = connectRedis(redis.target, { name: 'audit' });
  const lines: string[] = [];
  const log = createLog(level, { write: (line) => lines.push(line) });
  const trail = new AuditTrail({ redis: connection, stream, lengthMax, log, instance: 'test' });
  return {
    trail,
    connection,
    lines,
    /** All that the stream holds, oldest first, once all that was said is written. */
    async records(): Promise<AuditRecord[]> {
      await trail.settle();
      const range = { start: '-', end: '+', count: 10_000, order: 'asc' } as const;
      const entries = await readRange(connection, stream, range);
      return entries.map(readAuditEntry).filter((record) => record !== null);
    },
    close: () => connection.close(),
  };
}

interface OwnTrailOptions {
  stream: string;
  lengthMax?: number;
  level?: string;
}
