import { hasErrorCode, isKeyError } from '@/lib/model/errors';
import type { ConsumerSnapshot, Snapshot } from '@/lib/model/snapshot';
import { CONSUMERS_MAX, type GroupPages } from '@/lib/redis/group-pages';

/** Groups read at the same time. */
const PAGE = 16;

/** The consumers of one group. */
export interface GroupConsumers {
  stream: string;
  group: string;
  consumers: ConsumerSnapshot[];
}

export interface ConsumerReading {
  groups: GroupConsumers[];
  /** Groups whose consumers were not read, or not all of them. */
  leftOut: number;
}

/**
 * Consumers for the metrics: a read for each group that has any, so only as far as a budget goes,
 * and once for each sample however many scrape. A group is read whole or left out.
 */
export class ConsumerReadings {
  #of: string | null = null;
  #reading: Promise<ConsumerReading> | null = null;

  constructor(
    private readonly pages: Pick<GroupPages, 'readConsumers'>,
    /** Most consumers in all; 0 reads none. */
    private readonly max: number,
  ) {}

  /** Null where consumers are not to be read, or cannot be. Never rejects. */
  async read({ sampled_at, redis, streams }: Snapshot): Promise<ConsumerReading | null> {
    if (this.max === 0 || sampled_at === null || redis.status === 'down') return null;
    if (this.#reading === null || this.#of !== sampled_at) {
      this.#of = sampled_at;
      this.#reading = this.#readAll(streams);
    }
    return this.#reading;
  }

  async #readAll(streams: Snapshot['streams']): Promise<ConsumerReading> {
    const chosen: Omit<GroupConsumers, 'consumers'>[] = [];
    let budget = this.max;
    let leftOut = 0;
    for (const { name: stream, groups } of streams) {
      for (const { name: group, consumers } of groups) {
        if (consumers === 0) continue;
        if (consumers > Math.min(budget, CONSUMERS_MAX)) {
          leftOut++;
          continue;
        }
        budget -= consumers;
        chosen.push({ stream, group });
      }
    }
    const read: GroupConsumers[] = [];
    // What came since the sample is still within the whole.
    let room = this.max;
    for (let at = 0; at < chosen.length; at += PAGE) {
      const page = chosen.slice(at, at + PAGE);
      const found = await Promise.all(page.map((one) => this.#readOne(one))).catch(() => null);
      // A Redis that does not answer is not asked page after page.
      if (found === null) return { groups: read, leftOut: leftOut + chosen.length - at };
      for (const one of found) {
        if (one === 'gone') continue;
        if (one === 'unreadable' || one.consumers.length > room) {
          leftOut++;
          continue;
        }
        room -= one.consumers.length;
        read.push(one);
      }
    }
    return { groups: read, leftOut };
  }

  async #readOne({
    stream,
    group,
  }: Omit<GroupConsumers, 'consumers'>): Promise<GroupConsumers | 'gone' | 'unreadable'> {
    try {
      const { consumers, total } = await this.pages.readConsumers(stream, group);
      return consumers.length < total ? 'unreadable' : { stream, group, consumers };
    } catch (error) {
      if (hasErrorCode(error, 'group_not_found', 'stream_not_found')) return 'gone';
      if (isKeyError(error)) return 'unreadable';
      throw error;
    }
  }
}
