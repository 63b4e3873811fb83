import type { GroupFacts } from '@/lib/model/diagnosis-facts';
import type { GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';
import type { RedisConnection } from '@/lib/redis/connect';
import type { ReadingLimits } from './lag-reading';
import { StreamSampler } from './stream-sampler';

/** How one stream is sampled. */
export interface StreamSampling {
  limits: ReadingLimits;
  /** Groups whose pending entries are looked through. */
  groups: string[];
  watched: boolean;
  /** Whether the sample goes into the stream's past. */
  record: boolean;
}

/** One sample, and what it cost. */
export interface SampledStream {
  stream: StreamSnapshot;
  commands: number;
  costUs: number;
}

/** The newest sample of each stream, and what each is sampled with next time. */
export class SampledStreams {
  readonly #samplers = new Map<string, StreamSampler>();
  readonly #newest = new Map<string, { stream: StreamSnapshot; atMs: number }>();
  /** What each group's snapshot was concluded from. */
  readonly #facts = new WeakMap<GroupSnapshot, GroupFacts>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly nowMs: () => number,
  ) {}

  /** Samples one stream now. Throws the codes of a Redis that does not answer. */
  async sample(name: string, sampling: StreamSampling): Promise<SampledStream> {
    const sampler = this.#samplers.get(name) ?? new StreamSampler(this.redis, name, this.nowMs);
    this.#samplers.set(name, sampler);
    const begunMs = performance.now();
    const { stream, facts, commands, redisUs, assumedUs } = await sampler.sample(sampling);
    const tookUs = (performance.now() - begunMs) * 1_000;
    for (const [group, groupFacts] of facts) this.#facts.set(group, groupFacts);
    this.#newest.set(name, { stream, atMs: this.nowMs() });
    // Where scripts see no clock, or none may be run, the time until the answer is the most that
    // Redis can have spent on it; much of that is the way there and back.
    const isTold = redisUs > 0 || stream.status !== 'ok';
    return { stream, commands, costUs: isTold ? redisUs : Math.min(tookUs, assumedUs) };
  }

  newest(name: string): StreamSnapshot | undefined {
    return this.#newest.get(name)?.stream;
  }

  /** The newest sample, where it is younger than `maxAgeMs`. */
  fresh(name: string, maxAgeMs: number): StreamSnapshot | undefined {
    const newest = this.#newest.get(name);
    return newest && this.nowMs() - newest.atMs < maxAgeMs ? newest.stream : undefined;
  }

  factsOf(group: GroupSnapshot): GroupFacts | undefined {
    return this.#facts.get(group);
  }

  get size(): number {
    return this.#samplers.size;
  }

  /** Forgets those that are not to be kept. */
  keep(isKept: (name: string) => boolean): void {
    for (const name of this.#samplers.keys()) {
      if (isKept(name)) continue;
      this.#samplers.delete(name);
      this.#newest.delete(name);
    }
  }
}
