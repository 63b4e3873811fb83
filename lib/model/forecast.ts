import type { Lag } from './lag';
import type { GroupTrend } from './rates';

/** Where a group's lag goes: entries a second, negative while it shrinks, over a window. */
export interface LagTrend {
  direction: 'growing' | 'shrinking' | 'steady';
  per_second: number;
  window_ms: number;
}

/** When a group will have nothing left to be given, were it to go on as in the window. */
export interface DrainForecast {
  /**
   * `drained`: nothing waits. `keeping_up`: what waits is read as it comes: nothing waited for a
   * moment of the newer half of the window, or it is seconds of reading and does not grow. `draining`: in `in_ms`. `never`: not at this rate. `unknown`: `reason` says why.
   */
  status: 'drained' | 'keeping_up' | 'draining' | 'never' | 'unknown';
  in_ms: number | null;
  /** What it was taken from; null where nothing had to be measured. */
  window_ms: number | null;
  reason: string | null;
}

/** What waits no longer than this at the rate it is read is read as it comes. */
const READ_WITHIN_SECONDS = 5;
/** Less was watched than this: a rate would be an accident. */
const WINDOW_MIN_MS = 5_000;

export interface TrendFacts {
  lag: Lag;
  trend: GroupTrend | null;
  /** Used where the lag itself is only a bound. Entries a second over `rateWindowMs`. */
  inPerSecond: number | null;
  outPerSecond: number | null;
  rateWindowMs: number;
}

/**
 * From the lowest lags of the two halves of the window, so that reading in gulps is no trend; where
 * those are not known, from what comes in and goes out. Null where neither is known.
 */
export function lagTrend({ trend, ...rates }: TrendFacts): LagTrend | null {
  const { inPerSecond, outPerSecond, rateWindowMs } = rates;
  if (
    trend &&
    trend.windowMs >= WINDOW_MIN_MS &&
    trend.lagBefore !== null &&
    trend.lagNow !== null
  ) {
    const seconds = trend.windowMs / 2 / 1000;
    return direct((trend.lagNow - trend.lagBefore) / seconds, trend.windowMs);
  }
  if (inPerSecond === null || outPerSecond === null || rateWindowMs < WINDOW_MIN_MS) return null;
  return direct(inPerSecond - outPerSecond, rateWindowMs);
}

function direct(perSecond: number, windowMs: number): LagTrend {
  const direction = perSecond === 0 ? 'steady' : perSecond > 0 ? 'growing' : 'shrinking';
  return { direction, per_second: perSecond, window_ms: windowMs };
}

/** Time to drain at the rate of the window. */
export function drainForecast({ lag, trend, ...rates }: TrendFacts): DrainForecast {
  if (lag.value === 0) return drain('drained');
  if (lag.value === null) return drain('unknown', null, null, lag.reason ?? 'The lag is not known');
  if (trend?.lagNow === 0 && trend.windowMs >= WINDOW_MIN_MS) {
    return drain('keeping_up', null, trend.windowMs);
  }
  const measured = lagTrend({ lag, trend, ...rates });
  if (measured === null) return drain('unknown', null, null, 'It was not watched for long enough');
  const { per_second: perSecond, window_ms: windowMs } = measured;
  const readPerSecond = rates.outPerSecond ?? 0;
  if (lag.value <= readPerSecond * READ_WITHIN_SECONDS && perSecond < readPerSecond / 10) {
    return drain('keeping_up', null, windowMs);
  }
  if (perSecond >= 0) return drain('never', null, windowMs);
  if (lag.quality === 'at_least') {
    return drain('unknown', null, windowMs, 'It shrinks, but how much waits is known only in part');
  }
  return drain('draining', Math.round((lag.value / -perSecond) * 1000), windowMs);
}

function drain(
  status: DrainForecast['status'],
  inMs: number | null = null,
  windowMs: number | null = null,
  reason: string | null = null,
): DrainForecast {
  return { status, in_ms: inMs, window_ms: windowMs, reason };
}
