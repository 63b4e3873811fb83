import type { EntryId } from '@/lib/model/entry-id';
import type { GroupTrend } from '@/lib/model/group-state';
import { ratePerSecond, windowStart } from '@/lib/model/rates';
import type { RatePoint } from '@/lib/model/snapshot';
import type { StreamInfo } from '@/lib/redis/stream-info';

/** Samples kept of a stream: five minutes at one a second. */
const SAMPLES_MAX = 300;
/** Points of it that travel to browsers. */
const RECENT_POINTS_MAX = 60;
/** Rates are taken over this window. */
export const RATE_WINDOW_MS = 10_000;
/** A group's trend is taken over this window. */
const TREND_WINDOW_MS = 60_000;

interface GroupSample {
  lastDeliveredId: EntryId;
  entriesRead: number | null;
  lagEntries: number | null;
}

interface Sample {
  atMs: number;
  length: number;
  entriesAdded: number | null;
  groups: Map<string, GroupSample>;
}

/** The last minutes of one stream, in memory: what rates and trends are computed from. */
export class StreamHistory {
  readonly #samples: Sample[] = [];

  add(atMs: number, state: StreamInfo, lagEntries: ReadonlyMap<string, number | null>): void {
    const before = this.#samples.at(-1);
    if (before && atMs <= before.atMs) return;
    if (isRecreated(before?.entriesAdded, state.entriesAdded)) this.#samples.length = 0;
    this.#samples.push({
      atMs,
      length: state.length,
      entriesAdded: state.entriesAdded,
      groups: new Map(
        state.groups.map((group) => [
          group.name,
          {
            lastDeliveredId: group.lastDeliveredId,
            entriesRead: group.entriesRead,
            lagEntries: lagEntries.get(group.name) ?? null,
          },
        ]),
      ),
    });
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
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
    const newest = this.#samples.at(-1);
    const now = newest?.groups.get(group);
    if (!newest || !now) return null;
    const window = this.#samples.filter(
      (sample) => sample.atMs >= newest.atMs - TREND_WINDOW_MS && sample.groups.has(group),
    );
    const [oldest] = window;
    if (!oldest || oldest === newest) return null;
    const middleMs = (oldest.atMs + newest.atMs) / 2;
    return {
      windowMs: newest.atMs - oldest.atMs,
      lagBefore: lowestLag(
        window.filter(({ atMs }) => atMs <= middleMs),
        group,
      ),
      lagNow: lowestLag(
        window.filter(({ atMs }) => atMs > middleMs),
        group,
      ),
      delivered: oldest.groups.get(group)?.lastDeliveredId !== now.lastDeliveredId,
    };
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

  #rate(from: Sample | null, to: Sample, count: (s: Sample) => number | null): number | null {
    return ratePerSecond(from && { atMs: from.atMs, count: count(from) }, {
      atMs: to.atMs,
      count: count(to),
    });
  }
}

function isRecreated(before: number | null | undefined, now: number | null): boolean {
  return typeof before === 'number' && now !== null && now < before;
}

function lowestLag(samples: Sample[], group: string): number | null {
  const lags = samples.flatMap((sample) => sample.groups.get(group)?.lagEntries ?? []);
  return lags.length === 0 ? null : Math.min(...lags);
}

/** Entries added that no longer wait for the group, as far as its lag is known. */
function entriesPassed(sample: Sample, group: string): number | null {
  const lagEntries = sample.groups.get(group)?.lagEntries ?? null;
  return sample.entriesAdded === null || lagEntries === null
    ? null
    : sample.entriesAdded - lagEntries;
}
