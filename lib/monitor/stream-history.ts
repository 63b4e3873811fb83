import type { GroupFacts } from '@/lib/model/diagnosis-facts';
import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import { drainForecast, lagTrend } from '@/lib/model/forecast';
import {
  type StreamPoint,
  type Trimming,
  trimForecast,
  trimmingOf,
} from '@/lib/model/forecast-trim';
import type { Lag } from '@/lib/model/lag';
import { type GroupTrend, lowestLags, ratePerSecond, windowStart } from '@/lib/model/rates';
import type { GroupOutlook, RatePoint } from '@/lib/model/snapshot';
import type { GroupInfo, StreamInfo } from '@/lib/redis/stream-info';
import { firstKnown, GroupPast } from './group-past';

/** Samples kept of a stream: five minutes at one a second. */
const SAMPLES_MAX = 300;
/** Points of it that travel to browsers. */
const RECENT_POINTS_MAX = 60;
/** Rates are taken over this window, or what there is of it. */
const RATE_WINDOW_MS = 10_000;
/** A group's trend is taken over this window. */
const TREND_WINDOW_MS = 60_000;

interface Sample extends StreamPoint {
  lastGeneratedId: EntryId;
  /** As it was told last, and over how many samples. */
  told: { point: RatePoint; step: number } | null;
}

/** The last minutes of one stream, in memory: what rates, trends and forecasts are computed from. */
export class StreamHistory {
  readonly #samples: Sample[] = [];
  readonly #timesMs: number[] = [];
  readonly #groups = new Map<string, GroupPast>();
  #wasDeleted = false;
  /** When the stream was seen to have been made anew, epoch milliseconds. */
  #recreatedAtMs: number | null = null;
  /** Of the newest sample: where windows begin (-1 for nowhere), and how the stream is trimmed. */
  #rateFrom = -1;
  #trendFrom = -1;
  #trimming: Trimming | null = null;

  add(atMs: number, state: StreamInfo, lags: ReadonlyMap<string, Lag>): void {
    const before = this.#samples.at(-1);
    if (before && atMs <= before.atMs) return;
    if (this.#wasDeleted || (before && isRecreated(before, state))) {
      this.#clear();
      this.#wasDeleted = false;
      this.#recreatedAtMs = atMs;
    }
    this.#addGroups(state.groups, lags);
    const { length, entriesAdded, firstId, lastGeneratedId, maxDeletedId } = state;
    this.#timesMs.push(atMs);
    this.#samples.push({
      ...{ atMs, length, entriesAdded, firstId, lastGeneratedId, told: null },
      // One text for as long as it stands still: it is compared with all that were before.
      maxDeletedId: before?.maxDeletedId === maxDeletedId ? before.maxDeletedId : maxDeletedId,
    });
    if (this.#samples.length > SAMPLES_MAX) this.#dropOldest();
    this.#rateFrom = windowStart(this.#timesMs, RATE_WINDOW_MS);
    this.#trendFrom = windowStart(this.#timesMs, TREND_WINDOW_MS);
    // A window that holds the newest sample alone is none.
    if ((this.#timesMs[this.#trendFrom] ?? 0) < atMs - TREND_WINDOW_MS) this.#trendFrom = -1;
    this.#trimming = trimmingOf(this.#samples);
  }

  /** The stream is gone: its past ends here, and one of its name is another. */
  end(): void {
    this.#wasDeleted ||= this.#samples.length > 0;
    this.#clear();
  }

  get recreatedAtMs(): number | null {
    return this.#recreatedAtMs;
  }

  /** What rates are taken over now, milliseconds; 0 before a second sample. */
  rateWindowMs(): number {
    const [from, newest] = [this.#timesMs[this.#rateFrom], this.#timesMs.at(-1)];
    return from === undefined || newest === undefined ? 0 : newest - from;
  }

  /** Entries added a second over the rate window; null before a second sample. */
  inPerSecond(): number | null {
    return this.#rate((at) => this.#samples[at]?.entriesAdded ?? null);
  }

  /**
   * Entries delivered a second to a group over the rate window. Redis's counter leaps on 7.0 when a
   * group that was trimmed past catches up: no more can have been delivered than came in and left
   * the lag.
   */
  outPerSecond(group: string): number | null {
    const past = this.#groups.get(group);
    if (past === undefined) return null;
    const read = this.#rate((at) => past.entriesRead[at] ?? null);
    const passed = this.#rate((at) => entriesPassed(this.#samples[at], past.lags[at] ?? null));
    return read === null || passed === null ? read : Math.min(read, passed);
  }

  /** The group over the trend window; null before a second sample. */
  trend(group: string): GroupTrend | null {
    const past = this.#watched(group);
    if (past === null) return null;
    const from = past.thereFrom(this.#trendFrom);
    const lags = lowestLags(this.#timesMs, past.lags, from);
    if (lags === null) return null;
    return { ...lags, delivered: past.lastDeliveredIds[from] !== past.lastDeliveredIds.at(-1) };
  }

  /** Where the group's lag goes. */
  outlook(group: string, lag: Lag, trend = this.trend(group)): GroupOutlook {
    const outPerSecond = this.outPerSecond(group);
    const inPerSecond = this.inPerSecond();
    const facts = { lag, trend, inPerSecond, outPerSecond, rateWindowMs: this.rateWindowMs() };
    const past = this.#groups.get(group);
    return {
      rate_window_ms: outPerSecond === null ? 0 : facts.rateWindowMs,
      trend: lagTrend(facts),
      drain: drainForecast(facts),
      trim: this.#trimming && past ? trimForecast(this.#trimming, past.lags) : null,
    };
  }

  /** Entries the group lost over the trend window beyond what it had lost before; null for none. */
  lostMore(group: string): GroupFacts['lostMore'] {
    const lost = this.#watched(group)?.lost;
    if (lost === undefined) return null;
    const from = firstKnown(lost, this.#trendFrom);
    const to = lost.findLastIndex((entries) => entries !== null);
    if (from === -1 || to <= from) return null;
    const entries = (lost[to] ?? 0) - (lost[from] ?? 0);
    const windowMs = (this.#timesMs[to] ?? 0) - (this.#timesMs[from] ?? 0);
    return entries > 0 ? { entries, windowMs } : null;
  }

  /** The whole of it in at most `RECENT_POINTS_MAX` steps, oldest first. */
  recent(): RatePoint[] {
    const step = Math.ceil(this.#samples.length / RECENT_POINTS_MAX);
    const points: RatePoint[] = [];
    const first = (this.#samples.length - 1) % step;
    for (let at = first + step; at < this.#samples.length; at += step) {
      const sample = this.#samples[at];
      if (sample) points.push(this.#point(sample, at, step));
    }
    return points;
  }

  /** Made once: it is told again with each of the next samples. */
  #point(sample: Sample, at: number, step: number): RatePoint {
    if (sample.told?.step !== step) {
      const from = this.#samples[at - step];
      const rate = from ? ratePerSecond(counted(from), counted(sample)) : null;
      const point = { at: sample.atMs, in_per_second: rate, length: sample.length };
      sample.told = { point, step };
    }
    return sample.told.point;
  }

  #addGroups(groups: readonly GroupInfo[], lags: ReadonlyMap<string, Lag>): void {
    const samplesBefore = this.#samples.length;
    for (const group of groups) {
      let past = this.#groups.get(group.name);
      if (past === undefined) {
        past = new GroupPast(samplesBefore);
        this.#groups.set(group.name, past);
      }
      past.add(group, lags.get(group.name));
    }
    if (groups.length === this.#groups.size) return;
    for (const [name, past] of this.#groups) {
      if (past.lags.length > samplesBefore) continue;
      past.addNone();
      if (past.thereFrom(0) === -1) this.#groups.delete(name);
    }
  }

  #dropOldest(): void {
    this.#samples.shift();
    this.#timesMs.shift();
    for (const past of this.#groups.values()) past.dropOldest();
  }

  #clear(): void {
    this.#samples.length = 0;
    this.#timesMs.length = 0;
    this.#groups.clear();
    this.#rateFrom = -1;
    this.#trendFrom = -1;
    this.#trimming = null;
  }

  /** A group of the newest sample, where there is a window to watch it in. */
  #watched(group: string): GroupPast | null {
    const past = this.#groups.get(group);
    return past?.isThere && this.#trendFrom !== -1 ? past : null;
  }

  #rate(count: (at: number) => number | null): number | null {
    const newest = this.#timesMs.length - 1;
    const fromMs = this.#timesMs[this.#rateFrom];
    if (fromMs === undefined) return null;
    return ratePerSecond(
      { atMs: fromMs, count: count(this.#rateFrom) },
      { atMs: this.#timesMs[newest] ?? 0, count: count(newest) },
    );
  }
}

function counted({ atMs, entriesAdded }: Sample) {
  return { atMs, count: entriesAdded };
}

/** Its counter fell; where the server keeps none, its newest id did. */
function isRecreated(before: Sample, now: StreamInfo): boolean {
  if (before.entriesAdded !== null && now.entriesAdded !== null) {
    return now.entriesAdded < before.entriesAdded;
  }
  return compareEntryIds(now.lastGeneratedId, before.lastGeneratedId) < 0;
}

/** Entries added that no longer wait for the group, as far as its lag is known. */
function entriesPassed(sample: Sample | undefined, lag: number | null): number | null {
  const added = sample?.entriesAdded ?? null;
  return added === null || lag === null ? null : added - lag;
}
