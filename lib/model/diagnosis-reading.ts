import { countOf, formatCount } from './count';
import { type GroupFacts, groupFinding, lagEvidence } from './diagnosis-facts';
import { formatDuration } from './duration';
import { type Finding, sinceMsAgo } from './finding';
import { redisCliNames } from './redis-command';

/** A group whose consumers have not asked for this long has nobody reading. */
export const SILENT_AFTER_MS = 60_000;
/** No word on trends before the window is this long. */
const TREND_WINDOW_MIN_MS = 30_000;
/** Growth below this many entries is the ordinary breathing of a queue. */
const GROWTH_ENTRIES_MIN = 10;

function isUnread({ consumers, idleMs, lag }: GroupFacts): boolean {
  // Before Redis 7.2 a consumer that waits for entries grows idle too: with none to get, no sign.
  const isSilent = idleMs !== null && idleMs >= SILENT_AFTER_MS && lag.value !== 0;
  return consumers === 0 || isSilent;
}

/** No consumer, or none that asks; information alone while nothing waits for one. */
export function nobodyReading(facts: GroupFacts): Finding | null {
  if (!isUnread(facts)) return null;
  const { consumers, idleMs, lag, pending, stream } = facts;
  const waits = pending > 0 || (lag.value ?? 0) > 0 || (lag.lost ?? 0) > 0;
  const who =
    consumers === 0
      ? 'The group has no consumer'
      : `No consumer has asked for entries for ${formatDuration(idleMs ?? 0)}`;
  return groupFinding(facts, {
    code: 'nobody_reading',
    severity: waits ? 'look' : 'info',
    since: consumers > 0 && idleMs !== null ? sinceMsAgo(idleMs, stream.nowMs) : null,
    headline: 'has nobody reading',
    sentence: `${who}${waits ? `; ${waiting(facts)}` : '. Nothing waits for one'}.`,
    evidence: [
      { name: 'consumers', value: consumers, unit: 'consumers' },
      ...(idleMs === null ? [] : [{ name: 'silent for', value: idleMs, unit: 'ms' } as const]),
      ...lagEvidence(facts),
      ...(pending > 0 ? [{ name: 'pending', value: pending, unit: 'entries' } as const] : []),
    ],
    cure: 'Start a consumer of this group. If nobody needs the group any more, XGROUP DESTROY ends it, with what is pending.',
    commands: [redisCliNames('XINFO', 'CONSUMERS', stream.name, facts.name)],
  });
}

function isUndelivered({ trend, pending, lag }: GroupFacts): boolean {
  if (lag.value === 0 || lag.value === null) return false;
  // Who holds entries may be at work on them: a task may take longer than the window.
  return (
    trend !== null && trend.windowMs >= TREND_WINDOW_MIN_MS && !trend.delivered && pending === 0
  );
}

/** Consumers ask for something, entries wait, none of them was delivered. */
export function nothingDelivered(facts: GroupFacts): Finding | null {
  const { trend, stream } = facts;
  if (trend === null || !isUndelivered(facts) || isUnread(facts)) return null;
  const window = formatDuration(trend.windowMs);
  return groupFinding(facts, {
    code: 'nothing_delivered',
    severity: 'stopped',
    since: sinceMsAgo(trend.windowMs, stream.nowMs),
    headline: 'is stalled',
    sentence: `Nothing was delivered for ${window}, though its consumers ask; ${waiting(facts)}.`,
    evidence: [...lagEvidence(facts), { name: 'watched for', value: trend.windowMs, unit: 'ms' }],
    cure: 'Only reading with the id > gives new entries: see whether its consumers do, or read their own pending list alone.',
    commands: [redisCliNames('XINFO', 'CONSUMERS', stream.name, facts.name)],
  });
}

/** It reads, and more comes than it reads. */
export function fallingBehind(facts: GroupFacts): Finding | null {
  const { lag, lagTrend, trend, drain, stream } = facts;
  if (lag.value === null || lag.value === 0 || lagTrend === null) return null;
  if (lagTrend.window_ms < TREND_WINDOW_MIN_MS && lag.quality !== 'at_least') return null;
  if (isUnread(facts) || isUndelivered(facts)) return null;
  const grown =
    trend && trend.lagBefore !== null && trend.lagNow !== null
      ? trend.lagNow - trend.lagBefore
      : (lagTrend.per_second * lagTrend.window_ms) / 1000;
  if (grown < GROWTH_ENTRIES_MIN || grown <= lag.value / 10) return null;
  const window = formatDuration(lagTrend.window_ms);
  return groupFinding(facts, {
    code: 'falling_behind',
    severity: 'look',
    since: sinceMsAgo(lagTrend.window_ms, stream.nowMs),
    headline: 'is falling behind',
    sentence: `The lag grew by ${formatCount(grown)} in ${window}: more comes than it reads; ${waiting(facts)}.`,
    evidence: [
      { name: 'growing by', value: lagTrend.per_second, unit: 'entries/s' },
      { name: 'watched for', value: lagTrend.window_ms, unit: 'ms' },
      ...lagEvidence(facts),
    ],
    cure: `At this rate it ${drain.status === 'never' ? 'never catches up' : 'is a long way from catching up'}: add consumers, let each read more at once, or make each entry cheaper.`,
    commands: [redisCliNames('XINFO', 'CONSUMERS', stream.name, facts.name)],
  });
}

/** How much waits cannot be known: whether it keeps up is not known either. */
export function lagUnknown(facts: GroupFacts): Finding | null {
  const { lag, stream } = facts;
  if (lag.value !== null || isUnread(facts)) return null;
  return groupFinding(facts, {
    code: 'lag_unknown',
    severity: 'info',
    headline: 'has a lag that is not known',
    sentence: `How much waits for it cannot be known: ${lag.reason ?? 'Redis does not say'}.`,
    cure: 'npm run doctor names rights that are missing; older servers keep no counters.',
    commands: [redisCliNames('XINFO', 'GROUPS', stream.name)],
  });
}

/** `214 entries wait, the oldest for 7 min`; what is pending where nothing waits. */
function waiting({ lag, pending }: GroupFacts): string {
  if (lag.value === null || lag.value === 0) {
    if (pending > 0) return `${countOf(pending, 'entry is', 'entries are')} pending`;
    return `${countOf(lag.lost ?? 0, 'entry was', 'entries were')} lost`;
  }
  const atLeast = lag.quality === 'at_least' ? 'at least ' : '';
  const since = lag.behind_ms === null ? '' : `, the oldest for ${formatDuration(lag.behind_ms)}`;
  return `${atLeast}${countOf(lag.value, 'entry waits', 'entries wait')}${since}`;
}
