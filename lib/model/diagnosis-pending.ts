import { countOf, formatCount } from './count';
import { consumerWords, type GroupFacts, groupFinding } from './diagnosis-facts';
import { formatDuration } from './duration';
import { type Finding, sinceMsAgo } from './finding';
import type { PendingEntry } from './pending';
import { redisCliNames } from './redis-command';

/** A pending entry not touched for this long means that its consumer hangs or is gone. */
export const HELD_AFTER_MS = 60_000;
/** An entry delivered so often is likely to be what stops its consumers. */
export const POISON_DELIVERIES = 5;

/** The oldest pending entry was left alone for long. */
export function entryHeld(facts: GroupFacts): Finding | null {
  const { oldestPending: held, pending, stream, name } = facts;
  if (held === null || held.idle_ms < HELD_AFTER_MS) return null;
  return groupFinding(facts, {
    code: 'entry_held',
    severity: 'stopped',
    consumer: held.consumer,
    entry: held.id,
    since: sinceMsAgo(held.idle_ms, stream.nowMs),
    headline: 'is stalled',
    sentence:
      `${consumerWords(held.consumer)} has held an entry for ${formatDuration(held.idle_ms)} ` +
      `without acknowledging it; ${formatCount(pending)} pending in all.`,
    evidence: [
      { name: 'consumer', value: held.consumer, unit: 'name' },
      { name: 'held for', value: held.idle_ms, unit: 'ms' },
      { name: 'delivered', value: held.deliveries, unit: 'times' },
      { name: 'pending', value: pending, unit: 'entries' },
    ],
    cure: 'Is its process still at work on it? If not, another consumer can claim what it holds.',
    commands: [
      redisCliNames(...['XPENDING', stream.name, name, '-', '+', '10', held.consumer]),
      redisCliNames('XINFO', 'CONSUMERS', stream.name, name),
    ],
  });
}

/** An entry delivered many times and never acknowledged. */
export function poisonEntry(facts: GroupFacts, entry: PendingEntry): Finding | null {
  if (entry.deliveries < POISON_DELIVERIES) return null;
  const { stream, name } = facts;
  return groupFinding(facts, {
    code: 'poison_entry',
    severity: 'look',
    consumer: entry.consumer,
    entry: entry.id,
    headline: 'has an entry that fails again and again',
    sentence:
      `${entry.id} was delivered ${countOf(entry.deliveries, 'time')} and never acknowledged: ` +
      'whoever gets it is likely to fail on it.',
    evidence: [
      { name: 'entry', value: entry.id, unit: 'id' },
      { name: 'delivered', value: entry.deliveries, unit: 'times' },
      { name: 'consumer', value: entry.consumer, unit: 'name' },
      { name: 'last delivered', value: entry.idle_ms, unit: 'ms' },
    ],
    cure: 'See what it holds and keep a copy. Acknowledging it takes it out of the pending list for good.',
    commands: [
      redisCliNames('XRANGE', stream.name, entry.id, entry.id),
      redisCliNames('XACK', stream.name, name, entry.id),
    ],
  });
}
