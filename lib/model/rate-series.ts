import type { RatePoint } from './snapshot';

/** Entries a second over the recent past, with the marks of its axes. */
export interface RateSeries {
  points: { at: number; rate: number | null }[];
  peak: number | null;
  mean: number | null;
  /** From 0 up to at least the peak, in steps a person counts in. */
  rateTicks: number[];
  /** Whole minutes within the time shown. */
  timeTicks: number[];
}

const MINUTE_MS = 60_000;
const RATE_STEPS_MAX = 4;

/** Null with fewer than two known points: there is no line to draw. */
export function rateSeries(recent: readonly RatePoint[]): RateSeries | null {
  const points = recent.map((point) => ({ at: point.at, rate: point.in_per_second }));
  const rates = points.flatMap((point) => point.rate ?? []);
  const first = points[0];
  const last = points.at(-1);
  if (rates.length < 2 || !first || !last) return null;
  const peak = Math.max(...rates);
  return {
    points,
    peak,
    mean: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    rateTicks: ticksTo(peak),
    timeTicks: minutesBetween(first.at, last.at),
  };
}

/** One minute of the series, for those who read it as a table. */
export interface RateMinute {
  at: number;
  mean: number | null;
  peak: number | null;
}

export function rateMinutes(recent: readonly RatePoint[]): RateMinute[] {
  const minutes = new Map<number, number[]>();
  for (const { at, in_per_second: rate } of recent) {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const rates = minutes.get(minute) ?? [];
    if (rate !== null) rates.push(rate);
    minutes.set(minute, rates);
  }
  return Array.from(minutes, ([at, rates]) => ({
    at,
    mean: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    peak: rates.length === 0 ? null : Math.max(...rates),
  }));
}

function ticksTo(peak: number): number[] {
  const step = niceStep(Math.max(peak, 1) / RATE_STEPS_MAX);
  const count = Math.max(1, Math.ceil(peak / step));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((nice) => nice * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function minutesBetween(from: number, to: number): number[] {
  const ticks: number[] = [];
  for (let at = Math.ceil(from / MINUTE_MS) * MINUTE_MS; at <= to; at += MINUTE_MS) ticks.push(at);
  return ticks;
}
