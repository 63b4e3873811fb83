import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import type { PendingEntry, PendingRange } from '@/lib/model/pending';
import type { ConsumerSnapshot } from '@/lib/model/snapshot';
import type { RedisConnection } from './connect';
import { countConsumers, readConsumers, readPending } from './group-reads';
import { assertStream } from './stream-reads';

/** Groups with more consumers than this have none listed. */
export const CONSUMERS_MAX = 1_000;

/** Reads what lies below a group. Changes nothing. */
export class GroupPages {
  constructor(private readonly redis: RedisConnection) {}

  /** Consumers, and how many there are in all; none listed past `CONSUMERS_MAX`. Throws `stream_not_found` and `group_not_found`. */
  async readConsumers(
    stream: string,
    group: string,
  ): Promise<{ consumers: ConsumerSnapshot[]; total: number }> {
    const total = await onStream(this.redis, stream, () =>
      countConsumers(this.redis, stream, group),
    );
    // XINFO CONSUMERS has no pages: of a hundred thousand it would send, and copy, them all.
    if (total > CONSUMERS_MAX) return { consumers: [], total };
    const consumers = await this.readAllConsumers(stream, group);
    return { consumers, total: consumers.length };
  }

  /** All of them, of which there may be 100,000: some 30 ms of Redis's time, to be shared. */
  readAllConsumers(stream: string, group: string): Promise<ConsumerSnapshot[]> {
    return onStream(this.redis, stream, () => readConsumers(this.redis, stream, group));
  }

  /** One page of pending entries, lowest id first; `next` goes on after it. */
  async readPending(
    stream: string,
    group: string,
    range: PendingRange,
  ): Promise<{ pending: PendingEntry[]; next: EntryId | null }> {
    const found = await onStream(this.redis, stream, () =>
      readPending(this.redis, stream, group, { ...range, limit: range.limit + 1 }),
    );
    const pending = found.slice(0, range.limit);
    return { pending, next: found.length > range.limit ? (pending.at(-1)?.id ?? null) : null };
  }
}

/** Redis has one answer for an absent stream and an absent group; people want to know which. */
export async function onStream<T>(
  redis: RedisConnection,
  stream: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const absent =
      error instanceof DashboardError &&
      (error.code === 'group_not_found' || error.message.includes('no such key'));
    if (!absent) throw error;
    await assertStream(redis, stream);
    throw error;
  }
}
