import { countOf, formatCount } from './count';
import { type GroupFacts, groupFinding, lagEvidence } from './diagnosis-facts';
import { formatDuration } from './duration';
import { compareEntryIds, entryIdTimeMs } from './entry-id';
import { type Evidence, type Finding, sinceMsAgo } from './finding';
import type { TrimForecast } from './forecast-trim';
import { redisCliNames } from './redis-command';

/** Trimming that reaches the cursor within this time is told. */
export const LOSS_AHEAD_MS = 60 * 60_000;

function isLosing({ lag, trim, lostMore }: GroupFacts): boolean {
  return (lostMore !== null || trim?.status === 'reached') && lag.value !== 0;
}

/** Entries it has not read are being removed now: trimmed, or deleted by who is done with them. */
export function entriesLosing(facts: GroupFacts): Finding | null {
  if (!isLosing(facts)) return null;
  const { lag, trim, lostMore, stream } = facts;
  const more =
    lostMore &&
    `${countOf(lostMore.entries, 'entry', 'entries')} more in the last ` +
      formatDuration(lostMore.windowMs);
  return groupFinding(facts, {
    code: 'entries_losing',
    severity: 'losing',
    since: lostMore && sinceMsAgo(lostMore.windowMs, stream.nowMs),
    headline: 'is losing entries',
    sentence:
      `Entries are trimmed or deleted before this group reads them${more ? `: ${more}` : ''}. ` +
      'It can never be given those.',
    evidence: [
      ...(lag.lost === null ? [] : [lost(lag.lost)]),
      ...lagEvidence(facts),
      ...trimEvidence(trim),
    ],
    ...roomCure(facts),
  });
}

/** It lost entries, and is losing no more. */
export function entriesLost(facts: GroupFacts): Finding | null {
  const { lag } = facts;
  if (lag.lost === null || lag.lost === 0 || isLosing(facts)) return null;
  return groupFinding(facts, {
    code: 'entries_lost',
    severity: 'look',
    headline: `has lost ${countOf(lag.lost, 'entry', 'entries')}`,
    sentence: `${countOf(lag.lost, 'entry was', 'entries were')} trimmed or deleted before this group read them. It can never be given those.`,
    evidence: [lost(lag.lost), ...lagEvidence(facts)],
    ...roomCure(facts),
  });
}

/** Trimming comes nearer to its cursor than it reads away from it. */
export function entriesAboutToBeLost(facts: GroupFacts): Finding | null {
  const { trim } = facts;
  if (trim?.status !== 'approaching' || trim.in_ms === null || trim.in_ms > LOSS_AHEAD_MS) {
    return null;
  }
  return groupFinding(facts, {
    code: 'entries_about_to_be_lost',
    severity: 'look',
    headline: `loses unread entries in about ${formatDuration(trim.in_ms)}`,
    sentence:
      `Trimming is ${formatCount(trim.entries_between)} entries behind its cursor and gains on it. ` +
      'When it is there, entries go before this group reads them.',
    evidence: [
      { name: 'in about', value: trim.in_ms, unit: 'ms' },
      ...lagEvidence(facts),
      ...trimEvidence(trim),
    ],
    ...roomCure(facts),
  });
}

/** The cursor lies past the stream's newest id: entries below it are never delivered. */
export function cursorAhead(facts: GroupFacts): Finding | null {
  const { stream, lastDeliveredId } = facts;
  const newest = stream.lastGeneratedId;
  if (newest === null || compareEntryIds(lastDeliveredId, newest) <= 0) return null;
  const aheadMs = entryIdTimeMs(lastDeliveredId) - entryIdTimeMs(newest);
  return groupFinding(facts, {
    code: 'cursor_ahead',
    severity: 'stopped',
    headline: 'waits for ids that are not there yet',
    sentence:
      'Its cursor lies past the newest id of the stream. Until ids have passed it, what is added is ' +
      'not delivered; its lag says 0 all the while.',
    evidence: [
      { name: 'cursor', value: lastDeliveredId, unit: 'id' },
      { name: 'newest id', value: newest, unit: 'id' },
      ...(aheadMs > 0 ? [{ name: 'ahead by', value: aheadMs, unit: 'ms' } as const] : []),
    ],
    cure: 'Set the cursor back: to the newest id, or to 0 to have everything delivered again.',
    commands: [redisCliNames('XGROUP', 'SETID', stream.name, facts.name, newest)],
  });
}

function lost(entries: number): Evidence {
  return { name: 'lost', value: entries, unit: 'entries' };
}

function trimEvidence(trim: TrimForecast | null): Evidence[] {
  if (trim === null) return [];
  return [
    { name: 'trimmed', value: trim.trimmed_per_second, unit: 'entries/s' },
    ...(trim.read_per_second === null
      ? []
      : [{ name: 'read', value: trim.read_per_second, unit: 'entries/s' } as const]),
    { name: 'watched for', value: trim.window_ms, unit: 'ms' },
  ];
}

function roomCure({ stream, name }: GroupFacts) {
  return {
    cure:
      'Make this group read faster, or keep entries longer: a larger MAXLEN in XADD, or no XDEL before ' +
      'all groups have read. If it need not have everything, move its cursor on.',
    commands: [
      redisCliNames('XLEN', stream.name),
      redisCliNames('XINFO', 'CONSUMERS', stream.name, name),
    ],
  };
}
