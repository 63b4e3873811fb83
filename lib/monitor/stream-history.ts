import type { GroupFacts } from '@/lib/model/diagnosis-facts';
import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import { drainForecast, lagTrend } from '@/lib/model/forecast';
import {
  type TrimForecast,
  type Trimming,
  trimForecast,
  trimmingOf,
} from '@/lib/model/forecast-trim';
import type { Lag } from '@/lib/model/lag';
import { type GroupTrend, lowestLags, ratePerSecond, windowStart } from '@/lib/model/rates';
import type { GroupOutlook, RatePoint } from '@/lib/model/snapshot';
import type { StreamInfo } from '@/lib/redis/stream-info';

/** Samples kept of a stream: five minutes at one a second. */
const SAMPLES_MAX = 300;
/** Points of it that travel to browsers. */
const RECENT_POINTS_MAX = 60;
/** Rates are taken over this window, or what there is of it. */
const RATE_WINDOW_MS = 10_000;
/** A group's trend is taken over this window. */
const TREND_WINDOW_MS = 60_000;

interface GroupSample {
  lastDeliveredId: EntryId;
  entriesRead: number | null;
  /** Null where it is not known, or only a bound. */
  lagEntries: number | null;
  lostEntries: number | null;
}

interface Sample {
  atMs: number;
  length: number;
  entriesAdded: number | null;
  firstId: EntryId | null;
  lastGeneratedId: EntryId;
  maxDeletedId: EntryId | null;
  groups: Map<string, GroupSample>;
}

/** The last minutes of one stream, in memory: what rates, trends and forecasts are computed from. */
export class StreamHistory {
  readonly #samples: Sample[] = [];
  #wasDeleted = false;
  /** When the stream was seen to have been made anew, epoch milliseconds. */
  #recreatedAtMs: number | null = null;
  #trimming: { of: Sample | undefined; found: Trimming | null } = { of: undefined, found: null };

  add(atMs: number, state: StreamInfo, lags: ReadonlyMap<string, Lag>): void {
    const before = this.#samples.at(-1);
    if (before && atMs <= before.atMs) return;
    if (this.#wasDeleted || (before && isRecreated(before, state))) {
      this.#samples.length = 0;
      this.#wasDeleted = false;
      this.#recreatedAtMs = atMs;
    }
    const groups = state.groups.map((group) => {
      const lag = lags.get(group.name);
      const sample: GroupSample = {
        lastDeliveredId: group.lastDeliveredId,
        entriesRead: group.entriesRead,
        lagEntries: lag === undefined || lag.quality === 'at_least' ? null : lag.value,
        lostEntries: lag?.lost ?? null,
      };
      return [group.name, sample] as const;
    });
    const { length, entriesAdded, firstId, lastGeneratedId, maxDeletedId } = state;
    this.#samples.push({
      ...{ atMs, length, entriesAdded, firstId, lastGeneratedId, maxDeletedId },
      groups: new Map(groups),
    });
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
  }

  /** The stream is gone: its past ends here, and one of its name is another. */
  end(): void {
    this.#wasDeleted ||= this.#samples.length > 0;
    this.#samples.length = 0;
  }

  get recreatedAtMs(): number | null {
    return this.#recreatedAtMs;
  }

  /** What rates are taken over now, milliseconds; 0 before a second sample. */
  rateWindowMs(): number {
    const newest = this.#samples.at(-1);
    const start = windowStart(this.#samples, RATE_WINDOW_MS);
    return newest && start ? newest.atMs - start.atMs : 0;
  }

  /** Entries added a second over the rate window; null before a second sample. */
  inPerSecond(): number | null {
    const newest = this.#samples.at(-1);
    if (newest === undefined) return null;
    return this.#rate(windowStart(this.#samples, RATE_WINDOW_MS), newest, (s) => s.entriesAdded);
  }

  /**
   * Entries delivered a second to a group over the rate window. Redis's counter leaps on 7.0 when a
   * group that was trimmed past catches up: no more can have been delivered than came in and left
   * the lag.
   */
  outPerSecond(group: string): number | null {
    const newest = this.#samples.at(-1);
    if (newest === undefined) return null;
    const start = windowStart(this.#samples, RATE_WINDOW_MS);
    const read = this.#rate(start, newest, (s) => s.groups.get(group)?.entriesRead ?? null);
    const passed = this.#rate(start, newest, (s) => entriesPassed(s, group));
    return read === null || passed === null ? read : Math.min(read, passed);
  }

  /** The group over the trend window; null before a second sample. */
  trend(group: string): GroupTrend | null {
    const window = this.#trendWindow(group);
    const lags = lowestLags(
      window.map((s) => ({ atMs: s.atMs, lagEntries: s.groups.get(group)?.lagEntries ?? null })),
    );
    if (lags === null) return null;
    const [oldest, newest] = [window[0], window.at(-1)].map((s) => s?.groups.get(group));
    return { ...lags, delivered: oldest?.lastDeliveredId !== newest?.lastDeliveredId };
  }

  /** Where the group's lag goes. */
  outlook(group: string, lag: Lag): GroupOutlook {
    const outPerSecond = this.outPerSecond(group);
    const facts = {
      lag,
      trend: this.trend(group),
      inPerSecond: this.inPerSecond(),
      outPerSecond,
      rateWindowMs: this.rateWindowMs(),
    };
    return {
      rate_window_ms: outPerSecond === null ? 0 : facts.rateWindowMs,
      trend: lagTrend(facts),
      drain: drainForecast(facts),
      trim: this.#trim(group),
    };
  }

  /** Entries the group lost over the trend window beyond what it had lost before; null for none. */
  lostMore(group: string): GroupFacts['lostMore'] {
    const window = this.#trendWindow(group).filter(
      (s) => typeof s.groups.get(group)?.lostEntries === 'number',
    );
    const [oldest, newest] = [window[0], window.at(-1)];
    if (!oldest || !newest) return null;
    const lost = (s: Sample) => s.groups.get(group)?.lostEntries ?? 0;
    const entries = lost(newest) - lost(oldest);
    return entries > 0 ? { entries, windowMs: newest.atMs - oldest.atMs } : null;
  }

  /** The whole of it in at most `RECENT_POINTS_MAX` steps, oldest first. */
  recent(): RatePoint[] {
    const step = Math.ceil(this.#samples.length / RECENT_POINTS_MAX);
    const newest = this.#samples.length - 1;
    return this.#samples.flatMap((sample, at) => {
      const from = this.#samples[at - step];
      if (!from || (newest - at) % step !== 0) return [];
      return {
        at: sample.atMs,
        in_per_second: this.#rate(from, sample, (s) => s.entriesAdded),
        length: sample.length,
      };
    });
  }

  #trim(group: string): TrimForecast | null {
    const trimming = this.#trimmingNow();
    if (trimming === null) return null;
    const lags = this.#samples.map((sample) => sample.groups.get(group)?.lagEntries ?? null);
    return trimForecast(trimming, lags);
  }

  /** Learned once a sample, for all its groups. */
  #trimmingNow(): Trimming | null {
    const newest = this.#samples.at(-1);
    if (newest !== this.#trimming.of) {
      this.#trimming = { of: newest, found: trimmingOf(this.#samples) };
    }
    return this.#trimming.found;
  }

  #trendWindow(group: string): Sample[] {
    const newest = this.#samples.at(-1);
    if (!newest?.groups.has(group)) return [];
    const start = windowStart(this.#samples, TREND_WINDOW_MS);
    const from = start === null ? 0 : this.#samples.lastIndexOf(start);
    const fromMs = newest.atMs - TREND_WINDOW_MS;
    return this.#samples
      .slice(from)
      .filter((sample) => sample.atMs >= fromMs && sample.groups.has(group));
  }

  #rate(from: Sample | null, to: Sample, count: (s: Sample) => number | null): number | null {
    return ratePerSecond(from && { atMs: from.atMs, count: count(from) }, {
      atMs: to.atMs,
      count: count(to),
    });
  }
}

/** Its counter fell; where the server keeps none, its newest id did. */
function isRecreated(before: Sample, now: StreamInfo): boolean {
  if (before.entriesAdded !== null && now.entriesAdded !== null) {
    return now.entriesAdded < before.entriesAdded;
  }
  return compareEntryIds(now.lastGeneratedId, before.lastGeneratedId) < 0;
}

/** Entries added that no longer wait for the group, as far as its lag is known. */
function entriesPassed(sample: Sample, group: string): number | null {
  const lagEntries = sample.groups.get(group)?.lagEntries ?? null;
  return sample.entriesAdded === null || lagEntries === null
    ? null
    : sample.entriesAdded - lagEntries;
}
