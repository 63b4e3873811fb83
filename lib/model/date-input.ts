import { fromWallClock, wallClock } from './time-display';

/**
 * The value of `<input type="datetime-local" step="1">`, read and written in UTC or in a zone that is
 * named, so that a form means the same with scripts off, on the server and in every browser.
 */

/** `2026-11-22T14:03:07`; empty for what no date can hold. */
export function dateInputValue(ms: number, zone = 'UTC'): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : wallClock(ms, zone).slice(0, -4);
}

/** Epoch milliseconds; null for an empty or impossible value. A zone, where given, is kept to. */
export function dateInputMs(value: string, zone = 'UTC'): number | null {
  const match = /^(\d{4,6}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?$/.exec(
    value,
  );
  if (!match) return null;
  const ms = Date.parse(`${match[1]}${match[2] ?? 'Z'}`);
  if (!Number.isFinite(ms)) return null;
  return match[2] === undefined ? fromWallClock(ms, zone) : ms;
}

/** A `to` of 14:03:07 means to the end of that second. */
const REST_OF_SECOND_MS = 999;

/**
 * Puts epoch milliseconds for a form's `from` and `to`. A form writes times without a zone: they
 * mean the one in `zone` beside them, or UTC.
 */
export function rewriteTimeRange(params: URLSearchParams): void {
  rewriteTime(params, 'from', 0);
  rewriteTime(params, 'to', REST_OF_SECOND_MS);
}

function rewriteTime(params: URLSearchParams, name: string, restMs: number): void {
  const text = params.get(name) ?? '';
  const ms = dateInputMs(text, params.get('zone') ?? 'UTC');
  if (ms !== null) params.set(name, String(text.includes('.') ? ms : ms + restMs));
}
