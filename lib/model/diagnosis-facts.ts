import type { EntryId } from './entry-id';
import type { Evidence, Finding, FindingCode, Severity } from './finding';
import type { DrainForecast, LagTrend } from './forecast';
import type { TrimForecast } from './forecast-trim';
import type { Lag } from './lag';
import type { PendingEntry } from './pending';
import type { GroupTrend } from './rates';

/** What the diagnosis of a stream rests on. */
export interface StreamFacts {
  name: string;
  status: 'ok' | 'absent' | 'wrong_type' | 'denied';
  /** Named in the configuration. */
  watched: boolean;
  length: number;
  lastId: EntryId | null;
  lastGeneratedId: EntryId | null;
  /** When it was seen to have been deleted and made anew, epoch milliseconds; null for never. */
  recreatedAtMs: number | null;
  nowMs: number;
}

/** What the diagnosis of a group rests on: what every sample has. */
export interface GroupFacts {
  stream: StreamFacts;
  name: string;
  consumers: number;
  pending: number;
  /** Least idle of its consumers; null with none, or where it is not known. */
  idleMs: number | null;
  oldestPending: PendingEntry | null;
  lastDeliveredId: EntryId;
  lag: Lag;
  /** What was watched of it; null before a second sample exists. */
  trend: GroupTrend | null;
  lagTrend: LagTrend | null;
  drain: DrainForecast;
  trim: TrimForecast | null;
  /** Entries more that it had lost at the end of a window; null for none or not known. */
  lostMore: { entries: number; windowMs: number } | null;
}

/** What a rule says, before it is known whose it is. */
export interface Verdict {
  code: FindingCode;
  severity: Severity;
  headline: string;
  sentence: string;
  since?: string | null;
  consumer?: string;
  entry?: EntryId;
  evidence?: Evidence[];
  cure: string;
  commands?: string[];
}

export function streamFinding(stream: string, verdict: Verdict): Finding {
  return findingOf(stream, null, verdict);
}

export function groupFinding({ stream, name }: GroupFacts, verdict: Verdict): Finding {
  return findingOf(stream.name, name, verdict);
}

function findingOf(stream: string, group: string | null, verdict: Verdict): Finding {
  return {
    code: verdict.code,
    severity: verdict.severity,
    stream,
    group,
    consumer: verdict.consumer ?? null,
    entry: verdict.entry ?? null,
    since: verdict.since ?? null,
    headline: verdict.headline,
    sentence: verdict.sentence,
    evidence: verdict.evidence ?? [],
    cure: { sentence: verdict.cure, commands: verdict.commands ?? [] },
  };
}

/** A consumer's name at the beginning of a sentence: it may be empty. */
export function consumerWords(name: string): string {
  return name === '' ? 'A consumer without a name' : name;
}

/** The lag as evidence, where it is known. */
export function lagEvidence({ lag }: GroupFacts): Evidence[] {
  if (lag.value === null) return [];
  const name = lag.quality === 'at_least' ? 'waiting, at least' : 'waiting';
  const waiting: Evidence = { name, value: lag.value, unit: 'entries' };
  return lag.behind_ms === null
    ? [waiting]
    : [waiting, { name: 'the oldest for', value: lag.behind_ms, unit: 'ms' }];
}
