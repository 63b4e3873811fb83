import type { ErrorCode } from './errors';
import { HISTORY_GROUPS_MAX } from './history-point';
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

/** In the query: every group that is kept. */
export const ALL_GROUPS = '*';

export interface HistoryQuery {
  range: HistoryRange;
  /** At most 16, the names as they are written here. */
  groups: readonly string[] | typeof ALL_GROUPS;
  /** Only the steps from this moment on, epoch milliseconds: the rest is known. Null for all. */
  sinceMs: number | null;
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
  /** The groups answered; each point has its values in this order. */
  groups: string[];
  /** Epoch milliseconds. */
  from: number;
  to: number;
  tier: HistoryTier['name'];
  /** Length of a step, milliseconds. */
  resolution_ms: number;
  history: HistoryState;
  points: HistorySeriesPoint[];
}

/** Reads `?range=&group=…&since=`; 15 minutes where no range is named. Throws `invalid_request`. */
export function parseHistoryQuery(params: URLSearchParams): HistoryQuery {
  const reader = new QueryReader(params);
  const range = reader.read('range', parseHistoryRange, Object.keys(HISTORY_RANGES).join(', '));
  const sinceMs = reader.read('since', parseMoment, 'epoch milliseconds');
  const named = params.getAll('group').filter((name) => name !== '');
  const groups = [...new Set(named.map(canonicalName))];
  reader.read(
    'group',
    () => (groups.length <= HISTORY_GROUPS_MAX ? groups : null),
    `${ALL_GROUPS} or at most ${HISTORY_GROUPS_MAX} groups`,
  );
  reader.check();
  return {
    range: range ?? '15m',
    groups: named.includes(ALL_GROUPS) ? ALL_GROUPS : groups.slice(0, HISTORY_GROUPS_MAX),
    sinceMs: sinceMs ?? null,
  };
}

/** The range a text names; null for none. */
export function parseHistoryRange(text: string): HistoryRange | null {
  return isRange(text) ? text : null;
}

function parseMoment(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function isRange(text: string): text is HistoryRange {
  return Object.hasOwn(HISTORY_RANGES, text);
}
