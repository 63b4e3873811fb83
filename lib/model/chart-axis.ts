import { formatDuration } from './duration';
import {
  formatAgo,
  fromWallClock,
  type TimeDisplay,
  UTC_TIMES,
  zoneOffsetMs,
} from './time-display';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Steps a person counts time in. */
const TIME_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 28, 91, 364].map((days) => days * DAY_MS),
];
const VALUE_STEPS_MAX = 4;
/** A label a so many pixels wide at most: Recharts leaves some out, evenly, where it is narrower. */
const TIME_TICKS_MAX = 8;

/** What the values of a chart are. */
export type ChartUnit = 'entries' | 'per_second' | 'duration_ms';

/** From 0 up to at least `max`, in at most four steps that a person counts in. */
export function valueTicks(max: number, unit: ChartUnit): number[] {
  const least = Math.max(max, unit === 'duration_ms' ? SECOND_MS : 1) / VALUE_STEPS_MAX;
  const step = unit === 'duration_ms' ? timeStep(least) : niceStep(least, unit === 'entries');
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** 1, 2 or 5 times a power of ten, at least as large; a whole number where things are counted. */
function niceStep(least: number, whole: boolean): number {
  if (whole && least <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((nice) => nice * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function timeStep(leastMs: number): number {
  const days = () => niceStep(leastMs / DAY_MS, true) * DAY_MS;
  return TIME_STEPS_MS.find((step) => step >= leastMs) ?? days();
}

/**
 * Moments between two, both included, at most eight: at even times of the reader's day, or for
 * relative times at even distances from the end.
 */
export function timeTicks(fromMs: number, toMs: number, times = UTC_TIMES): number[] {
  const step = timeStep((toMs - fromMs) / TIME_TICKS_MAX);
  if (times.mode === 'relative') {
    const count = Math.min(TIME_TICKS_MAX, Math.floor((toMs - fromMs) / step) + 1);
    return Array.from({ length: count }, (_, at) => toMs - (count - 1 - at) * step);
  }
  const offset = zoneOffsetMs(times.zone, fromMs);
  const first = Math.ceil((fromMs + offset) / step) * step;
  // In the hour that comes twice, or is left out, a time by the clock is no one moment.
  const toMoment = (wallMs: number) =>
    step <= HOUR_MS ? wallMs - offset : fromWallClock(wallMs, times.zone);
  const all = Array.from({ length: TIME_TICKS_MAX }, (_, at) => toMoment(first + at * step));
  return [...new Set(all)].filter((ms) => ms >= fromMs && ms <= toMs);
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });

/** `0`, `250`, `1.5K`, `20 s`. */
export function formatTick(value: number, unit: ChartUnit): string {
  if (unit !== 'duration_ms') return compact.format(value);
  return value === 0 ? '0' : formatDuration(value);
}

/** What a label of time goes by: how times are shown, and where the chart ends. */
interface TimeAxis {
  times: TimeDisplay;
  /** Relative times are told from here. */
  toMs: number;
}

const UTC_AXIS: TimeAxis = { times: UTC_TIMES, toMs: 0 };

/** The label of a moment on an axis: `14:05`, `14:05:30`, a day by its date; `−5 min` or `now`. */
export function formatTimeTick(atMs: number, { times, toMs }: TimeAxis = UTC_AXIS): string {
  if (times.mode === 'relative') {
    return atMs >= toMs ? 'now' : `−${formatDuration(toMs - atMs)}`;
  }
  const wallMs = atMs + zoneOffsetMs(times.zone, atMs);
  if (wallMs % DAY_MS === 0) return formatDay(wallMs);
  const clock = clockOf(wallMs);
  return wallMs % MINUTE_MS === 0 ? clock.slice(0, 5) : clock;
}

/** A moment as exactly as the length of a step makes sense: `14:03:07`, `Nov 22 14:03`, `3 min ago`. */
export function formatMoment(
  atMs: number,
  stepMs: number,
  spanMs: number,
  { times, toMs }: TimeAxis = UTC_AXIS,
): string {
  if (times.mode === 'relative') return formatAgo(Math.min(atMs, toMs), toMs);
  const wallMs = atMs + zoneOffsetMs(times.zone, atMs);
  const clock = clockOf(wallMs).slice(0, stepMs < MINUTE_MS ? 8 : 5);
  return spanMs > DAY_MS / 2 ? `${formatDay(wallMs)} ${clock}` : clock;
}

function clockOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(11, 19);
}

const day = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });

function formatDay(wallMs: number): string {
  return day.format(wallMs);
}
