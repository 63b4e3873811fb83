import { countOf } from './count';
import { consumerWords, type GroupFacts, groupFinding } from './diagnosis-facts';
import { HELD_AFTER_MS } from './diagnosis-pending';
import { SILENT_AFTER_MS } from './diagnosis-reading';
import { formatDuration } from './duration';
import { type Finding, sinceMsAgo } from './finding';
import { redisCliNames } from './redis-command';
import type { ConsumerSnapshot } from './snapshot';

/** What a consumer is taken for, worst first. */
export type ConsumerState = 'dead' | 'stuck' | 'idle' | 'active';

/** A consumer that holds entries and has not asked for this long is taken for dead. */
export const DEAD_AFTER_MS = 5 * 60_000;
/** Leftover names are told once they were silent for this long. */
const LEFT_OVER_AFTER_MS = 60 * 60_000;
/** Leftover names in a command at most. */
const NAMED_MAX = 3;

/** What else is known of a consumer. */
export interface ConsumerContext {
  /** Entries that wait for the group; null where not known. */
  lagEntries: number | null;
  /** How long its lowest pending entry was left alone; null where it was not looked up. */
  heldMs: number | null;
}

/**
 * `dead`: holds entries and asks no more. `stuck`: holds entries it has not touched for a minute,
 * and still asks, or may: before Redis 7.2 one that waits for entries looks silent, so with none to
 * get it is not told from one that is gone. `idle`: holds nothing and asks no more.
 */
export function consumerState(
  { pending, idle_ms: idleMs, inactive_ms: inactiveMs }: ConsumerSnapshot,
  { lagEntries, heldMs }: ConsumerContext,
): ConsumerState {
  if (pending === 0) return idleMs >= SILENT_AFTER_MS ? 'idle' : 'active';
  const tellsSilence = inactiveMs !== null || (lagEntries ?? 0) > 0;
  if (idleMs >= DEAD_AFTER_MS && tellsSilence) return 'dead';
  return leftAloneMs(heldMs, inactiveMs, idleMs) >= HELD_AFTER_MS ? 'stuck' : 'active';
}

/** Where its pending entries were not looked up: how long it got nothing. */
function leftAloneMs(heldMs: number | null, inactiveMs: number | null, idleMs: number): number {
  return heldMs ?? inactiveMs ?? idleMs;
}

/** A consumer as it is diagnosed, worst of a group first. */
export interface DiagnosedConsumer extends ConsumerSnapshot {
  state: ConsumerState;
  held_ms: number | null;
}

export function consumerDead(
  facts: GroupFacts,
  consumer: DiagnosedConsumer,
  rescuer: string | null,
): Finding | null {
  if (consumer.state !== 'dead') return null;
  const { stream, name: group } = facts;
  const { name, pending, idle_ms: idleMs } = consumer;
  const held = countOf(pending, 'entry', 'entries');
  return groupFinding(facts, {
    code: 'consumer_dead',
    severity: 'stopped',
    consumer: name,
    since: sinceMsAgo(idleMs, stream.nowMs),
    headline: 'has a consumer that is likely gone',
    sentence:
      `${consumerWords(name)} holds ${held} and has not asked for any for ` +
      `${formatDuration(idleMs)}: nobody else is given what it holds.`,
    evidence: consumerEvidence(consumer),
    cure:
      rescuer === null
        ? 'Start a consumer that claims what it holds. Delete the dead name only once it holds nothing: XGROUP DELCONSUMER throws its pending list away.'
        : `Let another take over what it holds: ${rescuer} gets it when it reads its own pending list (id 0). Delete the dead name only once it holds nothing.`,
    commands: [
      redisCliNames('XPENDING', stream.name, group, '-', '+', '10', name),
      ...(rescuer === null ? [] : [claimCommand(facts, rescuer, DEAD_AFTER_MS)]),
    ],
  });
}

export function consumerStuck(
  facts: GroupFacts,
  consumer: DiagnosedConsumer,
  rescuer: string | null,
): Finding | null {
  if (consumer.state !== 'stuck') return null;
  const { stream, name: group } = facts;
  const { name, pending, idle_ms: idleMs, inactive_ms: inactiveMs, held_ms: heldMs } = consumer;
  const leftMs = leftAloneMs(heldMs, inactiveMs, idleMs);
  const held = countOf(pending, 'entry', 'entries');
  const asks = idleMs < SILENT_AFTER_MS ? 'still asks' : 'may still ask';
  return groupFinding(facts, {
    code: 'consumer_stuck',
    severity: 'stopped',
    consumer: name,
    since: sinceMsAgo(leftMs, stream.nowMs),
    headline: 'has a consumer that is stuck',
    sentence:
      `${consumerWords(name)} ${asks} for entries, holds ${held}, and has left the first of them ` +
      `alone for ${formatDuration(leftMs)} without acknowledging it.`,
    evidence: consumerEvidence(consumer),
    cure: 'It hangs on an entry, failed on it, or forgot to acknowledge. Restart it so that it reads its own pending list (id 0), or let another claim what it holds.',
    commands: [
      redisCliNames('XPENDING', stream.name, group, '-', '+', '10', name),
      ...(rescuer === null ? [] : [claimCommand(facts, rescuer, HELD_AFTER_MS)]),
    ],
  });
}

/** Names that hold nothing and have not asked for an hour: they are never removed by themselves. */
export function consumersIdle(
  facts: GroupFacts,
  consumers: readonly DiagnosedConsumer[],
): Finding | null {
  const idle = consumers.filter(
    ({ state, idle_ms: idleMs }) => state === 'idle' && idleMs >= LEFT_OVER_AFTER_MS,
  );
  // The only ones of a group are who reads it when something comes.
  if (idle.length === 0 || idle.length === consumers.length) return null;
  const leastIdleMs = Math.min(...idle.slice(0, 1000).map(({ idle_ms: idleMs }) => idleMs));
  const { stream, name: group } = facts;
  return groupFinding(facts, {
    code: 'consumer_idle',
    severity: 'info',
    ...(idle.length === 1 && idle[0] ? { consumer: idle[0].name } : {}),
    headline: 'has consumers that are left over',
    sentence:
      `${countOf(idle.length, 'consumer holds', 'consumers hold')} nothing and ` +
      `${idle.length === 1 ? 'has' : 'have'} not asked for entries for ` +
      `${formatDuration(leastIdleMs)} or longer. They harm nobody; Redis never removes them.`,
    evidence: [
      { name: 'left over', value: idle.length, unit: 'consumers' },
      { name: 'of', value: consumers.length, unit: 'consumers' },
    ],
    cure: 'Names that change with each start pile up: keep one stable name an instance. One that holds nothing can be deleted without loss:',
    commands: idle
      .slice(0, NAMED_MAX)
      .map(({ name }) => redisCliNames('XGROUP', 'DELCONSUMER', stream.name, group, name)),
  });
}

function consumerEvidence(consumer: DiagnosedConsumer): Finding['evidence'] {
  return [
    { name: 'consumer', value: consumer.name, unit: 'name' },
    { name: 'pending', value: consumer.pending, unit: 'entries' },
    { name: 'idle', value: consumer.idle_ms, unit: 'ms' },
    ...(consumer.inactive_ms === null
      ? []
      : [{ name: 'got none for', value: consumer.inactive_ms, unit: 'ms' } as const]),
    ...(consumer.held_ms === null
      ? []
      : [{ name: 'its first held for', value: consumer.held_ms, unit: 'ms' } as const]),
  ];
}

/** Hands over what was left alone for so long, whoever holds it. */
function claimCommand({ stream, name }: GroupFacts, to: string, idleMs: number): string {
  return redisCliNames(
    ...['XAUTOCLAIM', stream.name, name, to, String(idleMs), '0-0', 'COUNT', '100'],
  );
}
