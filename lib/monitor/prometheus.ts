import type { FeedCounts } from '@/lib/model/feed-counts';
import type { Snapshot, StreamSnapshot } from '@/lib/model/snapshot';
import type { LoopDelay } from './event-loop-delay';
import { type MetricDefinition, type MetricType, renderFamily, type Sample } from './exposition';
import { STREAM_METRICS, type StreamFacts } from './stream-metrics';

/** A sample older than this is not shown as how things stand; unwatched, one is made every 5 s. */
const SAMPLE_STALE_MS = 20_000;
/** One that waits its turn for the budget is sampled once a minute at least, and may be the only one. */
const STREAM_STALE_MS = 90_000;

export interface ProcessFacts {
  uptimeSeconds: number;
  residentBytes: number;
  loopDelay: LoopDelay | null;
}

/** All that a scrape is answered from. */
export interface MetricsFacts extends Omit<StreamFacts, 'streams'> {
  snapshot: Snapshot;
  feed: FeedCounts;
  process: ProcessFacts;
  nowMs: number;
}

interface OwnMetric extends MetricDefinition {
  samples: (facts: MetricsFacts) => Sample[];
}

const REDIS_METRICS: OwnMetric[] = [
  single('redis_up', 'gauge', '1 while Redis answers the dashboard, else 0.', ({ snapshot }) =>
    snapshot.redis.status === 'up' ? 1 : 0,
  ),
  {
    name: 'shield_redis_trouble',
    type: 'gauge',
    help: '1 with the error code, while Redis does not answer.',
    labels: ['code'],
    samples: ({ snapshot: { redis } }) =>
      redis.status === 'down' ? [{ labels: [redis.code], value: 1 }] : [],
  },
  single(
    'shield_redis_latency_seconds',
    'gauge',
    'How long the last PING took.',
    ({ snapshot: { redis } }) =>
      redis.status === 'up' && redis.latency_ms !== null ? redis.latency_ms / 1e3 : null,
  ),
  single(
    'shield_sample_timestamp_seconds',
    'gauge',
    'When the streams were last sampled, Unix time.',
    ({ snapshot }) => (snapshot.sampled_at === null ? null : Date.parse(snapshot.sampled_at) / 1e3),
  ),
];

const SAMPLER_METRICS: OwnMetric[] = [
  single(
    'shield_sampler_commands_per_second',
    'gauge',
    'Commands a second the sampling sends to Redis, over the last ten seconds.',
    ({ snapshot: { cost } }) => cost?.commands_per_second ?? null,
  ),
  single(
    'shield_sampler_redis_seconds_per_second',
    'gauge',
    'Time Redis spends on the sampling, in seconds a second: 0.01 is 1 % of one core.',
    ({ snapshot: { cost } }) => (cost === undefined ? null : cost.redis_us_per_second / 1e6),
  ),
  single(
    'shield_sampler_budget_seconds_per_second',
    'gauge',
    'What the sampling may take of Redis (SAMPLER_BUDGET_PERCENT), in seconds a second.',
    ({ snapshot: { cost } }) => (cost === undefined ? null : cost.budget_us_per_second / 1e6),
  ),
  single(
    'shield_sampler_slowed',
    'gauge',
    '1 while less is sampled than would be, for the budget or a slow Redis.',
    ({ snapshot: { cost } }) => (cost === undefined ? null : Number(cost.slowed)),
  ),
];

const FEED_METRICS: OwnMetric[] = [
  {
    name: 'shield_feed_subscribers',
    type: 'gauge',
    help: 'Live connections open now.',
    labels: ['transport'],
    samples: ({ feed }) => [
      { labels: ['sse'], value: feed.sse },
      { labels: ['websocket'], value: feed.websocket },
    ],
  },
  ofFeed('shield_feed_subscribers_opened_total', 'Live connections taken in.', 'opened'),
  ofFeed(
    'shield_feed_subscribers_refused_total',
    'Live connections refused by a limit.',
    'refused',
  ),
  ofFeed(
    'shield_feed_subscribers_stalled_total',
    'Live connections cut because they took nothing.',
    'stalled',
  ),
  ofFeed(
    'shield_feed_messages_delivered_total',
    'Messages taken by all live connections.',
    'delivered',
  ),
  ofFeed('shield_feed_reads_total', 'Blocking reads of the feed.', 'reads'),
  ofFeed('shield_feed_read_failures_total', 'Reads of the feed that failed.', 'read_failures'),
  single(
    'shield_feed_hand_out_seconds',
    'gauge',
    'How long the last hand-out of entries to all live connections took.',
    ({ feed }) => (feed.hand_out_ms === 0 ? null : feed.hand_out_ms / 1e3),
  ),
];

const PROCESS_METRICS: OwnMetric[] = [
  {
    name: 'shield_event_loop_delay_seconds',
    type: 'summary',
    help: 'How late the event loop ran; quantiles of the last window of 30 s.',
    labels: ['quantile'],
    samples: ({ process: { loopDelay } }) =>
      loopDelay === null
        ? []
        : [
            ...loopDelay.quantiles.map(({ quantile, seconds }) => ({
              labels: [String(quantile)],
              value: seconds,
            })),
            { labels: [], value: loopDelay.sum, suffix: '_sum' },
            { labels: [], value: loopDelay.count, suffix: '_count' },
          ],
  },
  single(
    'shield_process_resident_memory_bytes',
    'gauge',
    'Resident memory of the process.',
    (facts) => facts.process.residentBytes,
  ),
  single(
    'shield_uptime_seconds',
    'gauge',
    'Time since the process started.',
    (facts) => facts.process.uptimeSeconds,
  ),
];

const OWN_METRICS = [...REDIS_METRICS, ...SAMPLER_METRICS, ...FEED_METRICS, ...PROCESS_METRICS];

/** Every metric there can be; docs/metrics.md has a row for each. */
export const METRICS: readonly MetricDefinition[] = [...OWN_METRICS, ...STREAM_METRICS];

/**
 * How things stand, as Prometheus text. While Redis is away, or was not asked lately, the streams
 * have no metrics: Prometheus then shows a gap in place of an old number.
 */
export function prometheusText(facts: MetricsFacts): string {
  const { snapshot, db, consumers } = facts;
  const isFresh = isFreshSample(snapshot, facts.nowMs);
  const streamFacts: StreamFacts = isFresh
    ? {
        db,
        streams: snapshot.streams.filter((stream) => isFreshStream(stream, facts.nowMs)),
        consumers,
      }
    : { db, streams: [], consumers: null };
  return [
    ...OWN_METRICS.map((metric) => renderFamily(metric, metric.samples(facts))),
    ...STREAM_METRICS.map((metric) => renderFamily(metric, metric.samples(streamFacts))),
  ].join('');
}

/** Taken lately, and since Redis came back. */
function isFreshSample({ sampled_at, redis, cost }: Snapshot, nowMs: number): boolean {
  if (sampled_at === null || redis.status === 'down') return false;
  const atMs = Date.parse(sampled_at);
  const staleMs = cost?.slowed ? STREAM_STALE_MS : SAMPLE_STALE_MS;
  return nowMs - atMs < staleMs && atMs >= Date.parse(redis.since);
}

function isFreshStream({ sampled_at }: StreamSnapshot, nowMs: number): boolean {
  return sampled_at === undefined || nowMs - Date.parse(sampled_at) < STREAM_STALE_MS;
}

function single(
  name: string,
  type: MetricType,
  help: string,
  figureOf: (facts: MetricsFacts) => number | null,
): OwnMetric {
  const samples = (facts: MetricsFacts): Sample[] => {
    const value = figureOf(facts);
    return value === null ? [] : [{ labels: [], value }];
  };
  return { name, type, help, labels: [], samples };
}

function ofFeed(name: string, help: string, figure: keyof FeedCounts): OwnMetric {
  return single(name, 'counter', help, ({ feed }) => feed[figure]);
}
