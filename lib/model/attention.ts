import { countOf, formatCount } from './count';
import { formatDuration } from './duration';
import type { GroupSnapshot, Snapshot, StreamSnapshot } from './snapshot';

/** One thing that needs a person: whose it is, what is wrong, and how that is known. */
export interface AttentionItem {
  /** `bad`: losing entries or stopped. `warn`: needs a look. */
  severity: 'bad' | 'warn';
  stream: string;
  /** Null where it is the stream itself. */
  group: string | null;
  /** Follows the name: "is stalled". */
  what: string;
  /** Sentences. */
  evidence: string[];
}

/** What needs attention in a snapshot, worst first, then in the order of the streams. */
export function findAttention(snapshot: Pick<Snapshot, 'streams'>): AttentionItem[] {
  return snapshot.streams
    .flatMap((stream) => [...streamItems(stream), ...stream.groups.flatMap(groupItems(stream))])
    .sort((a, b) => severityRank(a) - severityRank(b));
}

/** The worst severity of a stream and its groups; null where nothing needs attention. */
export function worstSeverity(
  items: readonly AttentionItem[],
  stream: string,
): AttentionItem['severity'] | null {
  const own = items.filter((item) => item.stream === stream);
  if (own.length === 0) return null;
  return own.some((item) => item.severity === 'bad') ? 'bad' : 'warn';
}

function severityRank(item: AttentionItem): number {
  return item.severity === 'bad' ? 0 : 1;
}

function streamItems(stream: StreamSnapshot): AttentionItem[] {
  if (!stream.watched || stream.status === 'ok') return [];
  const item = { stream: stream.name, group: null };
  return [{ ...item, ...STREAM_TROUBLES[stream.status] }];
}

const STREAM_TROUBLES: Record<
  Exclude<StreamSnapshot['status'], 'ok'>,
  Pick<AttentionItem, 'severity' | 'what' | 'evidence'>
> = {
  absent: {
    severity: 'warn',
    what: 'does not exist',
    evidence: ['It is named in STREAMS, and Redis has no such key.'],
  },
  wrong_type: {
    severity: 'bad',
    what: 'is not a stream',
    evidence: ['Its key holds another type: no entry can be added or read.'],
  },
  denied: {
    severity: 'bad',
    what: 'may not be read',
    evidence: ['The Redis user lacks rights on this key: npm run doctor names them.'],
  },
};

const groupItems =
  (stream: StreamSnapshot) =>
  (group: GroupSnapshot): AttentionItem[] => {
    const lost = group.lag.lost ?? 0;
    const waiting = lost > 0 || group.pending > 0 || (group.lag.value ?? 0) > 0;
    const item = { stream: stream.name, group: group.name };
    const evidence = [
      sentence(group.state_reason),
      ...waitingSentence(group),
      ...deliveriesSentence(group),
      ...lostSentence(lost),
    ];
    switch (group.state) {
      case 'stalled':
        return [{ ...item, severity: 'bad', what: 'is stalled', evidence }];
      case 'falling_behind':
        return [
          { ...item, severity: lost > 0 ? 'bad' : 'warn', what: 'is falling behind', evidence },
        ];
      case 'nobody_reading':
        return waiting
          ? [
              {
                ...item,
                severity: lost > 0 ? 'bad' : 'warn',
                what: 'has nobody reading',
                evidence,
              },
            ]
          : [];
      default:
        return lost > 0
          ? [
              {
                ...item,
                severity: 'warn',
                what: `has lost ${countOf(lost, 'entry', 'entries')}`,
                evidence: ['They were trimmed before this group read them.'],
              },
            ]
          : [];
    }
  };

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function waitingSentence({ lag }: GroupSnapshot): string[] {
  if (lag.value === null || lag.value === 0) return [];
  const atLeast = lag.quality === 'at_least' ? 'At least ' : '';
  const waits = `${countOf(lag.value, 'entry waits', 'entries wait')}`;
  const since = lag.behind_ms === null ? '' : `, the oldest for ${formatDuration(lag.behind_ms)}`;
  return [`${atLeast}${waits}${since}.`];
}

/** Delivered again and again, an entry is likely to be what stops its consumers. */
function deliveriesSentence({ oldest_pending: oldest }: GroupSnapshot): string[] {
  return oldest && oldest.deliveries > 1
    ? [`The oldest pending entry was delivered ${formatCount(oldest.deliveries)} times.`]
    : [];
}

function lostSentence(lost: number): string[] {
  return lost > 0
    ? [`${countOf(lost, 'entry was', 'entries were')} trimmed before this group read them.`]
    : [];
}
