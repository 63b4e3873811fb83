import type { EntryId } from '@/lib/model/entry-id';
import type { GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';
import type { ConsumerReading } from './consumer-readings';
import type { MetricDefinition, MetricType, Sample } from './exposition';

/** What the metrics of streams are made from. */
export interface StreamFacts {
  /** Database number: redis_exporter's label is `db0`. */
  db: number;
  /** None where what was known of them is old. */
  streams: readonly StreamSnapshot[];
  /** Null where consumers are not read. */
  consumers: ConsumerReading | null;
}

/** A metric and where its samples come from; `null` among the numbers is left out. */
export interface StreamMetric extends MetricDefinition {
  samples: (facts: StreamFacts) => Sample[];
}

const STREAM = ['db', 'stream'] as const;
const GROUP = [...STREAM, 'group'] as const;
const CONSUMER = [...GROUP, 'consumer'] as const;

/**
 * redis_exporter's names, labels and types, so that boards and alerts made for it work.
 * Source: https://github.com/oliver006/redis_exporter/blob/master/exporter/streams.go
 */
const EXPORTER_METRICS: StreamMetric[] = [
  ofStream('redis_stream_length', 'Entries in the stream.', ({ length }) => length),
  ofStream('redis_stream_groups', 'Consumer groups of the stream.', ({ groups }) => groups.length),
  ofStream('redis_stream_first_entry_id', 'Milliseconds part of the first entry id.', (stream) =>
    idMs(stream.first_entry),
  ),
  ofStream('redis_stream_last_entry_id', 'Milliseconds part of the last entry id.', (stream) =>
    idMs(stream.last_entry),
  ),
  ofStream(
    'redis_stream_last_generated_id',
    'Milliseconds part of the last id the stream gave.',
    (stream) => idMs(stream.last_generated_id),
  ),
  ofStream(
    'redis_stream_max_deleted_entry_id',
    'Milliseconds part of the highest id ever deleted or trimmed.',
    ({ structure }) => idMs(structure?.max_deleted_entry_id ?? null),
  ),
  ofStream(
    'redis_stream_radix_tree_keys',
    'Keys of the tree that holds the entries, many entries each.',
    ({ structure }) => structure?.radix_tree?.keys ?? null,
  ),
  ofStream(
    'redis_stream_radix_tree_nodes',
    'Nodes of that tree.',
    ({ structure }) => structure?.radix_tree?.nodes ?? null,
  ),
  ofStream(
    'redis_stream_entries_added_total',
    'Entries ever added to the stream.',
    (stream) => stream.entries_added,
    'counter',
  ),
  ofGroup('redis_stream_group_consumers', 'Consumers of the group.', (group) => group.consumers),
  ofGroup(
    'redis_stream_group_messages_pending',
    'Entries delivered and not acknowledged.',
    (group) => group.pending,
  ),
  ofGroup(
    'redis_stream_group_last_delivered_id',
    'Milliseconds part of the id last delivered.',
    (group) => idMs(group.last_delivered_id),
  ),
  ofGroup(
    'redis_stream_group_entries_read',
    "Redis's own count of the entries the group was delivered.",
    (group) => group.entries_read,
  ),
  ofGroup(
    'redis_stream_group_lag',
    'Entries the group can still be given; shield_stream_group_lag_quality says how it is known.',
    ({ lag }) => lag.value,
  ),
  ofConsumer(
    'redis_stream_group_consumer_messages_pending',
    'Entries delivered to the consumer and not acknowledged.',
    (consumer) => consumer.pending,
  ),
  ofConsumer(
    'redis_stream_group_consumer_idle_seconds',
    'Time since the consumer last asked for entries.',
    ({ idle_ms }) => (idle_ms < 0 ? null : seconds(idle_ms)),
  ),
];

const OWN_METRICS: StreamMetric[] = [
  {
    name: 'shield_stream_status',
    type: 'gauge',
    help: '1 for what stands under the name: ok, absent, wrong_type or denied.',
    labels: [...STREAM, 'status'],
    samples: ({ db, streams }) =>
      streams.map(({ name, status }) => ({ labels: [`db${db}`, name, status], value: 1 })),
  },
  ofStream(
    'shield_stream_memory_bytes',
    'Memory of the stream, as Redis estimates it.',
    (stream) => stream.memory_bytes,
  ),
  ofStream(
    'shield_stream_in_entries_per_second',
    'Entries added a second, over the last ten seconds or so.',
    (stream) => stream.in_per_second,
  ),
  ofGroupWord(
    'shield_stream_group_lag_quality',
    'quality',
    '1 for how the lag is known: exact, counted, at_least or unknown.',
    ({ lag }) => lag.quality,
  ),
  ofGroupWord(
    'shield_stream_group_state',
    'state',
    '1 for the state of the group, as the dashboard shows it.',
    ({ state }) => state,
  ),
  ofGroup(
    'shield_stream_group_lost_entries',
    'Entries trimmed before the group was given them.',
    ({ lag }) => lag.lost,
  ),
  ofGroup(
    'shield_stream_group_behind_seconds',
    'Age of the oldest entry not delivered; 0 with none.',
    ({ lag }) => (lag.value === 0 ? 0 : seconds(lag.behind_ms)),
  ),
  ofGroup(
    'shield_stream_group_oldest_pending_seconds',
    'Time since the pending entry with the lowest id was last delivered.',
    ({ oldest_pending }) => seconds(oldest_pending?.idle_ms ?? null),
  ),
  ofGroup(
    'shield_stream_group_idle_seconds',
    'Time since any consumer of the group last asked for entries.',
    ({ idle_ms }) => seconds(idle_ms),
  ),
  ofGroup(
    'shield_stream_group_out_entries_per_second',
    'Entries delivered a second, over the last ten seconds or so.',
    (group) => group.out_per_second,
  ),
  {
    name: 'shield_stream_groups_without_consumers',
    type: 'gauge',
    help: 'Groups whose consumers are left out for the budget METRICS_CONSUMERS_MAX.',
    labels: [],
    samples: ({ consumers }) =>
      consumers === null ? [] : [{ labels: [], value: consumers.leftOut }],
  },
];

export const STREAM_METRICS: readonly StreamMetric[] = [...EXPORTER_METRICS, ...OWN_METRICS];

function ofStream(
  name: string,
  help: string,
  figureOf: (stream: StreamSnapshot) => number | null,
  type: MetricType = 'gauge',
): StreamMetric {
  const samples = ({ db, streams }: StreamFacts) =>
    streams
      // Of a key that is no stream, or not to be read, nothing is known but that.
      .filter(({ status }) => status === 'ok')
      .flatMap((stream) => sample([`db${db}`, stream.name], figureOf(stream)));
  return { name, type, help, labels: STREAM, samples };
}

function ofGroup(
  name: string,
  help: string,
  figureOf: (group: GroupSnapshot) => number | null,
): StreamMetric {
  const samples = (facts: StreamFacts) =>
    groupsOf(facts).flatMap(({ labels, group }) => sample(labels, figureOf(group)));
  return { name, type: 'gauge', help, labels: GROUP, samples };
}

/** One of a closed set of words, as a label. */
function ofGroupWord(
  name: string,
  label: string,
  help: string,
  wordOf: (group: GroupSnapshot) => string,
): StreamMetric {
  const samples = (facts: StreamFacts) =>
    groupsOf(facts).map(({ labels, group }) => ({ labels: [...labels, wordOf(group)], value: 1 }));
  return { name, type: 'gauge', help, labels: [...GROUP, label], samples };
}

function ofConsumer(
  name: string,
  help: string,
  figureOf: (consumer: { pending: number; idle_ms: number }) => number | null,
): StreamMetric {
  const samples = ({ db, consumers }: StreamFacts) =>
    (consumers?.groups ?? []).flatMap(({ stream, group, consumers: those }) =>
      those.flatMap((one) => sample([`db${db}`, stream, group, one.name], figureOf(one))),
    );
  return { name, type: 'gauge', help, labels: CONSUMER, samples };
}

function groupsOf({ db, streams }: StreamFacts): { labels: string[]; group: GroupSnapshot }[] {
  return streams.flatMap((stream) =>
    stream.groups.map((group) => ({ labels: [`db${db}`, stream.name, group.name], group })),
  );
}

/** What is not known is left out. */
function sample(labels: string[], value: number | null): Sample[] {
  return value === null ? [] : [{ labels, value }];
}

/** A sample value is a double, as in redis_exporter: ids past 2^53 are rounded. */
function idMs(id: EntryId | null): number | null {
  return id === null ? null : Number(id.slice(0, id.indexOf('-')));
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1e3;
}
