import {
  consumerDead,
  consumerStuck,
  consumersIdle,
  type DiagnosedConsumer,
} from './diagnosis-consumers';
import type { GroupFacts, StreamFacts } from './diagnosis-facts';
import { cursorAhead, entriesAboutToBeLost, entriesLosing, entriesLost } from './diagnosis-loss';
import { entryHeld, poisonEntry } from './diagnosis-pending';
import { fallingBehind, lagUnknown, nobodyReading, nothingDelivered } from './diagnosis-reading';
import { idsInFuture, notThere, recreated } from './diagnosis-stream';
import { bySeverity, type Finding } from './finding';
import type { PendingEntry } from './pending';

const STREAM_RULES = [notThere, recreated, idsInFuture];

const GROUP_RULES = [
  entriesLosing,
  cursorAhead,
  entryHeld,
  nothingDelivered,
  entriesAboutToBeLost,
  entriesLost,
  fallingBehind,
  nobodyReading,
  lagUnknown,
];

/** Findings of one consumer each that are told one by one; the table of consumers has them all. */
const CONSUMERS_TOLD_MAX = 5;
const POISON_TOLD_MAX = 5;

/** What is found of the stream itself, worst first. */
export function diagnoseStream(facts: StreamFacts): Finding[] {
  return STREAM_RULES.flatMap((rule) => rule(facts) ?? []).sort(bySeverity);
}

/** What every sample tells of a group, worst first. */
export function diagnoseGroup(facts: GroupFacts): Finding[] {
  const { oldestPending } = facts;
  const poison = oldestPending && poisonEntry(facts, oldestPending);
  return [...GROUP_RULES.flatMap((rule) => rule(facts) ?? []), ...(poison ? [poison] : [])].sort(
    bySeverity,
  );
}

/** What is read of a group only where somebody looks at it. */
export interface GroupDetails {
  consumers: readonly DiagnosedConsumer[];
  /** Pending entries that were looked through. */
  pending: readonly PendingEntry[];
}

/** What a sample tells of a group, and what its consumers and pending entries do, worst first. */
export function diagnoseGroupInDetail(facts: GroupFacts, details: GroupDetails): Finding[] {
  const rescuer = findRescuer(details.consumers);
  const consumers = worstFirst(details.consumers)
    .slice(0, CONSUMERS_TOLD_MAX)
    .flatMap(
      (consumer) =>
        consumerDead(facts, consumer, rescuer) ?? consumerStuck(facts, consumer, rescuer) ?? [],
    );
  const poison = details.pending
    .toSorted((a, b) => b.deliveries - a.deliveries)
    .slice(0, POISON_TOLD_MAX)
    .flatMap((entry) => poisonEntry(facts, entry) ?? []);
  const told = new Set(consumers.map((finding) => finding.consumer));
  const idle = consumersIdle(facts, details.consumers);
  const sampled = diagnoseGroup(facts).filter(
    ({ code, consumer, entry }) =>
      // Told in more detail by the consumer that holds it, or with the other entries.
      !(code === 'entry_held' && told.has(consumer)) &&
      !(code === 'poison_entry' && poison.some((finding) => finding.entry === entry)),
  );
  return [...consumers, ...sampled, ...poison, ...(idle ? [idle] : [])].sort(bySeverity);
}

function worstFirst(consumers: readonly DiagnosedConsumer[]): DiagnosedConsumer[] {
  return consumers
    .filter(({ state }) => state === 'dead' || state === 'stuck')
    .sort((a, b) => b.pending - a.pending);
}

/** Who could take over: the consumer that asked last, if it is well. */
function findRescuer(consumers: readonly DiagnosedConsumer[]): string | null {
  let best: DiagnosedConsumer | null = null;
  for (const consumer of consumers) {
    if (consumer.state !== 'active') continue;
    if (best === null || consumer.idle_ms < best.idle_ms) best = consumer;
  }
  return best?.name ?? null;
}

/** What needs a person: all but information. */
export function needsAttention(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}

/** What of all the streams needs a person, worst first, then in the order of the streams. */
export function attentionOf(streams: readonly { findings: readonly Finding[] }[]): Finding[] {
  return streams.flatMap(({ findings }) => needsAttention(findings)).sort(bySeverity);
}
