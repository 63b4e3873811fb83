import type { GroupFacts } from '@/lib/model/diagnosis-facts';
import { compareEntryIds, ENTRY_ID_ZERO, type EntryId } from '@/lib/model/entry-id';
import { drainForecast, lagTrend } from '@/lib/model/forecast';
import { type Trimming, trimForecast, trimmingOf } from '@/lib/model/forecast-trim';
import type { Lag } from '@/lib/model/lag';
import { type GroupTrend, lowestLags, ratePerSecond, windowStart } from '@/lib/model/rates';
import { type RatePoint, type RecentRates, toRecentRates } from '@/lib/model/recent-rates';
import type { GroupOutlook } from '@/lib/model/snapshot';
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

/** A point as it is told, and over how many samples. */
interface Told {
  point: RatePoint;
  step: number;
}

/**
 * The last minutes of one stream, in memory: what rates, trends and forecasts are computed from. Lists
 * of one length, a list a figure and an item a sample: hundreds of them are looked through each second.
 */
export class StreamHistory {
  readonly #timesMs: number[] = [];
  readonly #lengths: number[] = [];
  readonly #entriesAdded: (number | null)[] = [];
  readonly #firstIds: (EntryId | null)[] = [];
  readonly #maxDeletedIds: (EntryId | null)[] = [];
  readonly #told: (Told | null)[] = [];
  readonly #groups = new Map<string, GroupPast>();
  #lastGeneratedId: EntryId = ENTRY_ID_ZERO;
  #wasDeleted = false;
  /** When the stream was seen to have been made anew, epoch milliseconds. */
  #recreatedAtMs: number | null = null;
  /** Of the newest sample: where windows begin (-1 for nowhere), and how the stream is trimmed. */
  #rateFrom = -1;
  #trendFrom = -1;
  #trimming: Trimming | null = null;

  add(atMs: number, state: StreamInfo, lags: ReadonlyMap<string, Lag>): void {
    const beforeMs = this.#timesMs.at(-1);
    if (beforeMs !== undefined && atMs <= beforeMs) return;
    if (this.#wasDeleted || (beforeMs !== undefined && this.#isRecreated(state))) {
      this.#clear();
      this.#wasDeleted = false;
      this.#recreatedAtMs = atMs;
    }
    this.#addGroups(state.groups, lags);
    const deletedBefore = this.#maxDeletedIds.at(-1);
    const { length, entriesAdded, firstId, lastGeneratedId, maxDeletedId } = state;
    this.#timesMs.push(atMs);
    this.#lengths.push(length);
    this.#entriesAdded.push(entriesAdded);
    this.#firstIds.push(firstId);
    // One text for as long as it stands still: it is compared with all that were before.
    this.#maxDeletedIds.push(deletedBefore === maxDeletedId ? deletedBefore : maxDeletedId);
    this.#told.push(null);
    this.#lastGeneratedId = lastGeneratedId;
    if (this.#timesMs.length > SAMPLES_MAX) this.#dropOldest();
    this.#rateFrom = windowStart(this.#timesMs, RATE_WINDOW_MS);
    this.#trendFrom = windowStart(this.#timesMs, TREND_WINDOW_MS);
    // A window that holds the newest sample alone is none.
    if ((this.#timesMs[this.#trendFrom] ?? 0) < atMs - TREND_WINDOW_MS) this.#trendFrom = -1;
    this.#trimming = trimmingOf({
      timesMs: this.#timesMs,
      lengths: this.#lengths,
      entriesAdded: this.#entriesAdded,
      firstIds: this.#firstIds,
      maxDeletedIds: this.#maxDeletedIds,
    });
  }

  /** The stream is gone: its past ends here, and one of its name is another. */
  end(): void {
    this.#wasDeleted ||= this.#timesMs.length > 0;
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
    return this.#rate((at) => this.#entriesAdded[at] ?? null);
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
    // Entries added that no longer wait for the group, as far as its lag is known.
    const passed = this.#rate((at) => difference(this.#entriesAdded[at], past.lags[at]));
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
  recent(): RecentRates {
    const samples = this.#timesMs.length;
    const step = Math.ceil(samples / RECENT_POINTS_MAX);
    const points: RatePoint[] = [];
    const first = (samples - 1) % step;
    for (let at = first + step; at < samples; at += step) points.push(this.#point(at, step));
    return toRecentRates(points);
  }

  /** Made once: it is told again with each of the next samples. */
  #point(at: number, step: number): RatePoint {
    const told = this.#told[at];
    if (told?.step === step) return told.point;
    const rate = this.#rate((n) => this.#entriesAdded[n] ?? null, at - step, at);
    const point = {
      at: this.#timesMs[at] ?? 0,
      // Sixty of them travel with each stream: further digits say nothing, and are most of it.
      in_per_second: rate === null ? null : Math.round(rate * 1_000) / 1_000,
    };
    this.#told[at] = { point, step };
    return point;
  }

  #addGroups(groups: readonly GroupInfo[], lags: ReadonlyMap<string, Lag>): void {
    const samplesBefore = this.#timesMs.length;
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
    for (const list of this.#lists()) list.shift();
    for (const past of this.#groups.values()) past.dropOldest();
  }

  #clear(): void {
    for (const list of this.#lists()) list.length = 0;
    this.#groups.clear();
    this.#rateFrom = -1;
    this.#trendFrom = -1;
    this.#trimming = null;
  }

  #lists(): unknown[][] {
    return [
      ...[this.#timesMs, this.#lengths, this.#entriesAdded],
      ...[this.#firstIds, this.#maxDeletedIds, this.#told],
    ];
  }

  /** Its counter fell; where the server keeps none, its newest id did. */
  #isRecreated(now: StreamInfo): boolean {
    const addedBefore = this.#entriesAdded.at(-1) ?? null;
    if (addedBefore !== null && now.entriesAdded !== null) return now.entriesAdded < addedBefore;
    return compareEntryIds(now.lastGeneratedId, this.#lastGeneratedId) < 0;
  }

  /** A group of the newest sample, where there is a window to watch it in. */
  #watched(group: string): GroupPast | null {
    const past = this.#groups.get(group);
    return past?.isThere && this.#trendFrom !== -1 ? past : null;
  }

  #rate(
    count: (at: number) => number | null,
    from = this.#rateFrom,
    to = this.#timesMs.length - 1,
  ): number | null {
    const [fromMs, toMs] = [this.#timesMs[from], this.#timesMs[to]];
    if (fromMs === undefined || toMs === undefined) return null;
    return ratePerSecond({ atMs: fromMs, count: count(from) }, { atMs: toMs, count: count(to) });
  }
}

function difference(a: number | null = null, b: number | null = null): number | null {
  return a === null || b === null ? null : a - b;
}
