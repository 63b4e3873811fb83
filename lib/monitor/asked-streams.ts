import { DashboardError } from '@/lib/model/errors';
import type { GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';
import type { LookedAt } from './looked-at';

const STATUS_ERRORS = {
  absent: ['stream_not_found', 'There is no such stream.'],
  wrong_type: ['wrong_type', 'The key holds something other than a stream.'],
  denied: ['redis_permission_denied', 'The Redis user may not read this key.'],
} as const;

export interface AskedStreamsMeans {
  lookedAt: LookedAt;
  /** The newest sample of a stream while it is young: many askers cost Redis no more than one. */
  fresh: (name: string) => StreamSnapshot | undefined;
  /** Samples a stream with all that somebody looks at. */
  sample: (name: string) => Promise<StreamSnapshot>;
}

/** Streams and groups that are asked for by name: sampled now, unless they just were. */
export class AskedStreams {
  readonly #means: AskedStreamsMeans;
  /** Samples under way: others may share them. */
  readonly #underWay = new Map<string, Promise<StreamSnapshot>>();

  constructor(means: AskedStreamsMeans) {
    this.#means = means;
  }

  /**
   * Throws `stream_not_found`, `wrong_type`, `redis_permission_denied` and the codes of a Redis that
   * does not answer.
   */
  async stream(name: string, nowMs: number): Promise<StreamSnapshot> {
    return await this.#ask(name, null, nowMs);
  }

  /** Its deliveries too; also throws `group_not_found`. */
  async group(streamName: string, name: string, nowMs: number): Promise<GroupSnapshot> {
    const { groups } = await this.#ask(streamName, name, nowMs);
    const group = groups.find((candidate) => candidate.name === name);
    if (group) return group;
    throw new DashboardError('group_not_found', `${streamName} has no consumer group ${name}.`);
  }

  async #ask(name: string, group: string | null, nowMs: number): Promise<StreamSnapshot> {
    const { lookedAt, fresh } = this.#means;
    const isNew = group !== null && !lookedAt.groupsOf(name).includes(group);
    lookedAt.look(name, group, nowMs);
    const young = isNew ? undefined : fresh(name);
    const stream = young ?? (await this.#sample(name, isNew));
    if (stream.status === 'ok') return stream;
    const [code, message] = STATUS_ERRORS[stream.status];
    throw new DashboardError(code, message);
  }

  /** Those who ask at once share one sample, unless it does not look at what they look at. */
  async #sample(name: string, isNew: boolean): Promise<StreamSnapshot> {
    const underWay = this.#underWay.get(name);
    if (underWay && !isNew) return await underWay;
    const sampling = this.#means.sample(name);
    this.#underWay.set(name, sampling);
    try {
      return await sampling;
    } finally {
      if (this.#underWay.get(name) === sampling) this.#underWay.delete(name);
    }
  }
}
