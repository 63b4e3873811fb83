import { formatDuration } from './duration';

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

/** Moments between two, both included, at even times of the day in UTC: at most eight. */
export function timeTicks(fromMs: number, toMs: number): number[] {
  const step = timeStep((toMs - fromMs) / TIME_TICKS_MAX);
  const first = Math.ceil(fromMs / step) * step;
  const count = Math.max(0, Math.floor((toMs - first) / step) + 1);
  return Array.from({ length: Math.min(count, TIME_TICKS_MAX) }, (_, at) => first + at * step);
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });

/** `0`, `250`, `1.5K`, `20 s`. */
export function formatTick(value: number, unit: ChartUnit): string {
  if (unit !== 'duration_ms') return compact.format(value);
  return value === 0 ? '0' : formatDuration(value);
}

/** The label of a moment on an axis of UTC: `14:05`, `14:05:30`, and a day by its date. */
export function formatTimeTick(atMs: number): string {
  if (atMs % DAY_MS === 0) return formatDay(atMs);
  const clock = new Date(atMs).toISOString().slice(11, 19);
  return atMs % MINUTE_MS === 0 ? clock.slice(0, 5) : clock;
}

/** A moment as exactly as the length of a step makes sense: `14:03:07`, `Nov 22 14:03`. */
export function formatMoment(atMs: number, stepMs: number, spanMs: number): string {
  const clock = new Date(atMs).toISOString().slice(11, stepMs < MINUTE_MS ? 19 : 16);
  return spanMs > DAY_MS / 2 ? `${formatDay(atMs)} ${clock}` : clock;
}

const day = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });

function formatDay(atMs: number): string {
  return day.format(atMs);
}
