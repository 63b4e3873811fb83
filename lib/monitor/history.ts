import { setTimeout as sleep } from 'node:timers/promises';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import type { HistoryAnswer, HistoryQuery, HistoryState } from '@/lib/model/history-query';
import type { RedisConnection } from '@/lib/redis/connect';
import { type LeaseAnswer, writeHistory } from '@/lib/redis/history-commands';
import { HistoryKeys } from '@/lib/redis/keys';
import { HistoryChunks } from './history-chunks';
import { HistoryReader } from './history-reader';
import { HistoryRecorder } from './history-recorder';
import { Leader } from './leader';
import { MemoryChunks } from './memory-chunks';
import type { Sampler } from './sampler';
import { newerThan, writtenWith } from './written-steps';

/** With more streams than this the writer takes samples as they come: docs/history.md, what it costs. */
const PACED_STREAMS_MAX = 50;
/** Somebody wrote in between, so that what was written last is read anew: tries in all. */
const WRITE_TRIES_MAX = 2;
/** A stop waits no longer: a lease that is not released runs out. */
const STOP_MAX_MS = 1_500;

/** Redis does not answer at all: there are no samples either, and nothing to keep elsewhere. */
const AWAY = [
  'redis_unreachable',
  'redis_timeout',
  'redis_loading',
  'redis_auth_failed',
  'redis_cluster_down',
  'outcome_unknown',
] as const;

/** As the configuration has it. */
export interface HistorySettings {
  mode: HistoryState['configured'];
  keyPrefix: string;
  streamsMax: number;
}

export interface HistoryOptions {
  redis: RedisConnection;
  sampler: Pick<Sampler, 'latest' | 'snapshot' | 'onChange' | 'onSample'>;
  onFailure: (error: unknown) => void;
  /** Told once of each kind of trouble. */
  warn: (facts: Record<string, unknown>, message: string) => void;
  nowMs?: () => number;
}

/**
 * The past of streams and groups, in tiers of points. One process over all replicas writes it to
 * Redis, whoever asks reads it there; where Redis takes no writes each process keeps its own.
 */
export class History {
  readonly #config: HistorySettings;
  readonly #options: HistoryOptions;
  readonly #nowMs: () => number;
  readonly #keys: HistoryKeys;
  readonly #leader: Leader;
  readonly #recorder: HistoryRecorder;
  readonly #chunks: HistoryChunks;
  readonly #memory = new MemoryChunks();
  readonly #memoryChunks: HistoryChunks;
  readonly #reader: HistoryReader;
  readonly #told = new Set<string>();
  /** Starts of the steps written last, as they stand in Redis, and in memory. */
  #written = '';
  #writtenInMemory = '';
  #refusal: { of: 'lease' | 'write'; error: DashboardError } | null = null;
  #wasWriter = false;
  #since: string;
  /** Redis's clock less the own one: all replicas put their points in one time. */
  #clockOffsetMs = 0;
  #flushing: Promise<void> | null = null;
  #unlisten: (() => void) | null = null;
  #letGoOfPace: (() => void) | null = null;
  #stopped = false;

  constructor(config: HistorySettings, options: HistoryOptions) {
    this.#config = config;
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#since = new Date(this.#nowMs()).toISOString();
    this.#keys = new HistoryKeys(config.keyPrefix);
    this.#recorder = new HistoryRecorder(config.streamsMax);
    this.#chunks = new HistoryChunks(this.#keys);
    this.#memoryChunks = new HistoryChunks(this.#keys);
    this.#reader = new HistoryReader({
      redis: config.mode === 'redis' ? options.redis : null,
      keys: this.#keys,
      memory: this.#memory,
      warnOnce: (kind, facts, message) => this.#tellOnce(kind, facts, message),
    });
    this.#leader = new Leader({
      redis: options.redis,
      keys: this.#keys,
      onAnswer: (answer) => this.#noteAnswer(answer),
      onFailure: (error) => this.#noteFailure(error, 'lease'),
    });
  }

  start(): void {
    if (this.#config.mode === 'off') return;
    this.#unlisten = this.#options.sampler.onSample(() => this.#noteSample());
    if (this.#config.mode === 'redis') this.#leader.start();
  }

  /** Writes what there is and lets another take over at once. Never rejects. */
  async stop(): Promise<void> {
    if (this.#stopped || this.#config.mode === 'off') return;
    this.#stopped = true;
    this.#unlisten?.();
    this.#leader.stop();
    const late = new AbortController();
    await Promise.race([
      this.#leave(),
      sleep(STOP_MAX_MS, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    this.#keepPace();
  }

  async #leave(): Promise<void> {
    await this.#flushing;
    this.#recorder.closeAll();
    await this.#flush();
    await this.#leader.release();
  }

  get state(): HistoryState {
    const configured = this.#config.mode;
    const isInMemory = configured === 'memory' || this.#refusal !== null;
    return {
      configured,
      stored_in: configured === 'off' ? 'nowhere' : isInMemory ? 'memory' : 'redis',
      writer: configured === 'redis' && this.#leader.holds,
      since: this.#since,
      reason: this.#refusal && {
        code: this.#refusal.error.code,
        message: this.#refusal.error.message,
      },
    };
  }

  /** The past up to now, in at most 300 points. Throws the codes of a Redis that does not answer. */
  async answer(stream: string, query: HistoryQuery): Promise<HistoryAnswer> {
    const past = await this.#reader.read(stream, query, this.#redisNowMs);
    return { ...past, history: this.state };
  }

  get #redisNowMs(): number {
    return this.#nowMs() + this.#clockOffsetMs;
  }

  #noteAnswer({ redisMs, written }: LeaseAnswer): void {
    this.#clockOffsetMs = redisMs - this.#nowMs();
    if (this.#refusal?.of === 'lease') this.#refuse(null);
    const isWriter = this.#leader.holds;
    if (isWriter && !this.#wasWriter) {
      this.#written = written;
      this.#chunks.reset();
    }
    this.#noteRole(isWriter);
  }

  #noteRole(isWriter: boolean): void {
    this.#keepPace();
    if (isWriter === this.#wasWriter) return;
    this.#wasWriter = isWriter;
    this.#since = new Date(this.#nowMs()).toISOString();
    // What the predecessor left is written now, not with the next sample.
    if (isWriter && !this.#stopped) {
      void this.#flush().then(() => this.#options.sampler.snapshot());
    }
  }

  /** The writer counts as somebody who looks, while looking costs little. */
  #keepPace(): void {
    const streams = this.#options.sampler.latest.streams.length;
    if (!this.#stopped && this.#leader.holds && streams <= PACED_STREAMS_MAX) {
      this.#letGoOfPace ??= this.#options.sampler.onChange(() => undefined);
      return;
    }
    this.#letGoOfPace?.();
    this.#letGoOfPace = null;
  }

  #noteSample(): void {
    const { latest } = this.#options.sampler;
    if (latest.sampled_at === null) return;
    if (latest.streams.length > this.#config.streamsMax) {
      const facts = { streams: latest.streams.length, recorded: this.#config.streamsMax };
      this.#tellOnce('many', facts, 'history records the first streams only');
    }
    this.#recorder.add(latest, Date.parse(latest.sampled_at) + this.#clockOffsetMs);
    void this.#flush();
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#write()
      .catch((error: unknown) => this.#options.onFailure(error))
      .finally(() => {
        this.#flushing = null;
      });
    return this.#flushing;
  }

  async #write(): Promise<void> {
    if (this.#config.mode === 'memory' || this.#refusal?.of === 'lease') this.#writeMemory();
    if (this.#config.mode !== 'redis') return;
    for (let tries = 0; tries < WRITE_TRIES_MAX && this.#leader.holds; tries++) {
      if (await this.#writeRedis()) return;
    }
  }

  /** False where it is worth another try. */
  async #writeRedis(): Promise<boolean> {
    const steps = newerThan(this.#written, this.#recorder.ready, this.#redisNowMs);
    this.#recorder.done(this.#recorder.ready.filter((step) => !steps.includes(step)));
    if (steps.length === 0) return true;
    const appends = this.#chunks.encode(steps);
    const writtenAfter = writtenWith(this.#written, steps);
    try {
      const answer = await writeHistory(this.#options.redis, this.#keys, {
        holder: this.#leader.holder,
        writtenBefore: this.#written,
        writtenAfter,
        appends,
      });
      if (answer.outcome === 'written') {
        this.#written = writtenAfter;
        this.#chunks.settle(appends, answer.sizes);
        this.#recorder.done(steps);
        if (this.#refusal) this.#refuse(null);
        const [key] = answer.refused;
        if (key) this.#tellOnce('full', { key }, 'a key of the history takes no more');
        return true;
      }
      this.#chunks.reset();
      if (answer.outcome === 'moved') this.#written = answer.written;
      else {
        this.#leader.lose();
        this.#noteRole(false);
      }
      return false;
    } catch (error) {
      this.#chunks.reset();
      this.#noteFailure(error, 'write');
      if (this.#refusal) this.#writeMemory();
      return true;
    }
  }

  #writeMemory(): void {
    const steps = newerThan(this.#writtenInMemory, this.#recorder.ready, this.#redisNowMs);
    this.#recorder.done(this.#recorder.ready);
    if (steps.length === 0) return;
    const appends = this.#memoryChunks.encode(steps);
    this.#memoryChunks.settle(appends, this.#memory.append(appends, this.#redisNowMs));
    this.#writtenInMemory = writtenWith(this.#writtenInMemory, steps);
  }

  #noteFailure(error: unknown, of: 'lease' | 'write'): void {
    this.#options.onFailure(error);
    this.#noteRole(this.#leader.holds);
    if (!(error instanceof DashboardError) || hasErrorCode(error, ...AWAY)) return;
    this.#refuse({ of, error });
  }

  #refuse(refusal: { of: 'lease' | 'write'; error: DashboardError } | null): void {
    const isNew = refusal?.error.code !== this.#refusal?.error.code;
    this.#refusal = refusal;
    if (!isNew) return;
    this.#since = new Date(this.#nowMs()).toISOString();
    const { stored_in, reason } = this.state;
    this.#options.warn({ stored_in, reason }, `history is kept in ${stored_in}`);
  }

  #tellOnce(kind: string, facts: Record<string, unknown>, message: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#options.warn(facts, message);
  }
}
