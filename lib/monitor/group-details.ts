import {
  type ConsumersPage,
  type ConsumersQuery,
  consumersOfPage,
} from '@/lib/model/consumers-page';
import { diagnoseGroupInDetail } from '@/lib/model/diagnosis';
import {
  type ConsumerState,
  consumerState,
  type DiagnosedConsumer,
} from '@/lib/model/diagnosis-consumers';
import { DashboardError } from '@/lib/model/errors';
import type { GroupAnswer } from '@/lib/model/group-answer';
import { groupState } from '@/lib/model/group-state';
import type { PendingEntry } from '@/lib/model/pending';
import type { ConsumerSnapshot } from '@/lib/model/snapshot';
import type { GroupPages } from '@/lib/redis/group-pages';
import type { Sampler } from './sampler';

/** A reading serves everybody for so long, and for so many times as long as it took. */
const SHARED_FOR_MS = 2_000;
const SHARED_FOR_TIMES = 50;
/** However long it took: what an operator sees of a group in trouble is no older. */
const SHARED_FOR_MAX_MS = 10_000;
/** Groups whose reading is kept. */
const READINGS_MAX = 8;
/** Pending entries looked through for those that were delivered often. */
const PENDING_LOOKED_AT = 500;
/** Consumers, those with most pending first, whose first pending entry is looked up. */
const HELD_LOOKED_UP = 20;
const HELD_LOOKED_UP_OF_PAGE = 100;

interface Reading {
  atMs: number;
  consumers: ConsumerSnapshot[];
  pending: PendingEntry[];
  /** Idle time of a consumer's lowest pending entry, where it was looked up. */
  heldMs: Map<string, number>;
}

/**
 * What is read of a group only while somebody looks at it: its consumers and the head of its
 * pending list. One reading serves all who look, and a costly one serves them longer.
 */
export class GroupDetails {
  readonly #readings = new Map<string, { untilMs: number; reading: Promise<Reading> }>();

  constructor(
    private readonly sampler: Sampler,
    private readonly pages: GroupPages,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** One group with all that is found in it. Throws `stream_not_found` and `group_not_found`. */
  async read(streamName: string, name: string): Promise<GroupAnswer> {
    const stream = await this.sampler.stream(streamName);
    const group = stream.groups.find((candidate) => candidate.name === name);
    const facts = group && this.sampler.factsOf(group);
    if (!group || !facts) {
      throw new DashboardError('group_not_found', `${streamName} has no consumer group ${name}.`);
    }
    const reading = await this.#reading(streamName, name);
    const consumers = diagnose(reading, reading.consumers, group.lag.value);
    const findings = diagnoseGroupInDetail(facts, { consumers, pending: reading.pending });
    const { state, reason } = groupState(findings, facts);
    return {
      ...group,
      stream: streamName,
      state,
      state_reason: reason,
      findings,
      consumer_states: countStates(consumers),
      pending_looked_at: reading.pending.length,
      details_at: new Date(reading.atMs).toISOString(),
      edges: {
        length: stream.length,
        first_entry: stream.first_entry,
        last_entry: stream.last_entry,
        last_generated_id: stream.last_generated_id,
        entries_added: stream.entries_added,
      },
    };
  }

  /** A page of its consumers, sorted over all of them. */
  async readConsumers(stream: string, name: string, query: ConsumersQuery): Promise<ConsumersPage> {
    const { lag } = await this.sampler.group(stream, name);
    const reading = await this.#reading(stream, name);
    const { consumers, matching, next } = consumersOfPage(reading.consumers, query);
    await this.#lookUpHeld(stream, name, reading, consumers.slice(0, HELD_LOOKED_UP_OF_PAGE));
    return {
      stream,
      group: name,
      consumers: diagnose(reading, consumers, lag.value),
      total: reading.consumers.length,
      matching,
      next,
      read_at: new Date(reading.atMs).toISOString(),
    };
  }

  #reading(stream: string, group: string): Promise<Reading> {
    const key = JSON.stringify([stream, group]);
    const kept = this.#readings.get(key);
    if (kept && this.nowMs() < kept.untilMs) return kept.reading;
    this.#readings.delete(key);
    const [eldest] = this.#readings.keys();
    if (eldest !== undefined && this.#readings.size >= READINGS_MAX) this.#readings.delete(eldest);
    const startedMs = this.nowMs();
    const entry = { untilMs: Number.POSITIVE_INFINITY, reading: this.#readNow(stream, group) };
    this.#readings.set(key, entry);
    entry.reading.then(
      () => {
        const tookMs = this.nowMs() - startedMs;
        const sharedForMs = Math.min(SHARED_FOR_MAX_MS, SHARED_FOR_TIMES * tookMs);
        entry.untilMs = this.nowMs() + Math.max(SHARED_FOR_MS, sharedForMs);
      },
      () => this.#readings.delete(key),
    );
    return entry.reading;
  }

  async #readNow(stream: string, group: string): Promise<Reading> {
    const [consumers, { pending }] = await Promise.all([
      this.pages.readAllConsumers(stream, group),
      this.pages.readPending(stream, group, { limit: PENDING_LOOKED_AT }),
    ]);
    const reading = { atMs: this.nowMs(), consumers, pending, heldMs: new Map<string, number>() };
    const holders = consumers
      .filter((consumer) => consumer.pending > 0)
      .sort((a, b) => b.pending - a.pending)
      .slice(0, HELD_LOOKED_UP);
    await this.#lookUpHeld(stream, group, reading, holders);
    return reading;
  }

  async #lookUpHeld(
    stream: string,
    group: string,
    { heldMs }: Reading,
    consumers: readonly ConsumerSnapshot[],
  ): Promise<void> {
    const unknown = consumers.filter(({ name, pending }) => pending > 0 && !heldMs.has(name));
    await Promise.all(
      unknown.map(async ({ name: consumer }) => {
        const { pending } = await this.pages.readPending(stream, group, { limit: 1, consumer });
        if (pending[0]) heldMs.set(consumer, pending[0].idle_ms);
      }),
    );
  }
}

function diagnose(
  { heldMs }: Reading,
  consumers: readonly ConsumerSnapshot[],
  lagEntries: number | null,
): DiagnosedConsumer[] {
  return consumers.map((consumer) => {
    const held = heldMs.get(consumer.name) ?? null;
    return {
      ...consumer,
      state: consumerState(consumer, { lagEntries, heldMs: held }),
      held_ms: held,
    };
  });
}

function countStates(consumers: readonly DiagnosedConsumer[]): Record<ConsumerState, number> {
  const counts = { dead: 0, stuck: 0, idle: 0, active: 0 };
  for (const { state } of consumers) counts[state]++;
  return counts;
}
