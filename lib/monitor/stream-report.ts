import { diagnoseGroup, diagnoseStream, needsAttention } from '@/lib/model/diagnosis';
import type { GroupFacts, StreamFacts } from '@/lib/model/diagnosis-facts';
import { bySeverity, type Finding } from '@/lib/model/finding';
import { groupState } from '@/lib/model/group-state';
import type { Lag } from '@/lib/model/lag';
import {
  type DeliveryCounts,
  FINDINGS_MAX,
  type GroupSnapshot,
  type StreamSnapshot,
} from '@/lib/model/snapshot';
import type { GroupInfo } from '@/lib/redis/stream-info';
import type { StreamHistory } from './stream-history';

/** A stream's own figures, before anything is concluded from them. */
type StreamFigures = Omit<StreamSnapshot, 'groups' | 'findings'>;

export interface ReportedStream {
  stream: StreamSnapshot;
  /** What each group's snapshot was concluded from. */
  facts: Map<GroupSnapshot, GroupFacts>;
}

/** What Redis says of a group; `deliveries` where somebody looks at it. */
interface SampledGroup {
  group: GroupInfo;
  lag: Lag;
  deliveries: DeliveryCounts | undefined;
}

/** Puts what Redis says of a stream and its groups beside their past, and diagnoses them. */
export function reportStream(
  figures: StreamFigures,
  groups: readonly SampledGroup[],
  history: StreamHistory,
  nowMs: number,
): ReportedStream {
  const stream = streamFacts(figures, history.recreatedAtMs, nowMs);
  const facts = new Map<GroupSnapshot, GroupFacts>();
  const found = diagnoseStream(stream);
  for (const { group, lag, deliveries } of groups) {
    const groupFacts = factsOf(stream, group, lag, history);
    const findings = diagnoseGroup(groupFacts);
    const snapshot = groupSnapshot(group, groupFacts, findings, history);
    facts.set(deliveries ? { ...snapshot, deliveries } : snapshot, groupFacts);
    found.push(...findings);
  }
  return { stream: { ...figures, groups: [...facts.keys()], findings: toTell(found) }, facts };
}

/** A stream that is not there, or is none. */
export function reportNoStream(figures: StreamFigures, nowMs: number): StreamSnapshot {
  const findings = toTell(diagnoseStream(streamFacts(figures, null, nowMs)));
  return { ...figures, groups: [], findings };
}

function toTell(findings: Finding[]): Finding[] {
  return needsAttention(findings).sort(bySeverity).slice(0, FINDINGS_MAX);
}

function streamFacts(
  { name, status, watched, length, last_entry, last_generated_id }: StreamFigures,
  recreatedAtMs: number | null,
  nowMs: number,
): StreamFacts {
  return {
    name,
    status,
    watched,
    length,
    recreatedAtMs,
    nowMs,
    lastId: last_entry,
    lastGeneratedId: last_generated_id,
  };
}

/** Field by field, here and above: of thousands a second, spreading costs more than what is in them. */
function factsOf(
  stream: StreamFacts,
  { name, consumers, pending, idleMs, oldestPending, lastDeliveredId }: GroupInfo,
  lag: Lag,
  history: StreamHistory,
): GroupFacts {
  const trend = history.trend(name);
  const { trend: lagTrend, drain, trim } = history.outlook(name, lag, trend);
  return {
    stream,
    name,
    consumers,
    pending,
    idleMs,
    oldestPending,
    lastDeliveredId,
    lag,
    trend,
    lagTrend,
    drain,
    trim,
    lostMore: history.lostMore(name),
  };
}

function groupSnapshot(
  group: GroupInfo,
  facts: GroupFacts,
  findings: readonly Finding[],
  history: StreamHistory,
): GroupSnapshot {
  const { state, reason } = groupState(findings, facts);
  const outPerSecond = history.outPerSecond(group.name);
  return {
    name: group.name,
    consumers: group.consumers,
    pending: group.pending,
    last_delivered_id: group.lastDeliveredId,
    entries_read: group.entriesRead,
    lag: facts.lag,
    out_per_second: outPerSecond,
    idle_ms: group.idleMs,
    oldest_pending: group.oldestPending,
    state,
    state_reason: reason,
    outlook: {
      rate_window_ms: outPerSecond === null ? 0 : history.rateWindowMs(),
      trend: facts.lagTrend,
      drain: facts.drain,
      trim: facts.trim,
    },
  };
}
