/**
 * The value of `<input type="datetime-local" step="1">`, read and written as UTC, so that a form
 * means the same with scripts off, on the server and in every browser.
 */

/** `2026-11-22T14:03:07`; empty for what no date can hold. */
export function dateInputValue(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, -5);
}

/** Epoch milliseconds; null for an empty or impossible value. A zone, where given, is kept to. */
export function dateInputMs(value: string): number | null {
  const match = /^(\d{4,6}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?$/.exec(
    value,
  );
  if (!match) return null;
  const ms = Date.parse(`${match[1]}${match[2] ?? 'Z'}`);
  return Number.isFinite(ms) ? ms : null;
}
