import { HISTORY_POINTS_MAX, HISTORY_RANGES, type HistoryState } from './history-query';
import { floorTo } from './history-tiers';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Counts are kept this long: the longest range and the point it begins in. */
export const COUNTS_KEPT_MS = HISTORY_RANGES['7d'] + HOUR_MS;
/** Types told apart within an hour; the rest of them are counted together. */
export const HOUR_TYPES_MAX = 64;
/** Types an answer names; the rest stand together. */
export const COUNTED_TYPES_MAX = 8;
/** Lengths a point may have, minutes: the first that fits is taken. */
const RESOLUTIONS_MIN = [1, 2, 5, 10, 15, 30, 60] as const;

/** Who counts and where to; as the history's own state. */
export type CountingState = Omit<HistoryState, 'writer'>;

/** Entries of one type in one minute. */
export interface MinuteCount {
  /** Start of the minute, epoch milliseconds. */
  atMs: number;
  /** The SSE event name, `entry` for an entry that is no event; null for types past the limit. */
  type: string | null;
  count: number;
}

/** One type of an answer, or, where `type` is null, all that are not named. */
export interface CountedType {
  type: string | null;
  /** In the whole range. */
  total: number;
}

export interface EventCountsPoint {
  /** Start of the point, epoch milliseconds. It ends a resolution later, or at `to`. */
  at: number;
  /** One number for each of `types`, in their order. Null is a gap: nobody counted. */
  counts: number[] | null;
}

/** The answer of `/api/streams/{stream}/event-counts`. */
export interface EventCountsAnswer {
  stream: string;
  /** The group whose reading counts: each entry once over all processes of this dashboard. */
  group: string;
  /** Epoch milliseconds; `from` begins a point, `to` is now and ends the last one early. */
  from: number;
  to: number;
  /** Length of a point, milliseconds: whole minutes. */
  resolution_ms: number;
  /** Most first, at most 8; one with `type: null` behind them where there are more. */
  types: CountedType[];
  /** Oldest first, one for each step without exception, at most 300. */
  points: EventCountsPoint[];
  /** Since when counts are kept, ISO 8601 UTC; null where nothing was counted yet. */
  counted_since: string | null;
  counting: CountingState;
}

/** A range of time in points of equal length. Epoch milliseconds. */
export interface CountsWindow {
  fromMs: number;
  toMs: number;
  resolutionMs: number;
}

/** The points that fill a range up to now; the first may begin a little before it. */
export function countsWindow(rangeMs: number, toMs: number): CountsWindow {
  const minutes = Math.ceil(rangeMs / MINUTE_MS / (HISTORY_POINTS_MAX - 1));
  const resolutionMs = (RESOLUTIONS_MIN.find((length) => length >= minutes) ?? minutes) * MINUTE_MS;
  return { fromMs: floorTo(toMs - rangeMs, resolutionMs), toMs, resolutionMs };
}

/** Sums minutes of several sources into the types and points of an answer. */
export class EventCountsSeries {
  readonly #window: CountsWindow;
  readonly #length: number;
  readonly #totals = new Map<string | null, number>();
  readonly #counts = new Map<string | null, Float64Array>();
  /** Points in which somebody counted, though perhaps nothing came. */
  readonly #watched: Uint8Array;
  #lastWatchedMs = Number.NEGATIVE_INFINITY;

  constructor(window: CountsWindow) {
    this.#window = window;
    this.#length = Math.floor((window.toMs - window.fromMs) / window.resolutionMs) + 1;
    this.#watched = new Uint8Array(this.#length);
  }

  /** Leaves out what lies outside the window. */
  add({ atMs, type, count }: MinuteCount): void {
    const at = this.#pointOf(atMs);
    if (at === null || count === 0) return;
    let counts = this.#counts.get(type);
    if (!counts) {
      counts = new Float64Array(this.#length);
      this.#counts.set(type, counts);
    }
    counts[at] = (counts[at] ?? 0) + count;
    this.#totals.set(type, (this.#totals.get(type) ?? 0) + count);
    this.#watched[at] = 1;
  }

  /** Somebody counted in this minute. */
  watch(atMs: number): void {
    const at = this.#pointOf(atMs);
    if (at === null) return;
    this.#watched[at] = 1;
    this.#lastWatchedMs = Math.max(this.#lastWatchedMs, atMs);
  }

  result(): Pick<EventCountsAnswer, 'types' | 'points'> {
    const named = [...this.#totals]
      .flatMap(([type, total]) => (type === null ? [] : [{ type, total }]))
      .sort((a, b) => b.total - a.total || (a.type < b.type ? -1 : 1));
    const shown = named.slice(0, COUNTED_TYPES_MAX);
    const rest = [...named.slice(COUNTED_TYPES_MAX).map(({ type }) => type), null].flatMap(
      (type) => this.#counts.get(type) ?? [],
    );
    const restTotal = rest.flatMap((counts) => [...counts]).reduce(sum, 0);
    const types: CountedType[] = [...shown, ...(rest.length > 0 ? [null] : [])].map(
      (entry) => entry ?? { type: null, total: restTotal },
    );
    // A minute that has just begun is watched by who watched the one before it.
    if (this.#window.toMs - this.#lastWatchedMs < 2 * MINUTE_MS)
      this.#watched[this.#length - 1] = 1;
    const points = Array.from({ length: this.#length }, (_, at) => ({
      at: this.#window.fromMs + at * this.#window.resolutionMs,
      counts: this.#watched[at]
        ? [
            ...shown.map(({ type }) => this.#counts.get(type)?.[at] ?? 0),
            ...(rest.length > 0 ? [rest.map((counts) => counts[at] ?? 0).reduce(sum, 0)] : []),
          ]
        : null,
    }));
    return { types, points };
  }

  #pointOf(atMs: number): number | null {
    const { fromMs, toMs, resolutionMs } = this.#window;
    return atMs < fromMs || atMs > toMs ? null : Math.floor((atMs - fromMs) / resolutionMs);
  }
}

const sum = (a: number, b: number): number => a + b;
