import type { EntryId } from './entry-id';

/**
 * Everything the diagnosis can find. docs/diagnosis.md has a row for each; a test fails when they
 * part. A code is stable: alerts build on it.
 */
export const FINDING_CODES = [
  'stream_absent',
  'stream_wrong_type',
  'stream_denied',
  'stream_recreated',
  'ids_in_future',
  'cursor_ahead',
  'entries_losing',
  'entries_lost',
  'entries_about_to_be_lost',
  'nobody_reading',
  'nothing_delivered',
  'falling_behind',
  'lag_unknown',
  'entry_held',
  'poison_entry',
  'consumer_dead',
  'consumer_stuck',
  'consumer_idle',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

/** What a finding asks of a person, worst first. `info` asks nothing and is no trouble. */
export const SEVERITIES = ['losing', 'stopped', 'look', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** One figure a finding rests on. */
export interface Evidence {
  name: string;
  value: number | string;
  /** `ms`, `entries`, `entries/s`, `times`, `consumers`; `id` for an entry id, `name` for a name. */
  unit: 'ms' | 'entries' | 'entries/s' | 'times' | 'consumers' | 'id' | 'name';
}

/** One thing found: what happened, since when, what it means, how that is known, what to do. */
export interface Finding {
  code: FindingCode;
  severity: Severity;
  stream: string;
  /** Null where it is the stream itself. */
  group: string | null;
  consumer: string | null;
  entry: EntryId | null;
  /** ISO 8601 UTC; null where it is not known. */
  since: string | null;
  /** Follows the name of the stream or group: "is stalled". */
  headline: string;
  sentence: string;
  evidence: Evidence[];
  cure: {
    sentence: string;
    /** Lines for a POSIX shell, with the real names; may be empty. */
    commands: string[];
  };
}

/** Orders findings: worst first, then as they were. */
export function bySeverity(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

/** When it began, from how long ago that is; null for what no date can hold. */
export function sinceMsAgo(ms: number, nowMs: number): string | null {
  const date = new Date(nowMs - ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
