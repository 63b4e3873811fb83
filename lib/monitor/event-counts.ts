import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import {
  type CountingState,
  countsWindow,
  DAY_MS,
  type EventCountsAnswer,
  EventCountsSeries,
  MINUTE_MS,
} from '@/lib/model/event-counts';
import { HISTORY_RANGES, type HistoryRange } from '@/lib/model/history-query';
import { floorTo } from '@/lib/model/history-tiers';
import { canonicalName } from '@/lib/model/name';
import type { RedisConnection } from '@/lib/redis/connect';
import {
  type CountedRead,
  type DayCounts,
  readDay,
  visitDay,
} from '@/lib/redis/event-count-commands';
import { EventCountKeys } from '@/lib/redis/keys';
import { EventCountTable } from './event-count-table';

/** A day that is over changes no more, but for an entry that was pending: it is read anew so often. */
const PAST_DAY_KEPT_MS = 60_000;
/** So long after its end nothing of a day waits to be counted, unless it was left pending. */
const COUNTED_LATE_MS = 5 * 60_000;

export interface EventCountsSettings {
  mode: CountingState['configured'];
  stream: string;
  group: string;
  /** Whether this process reads the group at all. */
  isRead: boolean;
}

export interface EventCountsOptions {
  redis: RedisConnection;
  /** Told once of each kind of trouble. */
  warn: (facts: Record<string, unknown>, message: string) => void;
  nowMs?: () => number;
}

/**
 * Counts of events by type and minute. They are stored by what reads the group, in the step that
 * reads; what could not be stored is kept here, in this process.
 */
export class EventCounts {
  readonly #config: EventCountsSettings;
  readonly #options: EventCountsOptions;
  readonly #nowMs: () => number;
  readonly #name: string;
  readonly #dayKeys: EventCountKeys;
  readonly #memory = new EventCountTable();
  /** When this process began to keep counts itself. */
  #memorySinceMs: number | null = null;
  #refusal: DashboardError | null = null;
  #since: string;
  #isUnreadableTold = false;
  /** Days that are over, as they were read last, and until when that serves. */
  readonly #pastDays = new Map<number, { day: DayCounts; untilMs: number }>();
  /** Redis's clock less the own one: entry ids are of Redis's. */
  #clockOffsetMs = 0;

  constructor(config: EventCountsSettings, options: EventCountsOptions) {
    this.#config = config;
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#name = canonicalName(config.stream);
    this.#dayKeys = new EventCountKeys(this.#name, config.group);
    this.#since = new Date(this.#nowMs()).toISOString();
  }

  /** Where counts are to be stored; null for nowhere in Redis. */
  get keys(): EventCountKeys | null {
    return this.#config.mode === 'redis' ? this.#dayKeys : null;
  }

  get redisMs(): number {
    return this.#nowMs() + this.#clockOffsetMs;
  }

  /** To be told of every read of the group, of those that brought nothing too. */
  note({ redisMs, unstored, refusal, isStored }: CountedRead): void {
    this.#clockOffsetMs = redisMs - this.#nowMs();
    if (this.#config.mode === 'off') return;
    // A read that had nothing to store does not tell that Redis would take it again.
    if (this.#config.mode === 'redis' && (refusal || isStored)) this.#refuse(refusal);
    if (this.state.stored_in !== 'memory') return;
    this.#memorySinceMs ??= floorTo(redisMs, MINUTE_MS);
    this.#memory.watch(redisMs);
    for (const count of unstored) this.#memory.add(count);
  }

  get state(): CountingState {
    const configured = this.#config.mode;
    const isInMemory = configured === 'memory' || this.#refusal !== null;
    return {
      configured,
      stored_in: configured === 'off' ? 'nowhere' : isInMemory ? 'memory' : 'redis',
      since: this.#since,
      reason: this.#refusal && { code: this.#refusal.code, message: this.#refusal.message },
    };
  }

  /** Whether the events of this stream are counted by this dashboard. */
  counts(stream: string): boolean {
    return canonicalName(stream) === this.#name && this.#config.isRead;
  }

  /**
   * The counts up to now, in at most 300 points. Throws `not_counted` for a stream whose events
   * nobody counts, and the codes of a Redis that does not answer.
   */
  async answer(stream: string, range: HistoryRange): Promise<EventCountsAnswer> {
    if (!this.counts(stream)) throw this.#notCounted();
    const window = countsWindow(HISTORY_RANGES[range], this.redisMs);
    const series = new EventCountsSeries(window);
    const stored = await this.#readRedis(window.fromMs, window.toMs, series);
    this.#memory.visit(series);
    const starts = [stored, this.#memorySinceMs].filter((ms) => ms !== null);
    const isOff = this.#config.mode === 'off';
    return {
      stream: this.#name,
      group: this.#config.group,
      from: window.fromMs,
      to: window.toMs,
      resolution_ms: window.resolutionMs,
      ...(isOff ? { types: [], points: [] } : series.result()),
      counted_since: starts.length === 0 ? null : new Date(Math.min(...starts)).toISOString(),
      counting: this.state,
    };
  }

  /** Returns since when Redis has counts, as the newest day of the range says. */
  async #readRedis(
    fromMs: number,
    toMs: number,
    series: EventCountsSeries,
  ): Promise<number | null> {
    if (this.#config.mode !== 'redis') return null;
    const first = Math.floor(fromMs / DAY_MS);
    const days = Math.floor(toMs / DAY_MS) - first + 1;
    const sinces = await Promise.all(
      Array.from({ length: days }, async (_, at) => {
        try {
          return visitDay(await this.#readDay(first + at), series);
        } catch (error) {
          // A key of another type, or rights that are missing: the rest can be read.
          if (!hasErrorCode(error, 'wrong_type', 'redis_permission_denied')) throw error;
          this.#tellUnreadable(error);
          return null;
        }
      }),
    );
    return sinces.findLast((since) => since !== null) ?? null;
  }

  async #readDay(dayNumber: number): Promise<DayCounts> {
    const kept = this.#pastDays.get(dayNumber);
    if (kept && this.#nowMs() < kept.untilMs) return kept.day;
    // Before it is read: events of its last second may be counted a while after it has ended.
    const isOver = this.redisMs >= (dayNumber + 1) * DAY_MS + COUNTED_LATE_MS;
    const day = await readDay(this.#options.redis, this.#dayKeys, dayNumber);
    // An empty one costs nothing, and is where a backlog would be counted.
    if (isOver && day.fields.length > 0) {
      this.#pastDays.set(dayNumber, { day, untilMs: this.#nowMs() + PAST_DAY_KEPT_MS });
    }
    for (const [number, { untilMs }] of this.#pastDays) {
      if (this.#nowMs() >= untilMs) this.#pastDays.delete(number);
    }
    return day;
  }

  #refuse(refusal: DashboardError | null): void {
    const isNew = refusal?.code !== this.#refusal?.code;
    this.#refusal = refusal;
    if (!isNew) return;
    this.#since = new Date(this.#nowMs()).toISOString();
    const { stored_in, reason } = this.state;
    this.#options.warn({ stored_in, reason }, `event counts are kept in ${stored_in}`);
  }

  #tellUnreadable(error: unknown): void {
    if (this.#isUnreadableTold) return;
    this.#isUnreadableTold = true;
    this.#options.warn({ error }, 'event counts cannot be read');
  }

  #notCounted(): DashboardError {
    const { isRead } = this.#config;
    return new DashboardError(
      'not_counted',
      isRead
        ? 'Events are counted in the stream of EVENT_STREAM only.'
        : 'Nobody counts events here: the configuration does not name the group that would.',
    );
  }
}
