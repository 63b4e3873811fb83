import type { EntryId } from './entry-id';
import type { ErrorCode } from './errors';
import type { Finding } from './finding';
import type { DrainForecast, LagTrend } from './forecast';
import type { TrimForecast } from './forecast-trim';
import type { GroupState } from './group-state';
import type { Lag } from './lag';
import type { PendingEntry } from './pending';
import type { RecentRates } from './recent-rates';

/** How Redis stands, as a state and not an exception. Times are ISO 8601 UTC. */
export type RedisState =
  | { status: 'up'; since: string; latency_ms: number | null; version: string | null }
  | { status: 'down'; since: string; code: ErrorCode; message: string };

/** One consumer group, as `/events/stats` and `/api/streams` answer it. */
export interface GroupSnapshot {
  name: string;
  consumers: number;
  pending: number;
  last_delivered_id: EntryId;
  /** Redis's own counter; null on Redis 6.2 and where Redis does not know. */
  entries_read: number | null;
  lag: Lag;
  /** Entries delivered a second over the window; null where it cannot be known yet. */
  out_per_second: number | null;
  /** Milliseconds since any consumer last asked for entries; null with no consumer. */
  idle_ms: number | null;
  /** The pending entry with the lowest id. */
  oldest_pending: PendingEntry | null;
  /** How often pending entries were delivered; absent where nobody looks at the group. */
  deliveries?: DeliveryCounts;
  state: GroupState;
  /** One sentence: the evidence for the state. */
  state_reason: string;
  outlook: GroupOutlook;
}

/** Where a group's lag goes. Each figure says the window it was taken from. */
export interface GroupOutlook {
  /** What `out_per_second` was taken over, milliseconds; 0 where it is null. */
  rate_window_ms: number;
  /** Null where it was not watched for long enough, or the lag is not known. */
  trend: LagTrend | null;
  drain: DrainForecast;
  /** Null for a stream that is not trimmed, or where it cannot be known. */
  trim: TrimForecast | null;
}

/** Pending entries by how often they were delivered, over the oldest of them. */
export interface DeliveryCounts {
  /** Pending entries looked at, lowest ids first, and how many there were in all. */
  looked_at: number;
  total: number;
  /** Entries by delivery count, lowest count first; none twice. */
  counts: { deliveries: number; entries: number }[];
}

/** One stream. A status but `ok` is a state, not an error: everything else is then empty. */
export interface StreamSnapshot {
  name: string;
  status: 'ok' | 'absent' | 'wrong_type' | 'denied';
  /** Named in the configuration (`STREAMS`), as opposed to found by scanning. */
  watched: boolean;
  /** ISO 8601 UTC: when this stream was asked for; older than the snapshot's where it waits its turn. */
  sampled_at?: string;
  length: number;
  first_entry: EntryId | null;
  last_entry: EntryId | null;
  last_generated_id: EntryId | null;
  /** Null on Redis 6.2. */
  entries_added: number | null;
  memory_bytes: number | null;
  /** What only `/metrics` tells, and `/events/stats` leaves out; absent where there is no stream. */
  structure?: StreamStructure;
  /** Entries added a second over `rate_window_ms`; null until two samples exist. */
  in_per_second: number | null;
  /** What it was taken over, milliseconds: ten seconds, or what there is of them; 0 before. */
  rate_window_ms: number;
  groups: GroupSnapshot[];
  /** What needs attention in the stream and its groups, worst first; at most `FINDINGS_MAX`. */
  findings: Finding[];
  /** `in_per_second` of the last minutes. Empty from the 500th stream on. */
  recent: RecentRates;
}

/** How Redis keeps a stream, as XINFO STREAM tells it. */
export interface StreamStructure {
  /** Null on Redis 6.2. */
  max_deleted_entry_id: EntryId | null;
  radix_tree: { keys: number; nodes: number } | null;
}

/** Findings of one stream that travel with each sample; a group of its own tells all of its own. */
export const FINDINGS_MAX = 50;

/** How things stood at one moment: what the Overview shows. */
export interface Snapshot {
  /** ISO 8601 UTC: when Redis was last asked and answered; null before the first answer. */
  sampled_at: string | null;
  redis: RedisState;
  streams: StreamSnapshot[];
  /** What the sampling costs; absent before the first sample. */
  cost?: SamplerCost;
}

/** What the dashboard's sampling asks of Redis, over the last ten seconds or so. */
export interface SamplerCost {
  commands_per_second: number;
  /** Time Redis spent on it, microseconds a second: 10,000 are 1 % of one core. */
  redis_us_per_second: number;
  /** `SAMPLER_BUDGET_PERCENT` of one core. */
  budget_us_per_second: number;
  /** Whether less is sampled than would be for the budget or a slow Redis, and why. */
  slowed: boolean;
  reason: string | null;
}

export interface ConsumerSnapshot {
  name: string;
  pending: number;
  /** Since the consumer last asked (7.2 and newer) or was last served (before). */
  idle_ms: number;
  /** Since it last got or acknowledged an entry; null before Redis 7.2. */
  inactive_ms: number | null;
}
