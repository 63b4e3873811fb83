/** Times for people. `utc` is what a page can say before it knows where its reader is. */
export type TimeZoneChoice = 'utc' | 'local';

/** `14:03:07.412`, or null past what a date can hold. */
export function clockTime(ms: number, zone: TimeZoneChoice): string | null {
  const parts = timeParts(ms, zone);
  return parts?.clock ?? null;
}

/** `2026-11-22 14:03:07.412`, or null past what a date can hold. */
export function calendarTime(ms: number, zone: TimeZoneChoice): string | null {
  const parts = timeParts(ms, zone);
  return parts && `${parts.day} ${parts.clock}`;
}

/** The value of `<input type="datetime-local" step="1">`: `2026-11-22T14:03:07`. */
export function dateInputValue(ms: number, zone: TimeZoneChoice): string {
  const parts = timeParts(ms, zone);
  return parts ? `${parts.day}T${parts.clock.slice(0, 8)}` : '';
}

/** What such an input means, in epoch milliseconds; null for an empty or impossible one. */
export function dateInputMs(value: string, zone: TimeZoneChoice): number | null {
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value)) return null;
  const ms = Date.parse(zone === 'utc' ? `${value}Z` : value);
  return Number.isFinite(ms) ? ms : null;
}

function timeParts(ms: number, zone: TimeZoneChoice): { day: string; clock: string } | null {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return null;
  const shifted =
    zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  if (Number.isNaN(shifted.getTime())) return null;
  const iso = shifted.toISOString();
  const t = iso.indexOf('T');
  return { day: iso.slice(0, t), clock: iso.slice(t + 1, -1) };
}
