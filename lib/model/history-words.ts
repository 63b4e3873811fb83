import type { HistoryState } from './history-query';

/** What a reader must know of where the past is kept. */
export interface HistoryWords {
  /** `plain` as it was configured, `warn` where it is not. */
  tone: 'plain' | 'warn';
  /** Without the full stop: since when may follow. */
  title: string;
  /** ISO 8601 UTC. */
  since: string | null;
  detail: string;
}

/** Why charts have no past, or one that will not last; null where all is as it should be. */
export function historyWords({ configured, reason, since }: HistoryState): HistoryWords | null {
  if (configured === 'off') {
    return {
      tone: 'plain',
      title: 'History is off',
      since: null,
      detail: 'Nothing of the past is kept. HISTORY=redis or HISTORY=memory keeps seven days.',
    };
  }
  if (reason) {
    return {
      tone: 'warn',
      title: 'History is kept in memory only',
      since,
      detail: `Redis does not take it: ${reason.message} It is tried again all the while; what is kept now ends with this process.`,
    };
  }
  if (configured === 'memory') {
    return {
      tone: 'plain',
      title: 'History is kept in this process only',
      since: null,
      detail: 'So it is configured (HISTORY=memory): a restart begins it anew.',
    };
  }
  return null;
}
