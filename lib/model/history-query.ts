import type { ErrorCode } from './errors';
import type { HistorySeriesPoint } from './history-series';
import type { HistoryTier } from './history-tiers';
import { canonicalName } from './name';
import { QueryReader } from './query-reader';

const MINUTE_MS = 60_000;

/** How far back one may look. */
export const HISTORY_RANGES = {
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '6h': 6 * 60 * MINUTE_MS,
  '24h': 24 * 60 * MINUTE_MS,
  '7d': 7 * 24 * 60 * MINUTE_MS,
} as const;

export type HistoryRange = keyof typeof HISTORY_RANGES;

/** Points of an answer at most. */
export const HISTORY_POINTS_MAX = 300;

export interface HistoryQuery {
  range: HistoryRange;
  group: string | null;
}

/** Where the history is kept, and why not where it was asked to be. Times are ISO 8601 UTC. */
export interface HistoryState {
  configured: 'redis' | 'memory' | 'off';
  stored_in: 'redis' | 'memory' | 'nowhere';
  /** Whether this process is the one that writes. */
  writer: boolean;
  since: string;
  /** Why Redis does not take it; null where all is as configured. */
  reason: { code: ErrorCode; message: string } | null;
}

/** The answer of `/api/streams/{stream}/history`. */
export interface HistoryAnswer {
  stream: string;
  group: string | null;
  /** Epoch milliseconds. */
  from: number;
  to: number;
  tier: HistoryTier['name'];
  /** Length of a step, milliseconds. */
  resolution_ms: number;
  history: HistoryState;
  points: HistorySeriesPoint[];
}

/** Reads `?range=&group=`; 15 minutes where no range is named. Throws `invalid_request`. */
export function parseHistoryQuery(params: URLSearchParams): HistoryQuery {
  const reader = new QueryReader(params);
  const range = reader.read('range', parseRange, Object.keys(HISTORY_RANGES).join(', '));
  reader.check();
  const group = params.get('group') || null;
  return { range: range ?? '15m', group: group === null ? null : canonicalName(group) };
}

function parseRange(text: string): HistoryRange | null {
  return isRange(text) ? text : null;
}

function isRange(text: string): text is HistoryRange {
  return Object.hasOwn(HISTORY_RANGES, text);
}
