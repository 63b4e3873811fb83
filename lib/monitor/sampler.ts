import type { GroupFacts } from '@/lib/model/diagnosis-facts';
import { hasErrorCode } from '@/lib/model/errors';
import { NO_RATES } from '@/lib/model/recent-rates';
import type { GroupSnapshot, SamplerCost, Snapshot, StreamSnapshot } from '@/lib/model/snapshot';
import type { RedisConnection } from '@/lib/redis/connect';
import type { RedisHealth } from '@/lib/redis/health';
import { AskedStreams } from './asked-streams';
import { KnownStreams } from './known-streams';
import { UNLIMITED } from './lag-reading';
import { LOOKED_AT_FOR_MS, LookedAt } from './looked-at';
import { type PlannedStream, SAMPLE_EVERY_MS, SamplePlan } from './sample-plan';
import { SampledStreams } from './sampled-streams';
import { SamplingCost } from './sampling-cost';

/** What a sample that failed counts as, microseconds: with the default budget it waits five seconds. */
const FAILED_US = 25_000;

/** A sample younger than this is fresh enough for anybody, milliseconds. */
const FRESH_MS = 1_000;
/** How often samples come while somebody looks, and while nobody does. */
export const EVERY_WATCHED_MS = SAMPLE_EVERY_MS;
export const EVERY_UNWATCHED_MS = 5_000;
/** Streams that come with their recent past: with thousands it would be most of every snapshot. */
const WITH_PAST_MAX = 500;
/** `SAMPLER_BUDGET_PERCENT` where it is not set. */
const BUDGET_PERCENT_DEFAULT = 2;

export interface SamplerOptions {
  redis: RedisConnection;
  health: RedisHealth;
  /** Streams shown first, in this order, whether they exist or not. */
  streams: string[];
  /** Not shown where they are only found. */
  hidden?: readonly string[];
  /** Time of Redis the sampling may take, percent of one core. */
  budgetPercent?: number;
  /** Told of every sample that failed. */
  onFailure: (error: unknown) => void;
  nowMs?: () => number;
}

/**
 * How things stand: one sample serves everybody who asks within a second. While Redis is away the
 * last sample stays, and the state of Redis says since when it is old.
 */
export class Sampler {
  readonly #redis: RedisConnection;
  readonly #sampled: SampledStreams;
  readonly #health: RedisHealth;
  readonly #known: KnownStreams;
  readonly #onFailure: (error: unknown) => void;
  readonly #nowMs: () => number;
  readonly #plan: SamplePlan;
  readonly #cost = new SamplingCost();
  readonly #lookedAt = new LookedAt();
  readonly #asked: AskedStreams;
  #streams: StreamSnapshot[] = [];
  #sampledAtMs: number | null = null;
  #lookedAtMs = 0;
  #sampling: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #observers = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SamplerOptions) {
    const { redis, health, streams, hidden = [], onFailure, nowMs = Date.now } = options;
    const { budgetPercent = BUDGET_PERCENT_DEFAULT } = options;
    this.#redis = redis;
    this.#health = health;
    this.#known = new KnownStreams(streams, hidden);
    this.#plan = new SamplePlan(budgetPercent * 10_000);
    this.#onFailure = onFailure;
    this.#nowMs = nowMs;
    this.#sampled = new SampledStreams(redis, nowMs);
    this.#asked = new AskedStreams({
      lookedAt: this.#lookedAt,
      fresh: (name) => this.#fresh(name),
      sample: (name) => this.#sampleStream({ name, detailed: true }, UNLIMITED, false),
    });
  }

  start(): void {
    this.#health.onChange((state) => {
      if (state.status === 'up') void this.#sample();
      else this.#tell();
    });
    this.#tick();
  }

  /** Called after every sample and when Redis goes away. Whoever listens keeps it watching. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As `onChange`, but whoever listens here takes the samples as they come. */
  onSample(listener: () => void): () => void {
    this.#observers.add(listener);
    return () => this.#observers.delete(listener);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** The newest sample, at most a second old while Redis answers. Never rejects. */
  async snapshot(): Promise<Snapshot> {
    this.#look();
    if (this.#sampledAtMs === null) await this.#health.check();
    if (this.#isDue()) await this.#sample();
    return this.latest;
  }

  /**
   * Whether `snapshot()` would give the same again, its cost aside. Whoever asks counts as looking,
   * as there.
   */
  isNewest({ streams, redis }: Snapshot): boolean {
    this.#look();
    // Each sample, and each change of Redis's state, makes a new object.
    return streams === this.#streams && redis === this.#health.state && !this.#isDue();
  }

  #isDue(): boolean {
    if (this.#health.state.status === 'down') return false;
    const ageMs = this.#nowMs() - (this.#sampledAtMs ?? Number.NEGATIVE_INFINITY);
    return ageMs >= FRESH_MS * this.#plan.slowedBy;
  }

  /** The newest sample, however old. */
  get latest(): Snapshot {
    const cost = this.#costNow();
    return {
      sampled_at: this.#sampledAtMs === null ? null : new Date(this.#sampledAtMs).toISOString(),
      redis: this.#health.state,
      streams: this.#streams,
      ...(cost === null ? {} : { cost }),
    };
  }

  /**
   * One stream, sampled now. Throws `stream_not_found`, `wrong_type`, `redis_permission_denied`
   * and the codes of a Redis that does not answer.
   */
  async stream(name: string): Promise<StreamSnapshot> {
    return await this.#asked.stream(name, this.#look());
  }

  /** One group, sampled now, its deliveries too; also throws `group_not_found`. */
  async group(streamName: string, name: string): Promise<GroupSnapshot> {
    return await this.#asked.group(streamName, name, this.#look());
  }

  /** Whoever asks keeps the samples coming. The time it is, epoch milliseconds. */
  #look(): number {
    this.#lookedAtMs = this.#nowMs();
    return this.#lookedAtMs;
  }

  /** What a group's snapshot that was given here was concluded from. */
  factsOf(group: GroupSnapshot): GroupFacts | undefined {
    return this.#sampled.factsOf(group);
  }

  #fresh(name: string): StreamSnapshot | undefined {
    return this.#health.state.status === 'down' ? undefined : this.#sampled.fresh(name, FRESH_MS);
  }

  #tick(): void {
    if (this.#stopped) return;
    const watched = this.#listeners.size > 0 || this.#nowMs() - this.#lookedAtMs < LOOKED_AT_FOR_MS;
    this.#timer = setTimeout(
      () => void this.#sample().finally(() => this.#tick()),
      (watched ? EVERY_WATCHED_MS : EVERY_UNWATCHED_MS) * this.#plan.slowedBy,
    );
    this.#timer.unref();
  }

  #sample(): Promise<void> {
    this.#sampling ??= this.#sampleAll()
      .catch((error: unknown) => {
        this.#onFailure(error);
        return this.#health.check();
      })
      .finally(() => {
        this.#sampling = null;
      });
    return this.#sampling;
  }

  async #sampleAll(): Promise<void> {
    this.#forget();
    if (this.#health.state.status === 'down') return;
    // The first sample shows what there is; later the search goes on beside the sampling.
    if (this.#sampledAtMs === null) {
      const failure = await this.#find();
      if (failure !== null && !this.#known.someConfigured) throw failure;
    }
    const names = this.#known.names;
    const plan = this.#plan.next(names, (name) => this.#isImportant(name), this.#nowMs());
    // Nothing has its turn: what is shown grows older.
    if (plan.streams.length === 0 && names.length > 0) return;
    const begunMs = performance.now();
    const limits = { firstStep: plan.firstStep, allowance: plan.allowance };
    const sampling = plan.streams.map((stream) =>
      this.#sampleStream(stream, { ...limits, detailed: stream.detailed }, true),
    );
    const finding = this.#sampledAtMs === null ? null : this.#find();
    const readings = await Promise.allSettled(sampling);
    if (sampling.length > 0) this.#plan.took(performance.now() - begunMs);
    await finding;
    const failure = readings.find((reading) => reading.status === 'rejected');
    if (failure && readings.every((reading) => reading.status === 'rejected')) throw failure.reason;
    // One stream that cannot be read keeps what was last known of it, and the others go on.
    if (failure) this.#onFailure(failure.reason);
    this.#show(names);
    this.#sampledAtMs = this.#nowMs();
    this.#tell();
  }

  #isImportant(name: string): boolean {
    return this.#known.isConfigured(name) || this.#lookedAt.has(name);
  }

  /**
   * A search that fails, or is not allowed, leaves the streams that are known. Never rejects, for it
   * runs beside the sampling: resolves to what failed, or null.
   */
  async #find(): Promise<unknown> {
    try {
      const { commands, redisUs } = await this.#known.find(this.#redis);
      this.#cost.note(commands, redisUs, this.#nowMs());
      return null;
    } catch (error) {
      if (hasErrorCode(error, 'redis_permission_denied')) return null;
      this.#onFailure(error);
      return error;
    }
  }

  #show(names: readonly string[]): void {
    // One that was found and is gone again leaves the list; a configured one stays, absent.
    this.#streams = names
      .map((name) => this.#sampled.newest(name))
      .filter((stream) => stream !== undefined)
      .filter((stream) => stream.watched || stream.status !== 'absent')
      .map((stream, at) => (at < WITH_PAST_MAX ? stream : { ...stream, recent: NO_RATES }));
  }

  /** What nobody asks for any more, also while Redis is away: names come from whoever asks. */
  #forget(): void {
    this.#lookedAt.expire(this.#nowMs());
    const names = this.#known.names;
    if (this.#sampled.size <= names.length) return;
    const kept = new Set(names);
    this.#sampled.keep((name) => kept.has(name) || this.#lookedAt.has(name));
  }

  #costNow(): SamplerCost | null {
    const rates = this.#cost.perSecond(this.#nowMs());
    if (rates === null) return null;
    const { budgetUsPerSecond, reason } = this.#plan;
    return {
      ...rates,
      budget_us_per_second: budgetUsPerSecond,
      slowed: reason !== null,
      reason,
    };
  }

  #tell(): void {
    for (const listener of [...this.#listeners, ...this.#observers]) listener();
  }

  async #sampleStream(
    planned: PlannedStream,
    limits: typeof UNLIMITED,
    record: boolean,
  ): Promise<StreamSnapshot> {
    const { name } = planned;
    const sampling = {
      limits,
      groups: this.#lookedAt.groupsOf(name),
      watched: this.#known.isConfigured(name),
      record,
    };
    const sampled = await this.#sampled.sample(name, sampling).catch((error: unknown) => {
      // What was not answered is not asked again and again, but soon: Redis may just be back.
      if (record) this.#plan.sampled(planned, FAILED_US, this.#nowMs());
      throw error;
    });
    const { stream, commands, costUs } = sampled;
    this.#cost.note(commands, costUs, this.#nowMs());
    if (record) this.#plan.sampled(planned, costUs, this.#nowMs());
    else this.#plan.spend(costUs);
    return stream;
  }
}
