import type { GroupFacts } from '@/lib/model/diagnosis-facts';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import type { GroupSnapshot, Snapshot, StreamSnapshot } from '@/lib/model/snapshot';
import type { RedisConnection } from '@/lib/redis/connect';
import type { RedisHealth } from '@/lib/redis/health';
import { readStreamInfo, type StreamInfo } from '@/lib/redis/stream-info';
import { readLag } from './lag-reading';
import { StreamFinder } from './stream-finder';
import { StreamHistory } from './stream-history';
import { reportNoStream, reportStream } from './stream-report';

/** A sample younger than this is fresh enough for anybody, milliseconds. */
const FRESH_MS = 1_000;
/** How often samples come while somebody looks, and while nobody does. */
export const EVERY_WATCHED_MS = 1_000;
export const EVERY_UNWATCHED_MS = 5_000;
/** After the last look the sampler slows down. */
const WATCHED_FOR_MS = 15_000;

const STATUS_ERRORS = {
  absent: ['stream_not_found', 'There is no such stream.'],
  wrong_type: ['wrong_type', 'The key holds something other than a stream.'],
  denied: ['redis_permission_denied', 'The Redis user may not read this key.'],
} as const;

export interface SamplerOptions {
  redis: RedisConnection;
  health: RedisHealth;
  /** Streams shown first, in this order, whether they exist or not. */
  streams: string[];
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
  readonly #health: RedisHealth;
  readonly #watched: string[];
  readonly #onFailure: (error: unknown) => void;
  readonly #nowMs: () => number;
  readonly #finder = new StreamFinder();
  readonly #histories = new Map<string, StreamHistory>();
  /** What each group's snapshot was concluded from. */
  readonly #facts = new WeakMap<GroupSnapshot, GroupFacts>();
  #streams: StreamSnapshot[] = [];
  #sampledAtMs: number | null = null;
  #lookedAtMs = 0;
  #sampling: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #observers = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor({ redis, health, streams, onFailure, nowMs = Date.now }: SamplerOptions) {
    this.#redis = redis;
    this.#health = health;
    this.#watched = streams;
    this.#onFailure = onFailure;
    this.#nowMs = nowMs;
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
    this.#lookedAtMs = this.#nowMs();
    const ageMs = this.#nowMs() - (this.#sampledAtMs ?? Number.NEGATIVE_INFINITY);
    if (this.#sampledAtMs === null) await this.#health.check();
    if (ageMs >= FRESH_MS && this.#health.state.status === 'up') await this.#sample();
    return this.latest;
  }

  /** The newest sample, however old. */
  get latest(): Snapshot {
    return {
      sampled_at: this.#sampledAtMs === null ? null : new Date(this.#sampledAtMs).toISOString(),
      redis: this.#health.state,
      streams: this.#streams,
    };
  }

  /**
   * One stream, sampled now. Throws `stream_not_found`, `wrong_type`, `redis_permission_denied`
   * and the codes of a Redis that does not answer.
   */
  async stream(name: string): Promise<StreamSnapshot> {
    this.#lookedAtMs = this.#nowMs();
    const stream = this.#fresh(name) ?? (await this.#sampleStream(name, { record: false }));
    if (stream.status === 'ok') return stream;
    const [code, message] = STATUS_ERRORS[stream.status];
    throw new DashboardError(code, message);
  }

  /** One group, sampled now; also throws `group_not_found`. */
  async group(streamName: string, name: string): Promise<GroupSnapshot> {
    const { groups } = await this.stream(streamName);
    const group = groups.find((candidate) => candidate.name === name);
    if (group) return group;
    throw new DashboardError('group_not_found', `${streamName} has no consumer group ${name}.`);
  }

  /** What a group's snapshot that was given here was concluded from. */
  factsOf(group: GroupSnapshot): GroupFacts | undefined {
    return this.#facts.get(group);
  }

  /** The stream of the last sample, while that is young: many askers cost Redis no more than one. */
  #fresh(name: string): StreamSnapshot | undefined {
    const ageMs = this.#nowMs() - (this.#sampledAtMs ?? Number.NEGATIVE_INFINITY);
    if (ageMs >= FRESH_MS || this.#health.state.status === 'down') return undefined;
    return this.#streams.find((stream) => stream.name === name);
  }

  #tick(): void {
    if (this.#stopped) return;
    const watched = this.#listeners.size > 0 || this.#nowMs() - this.#lookedAtMs < WATCHED_FOR_MS;
    this.#timer = setTimeout(
      () => void this.#sample().finally(() => this.#tick()),
      watched ? EVERY_WATCHED_MS : EVERY_UNWATCHED_MS,
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

  /** A user who may not scan sees the configured streams. */
  async #findStreams(): Promise<void> {
    try {
      await this.#finder.step(this.#redis);
    } catch (error) {
      if (!hasErrorCode(error, 'redis_permission_denied')) throw error;
    }
  }

  async #sampleAll(): Promise<void> {
    if (this.#health.state.status === 'down') return;
    await this.#findStreams();
    const names = [...new Set([...this.#watched, ...this.#finder.names])];
    const readings = await Promise.allSettled(
      names.map((name) => this.#sampleStream(name, { record: true })),
    );
    const failure = readings.find((reading) => reading.status === 'rejected');
    if (failure && readings.every((reading) => reading.status === 'rejected')) throw failure.reason;
    // One stream that cannot be read keeps what was last known of it, and the others go on.
    if (failure) this.#onFailure(failure.reason);
    this.#streams = readings
      .map((reading, at) =>
        reading.status === 'fulfilled'
          ? reading.value
          : this.#streams.find((stream) => stream.name === names[at]),
      )
      .filter((stream) => stream !== undefined)
      // One that was found and is gone again leaves the list; a configured one stays, absent.
      .filter((stream) => stream.watched || stream.status !== 'absent');
    for (const name of this.#histories.keys()) {
      if (!names.includes(name)) this.#histories.delete(name);
    }
    this.#sampledAtMs = this.#nowMs();
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners, ...this.#observers]) listener();
  }

  /** Only the loop records: what is asked for in between would crowd its history. */
  async #sampleStream(name: string, { record }: { record: boolean }): Promise<StreamSnapshot> {
    const watched = this.#watched.includes(name);
    const state = await readState(this.#redis, name);
    if (typeof state === 'string') {
      if (record) this.#histories.get(name)?.end();
      return reportNoStream(emptyStream(name, state, watched), this.#nowMs());
    }
    const atMs = this.#nowMs();
    const groups = await Promise.all(
      state.groups.map(
        async (group) => [group, await readLag(this.#redis, name, state, group, atMs)] as const,
      ),
    );
    const history = this.#histories.get(name) ?? new StreamHistory();
    if (record) {
      this.#histories.set(name, history);
      history.add(atMs, state, new Map(groups.map(([group, lag]) => [group.name, lag])));
    }
    const figures = {
      name,
      status: 'ok' as const,
      watched,
      length: state.length,
      first_entry: state.firstId,
      last_entry: state.lastId,
      last_generated_id: state.lastGeneratedId,
      entries_added: state.entriesAdded,
      memory_bytes: state.memoryBytes,
      in_per_second: history.inPerSecond(),
      rate_window_ms: history.rateWindowMs(),
      recent: history.recent(),
    };
    const { stream, facts } = reportStream(figures, groups, history, atMs);
    for (const [group, groupFacts] of facts) this.#facts.set(group, groupFacts);
    return stream;
  }
}

async function readState(
  redis: RedisConnection,
  name: string,
): Promise<StreamInfo | 'absent' | 'wrong_type' | 'denied'> {
  try {
    return await readStreamInfo(redis, name);
  } catch (error) {
    if (hasErrorCode(error, 'redis_permission_denied')) return 'denied';
    throw error;
  }
}

function emptyStream(
  name: string,
  status: 'absent' | 'wrong_type' | 'denied',
  watched: boolean,
): Omit<StreamSnapshot, 'groups' | 'findings'> {
  return {
    name,
    status,
    watched,
    length: 0,
    first_entry: null,
    last_entry: null,
    last_generated_id: null,
    entries_added: null,
    memory_bytes: null,
    in_per_second: null,
    rate_window_ms: 0,
    recent: [],
  };
}
