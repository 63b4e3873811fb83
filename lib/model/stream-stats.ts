import type { EntryId } from './entry-id';
import type { RedisState, SamplerCost, Snapshot, StreamSnapshot } from './snapshot';

/** One stream in `GET /events/stats`. The first four keys are the contract's. */
export type StreamStats = Omit<StreamSnapshot, 'name' | 'length' | 'structure'> & {
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
  /** What the sampling costs Redis; absent before the first sample. */
  cost?: SamplerCost;
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
        snapshot.streams.map(({ name, structure: _, ...stream }) => [
          name,
          { ...stream, consumer_groups: stream.groups.map((group) => group.name) },
        ]),
      ),
    },
    timestamp: snapshot.sampled_at ?? now.toISOString(),
    sampled_at: snapshot.sampled_at,
    redis: snapshot.redis,
    ...(snapshot.cost === undefined ? {} : { cost: snapshot.cost }),
  };
}

/** The statistics as they come over the wire; null for what are none. */
export function parseStats(json: string): Stats | null {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) && isRecord(value.streams) && isRecord(value.redis)
      ? (value as unknown as Stats)
      : null;
  } catch {
    return null;
  }
}

/**
 * The snapshot that the statistics were made of. An object puts names that are whole numbers first;
 * streams that were found stand behind the configured ones and by their names, as they were sampled.
 */
export function fromStreamStats({ streams, sampled_at, redis, cost }: Stats): Snapshot {
  const known = Object.entries(streams).flatMap(([name, stream]): StreamSnapshot[] => {
    if (!isKnown(stream)) return [];
    const { consumer_groups: _, ...rest } = stream;
    return [{ name, ...rest, length: rest.length ?? 0 }];
  });
  const watched = known.filter((stream) => stream.watched);
  const found = known
    .filter((stream) => !stream.watched)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const snapshot: Snapshot = { sampled_at, redis, streams: [...watched, ...found] };
  return cost === undefined ? snapshot : { ...snapshot, cost };
}

function isKnown(stream: StreamStats | UnknownStream): stream is StreamStats {
  return 'status' in stream;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
