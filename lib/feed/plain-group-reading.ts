import { ENTRY_ID_ZERO, type EntryId, entryIdTimeMs } from '@/lib/model/entry-id';
import { MINUTE_MS, type MinuteCount } from '@/lib/model/event-counts';
import { FEED_ENTRY } from '@/lib/model/feed-message';
import { floorTo } from '@/lib/model/history-tiers';
import type { CountedEntries, CountedRead } from '@/lib/redis/event-count-commands';
import type { RedisStreamsClient } from '@/lib/redis/streams-client';

const READ_COUNT = 250;

/**
 * What `countEvents` does, for a user who may run no script: reads, then acknowledges. A crash in
 * between leaves entries pending; what is taken over then is acknowledged and not counted.
 */
export async function readWithoutScript(
  streams: RedisStreamsClient,
  group: string,
  which: CountedEntries,
  redisMs: number,
): Promise<CountedRead> {
  const read = { redisMs, next: ENTRY_ID_ZERO, refusal: null, unstored: [], isStored: false };
  if (which.of === 'new') {
    const events = await streams.readEventTypes({ group, count: READ_COUNT, blockMs: 0 });
    await streams.ackEvent(group, ...events.map(({ id }) => id));
    const unstored = events.map(({ id, type }) => countOf(id, type, redisMs));
    return { ...read, entries: events.length, isMore: events.length >= READ_COUNT, unstored };
  }
  const ids =
    which.of === 'own'
      ? await streams.ownPendingEvents(group)
      : await streams.claimIdleEvents(group, which.minIdleMs);
  await streams.ackEvent(group, ...ids);
  const next = which.of === 'idle' ? (ids.at(-1) ?? ENTRY_ID_ZERO) : ENTRY_ID_ZERO;
  return { ...read, entries: ids.length, isMore: false, next };
}

/** An id ahead of the clock tells no time. */
function countOf(id: EntryId, type: string | null, redisMs: number): MinuteCount {
  const atMs = floorTo(Math.min(entryIdTimeMs(id), redisMs), MINUTE_MS);
  return { atMs, type: type ?? FEED_ENTRY, count: 1 };
}
