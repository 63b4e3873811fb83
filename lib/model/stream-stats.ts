import type { EntryId } from './entry-id';
import type { RedisState, Snapshot, StreamSnapshot } from './snapshot';

/** One stream in `GET /events/stats`. The first four keys are the contract's. */
export type StreamStats = Omit<StreamSnapshot, 'name' | 'length'> & {
  /** Null where Redis has not answered yet. */
  length: number | null;
  first_entry: EntryId | null;
  last_entry: EntryId | null;
  consumer_groups: string[];
};

export interface Stats {
  streams: Record<string, StreamStats | UnknownStream>;
  /** ISO 8601 UTC: when Redis was asked; when nobody could ask yet, now. */
  timestamp: string;
  /** When Redis was asked; null when nobody could ask yet. */
  sampled_at: string | null;
  redis: RedisState;
}

/** A configured stream before Redis ever answered. */
interface UnknownStream {
  length: null;
  first_entry: null;
  last_entry: null;
  consumer_groups: string[];
}

/** The snapshot in the shape of the orchestrator's `/events/stats`. */
export function toStreamStats(snapshot: Snapshot, configured: string[], now: Date): Stats {
  const unknown: UnknownStream = {
    length: null,
    first_entry: null,
    last_entry: null,
    consumer_groups: [],
  };
  return {
    streams: {
      ...Object.fromEntries(configured.map((name) => [name, unknown])),
      ...Object.fromEntries(
        snapshot.streams.map(({ name, ...stream }) => [
          name,
          { ...stream, consumer_groups: stream.groups.map((group) => group.name) },
        ]),
      ),
    },
    timestamp: snapshot.sampled_at ?? now.toISOString(),
    sampled_at: snapshot.sampled_at,
    redis: snapshot.redis,
  };
}
