import type { Access } from '@/lib/access/access';
import type { Config } from '@/lib/config';
import type { Actor } from '@/lib/model/actor';
import type { FeedCounts } from '@/lib/model/feed-counts';
import type { Snapshot } from '@/lib/model/snapshot';
import { seenSnapshot } from '@/lib/model/stream-scope';
import type { ConsumerReadings } from '@/lib/monitor/consumer-readings';
import { EventLoopDelay } from '@/lib/monitor/event-loop-delay';
import { prometheusText } from '@/lib/monitor/prometheus';
import type { Sampler } from '@/lib/monitor/sampler';
import { StatsAnswer, seenStatsBytes } from '@/lib/monitor/stats-answer';

/** What telling how things stand needs of the process. */
export interface StandingMeans {
  config: Pick<Config, 'redis' | 'streams' | 'eventStream'>;
  access: Pick<Access, 'sees'>;
  monitor: Sampler;
  consumers: ConsumerReadings;
  feed: { readonly counts: FeedCounts };
  own: { readonly uptimeSeconds: number };
}

/** How things stand, in each form it is asked for, as far as whoever asks may see it. */
export class Standing {
  readonly #means: StandingMeans;
  readonly #statsAnswer: StatsAnswer;
  readonly #loopDelay = new EventLoopDelay();

  constructor(means: StandingMeans) {
    this.#means = means;
    this.#statsAnswer = new StatsAnswer(means.monitor, means.config.streams);
  }

  start(): void {
    this.#means.monitor.start();
    this.#loopDelay.start();
  }

  stop(): void {
    this.#means.monitor.stop();
    this.#loopDelay.stop();
  }

  /** The answer of `/events/stats` where it was made before, for all, and is still the newest. */
  statsAtHand(actor: Actor): Uint8Array | null {
    return this.#means.access.sees(actor) === null ? this.#statsAnswer.atHand : null;
  }

  /** The answer of `/events/stats`: no question to Redis but the sampler's own. Never rejects. */
  statsBytes(actor: Actor): Promise<Uint8Array> {
    const { access, monitor, config } = this.#means;
    const sees = access.sees(actor);
    if (sees === null) return this.#statsAnswer.bytes();
    return seenStatsBytes(monitor, config.streams, sees);
  }

  /** The newest sample, at most a second old while Redis answers. Never rejects. */
  async snapshotFor(actor: Actor): Promise<Snapshot> {
    const { access, monitor } = this.#means;
    return seenSnapshot(await monitor.snapshot(), access.sees(actor));
  }

  /** The stream whose entries are shown where none is named; null where somebody may see none. */
  async defaultStreamFor(actor: Actor): Promise<string | null> {
    const { access, config } = this.#means;
    const sees = access.sees(actor);
    if (sees === null || sees(config.eventStream)) return config.eventStream;
    return (await this.snapshotFor(actor)).streams[0]?.name ?? null;
  }

  /**
   * As Prometheus text, from the newest sample: a scrape asks Redis for nothing but the consumers,
   * where those are wanted, and keeps the sampler no busier.
   */
  async metricsText(actor: Actor): Promise<string> {
    const { access, config, monitor, feed, own } = this.#means;
    const sees = access.sees(actor);
    const snapshot = seenSnapshot(monitor.latest, sees);
    const consumers = await this.#means.consumers.read(monitor.latest);
    return prometheusText({
      db: config.redis.db,
      consumers: consumers && {
        ...consumers,
        groups: consumers.groups.filter(({ stream }) => sees === null || sees(stream)),
      },
      snapshot,
      feed: feed.counts,
      process: {
        uptimeSeconds: own.uptimeSeconds,
        residentBytes: process.memoryUsage.rss(),
        loopDelay: this.#loopDelay.read(),
      },
      nowMs: Date.now(),
    });
  }
}
