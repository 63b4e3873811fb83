/**
 * Stream entry ids: `<milliseconds>-<sequence>`, two unsigned 64-bit numbers.
 * They outgrow `number`, so they are kept as text and compared as text or BigInt.
 * Source: https://redis.io/docs/latest/develop/data-types/streams/#entry-ids
 */
export type EntryId = string;

/** The id before every entry: reading "after" it gives a stream from its first entry. */
export const ENTRY_ID_ZERO: EntryId = '0-0';

/** The highest number either part of an id can be. */
export const UINT64_MAX = 18_446_744_073_709_551_615n;
/** No entry has a higher one. */
export const ENTRY_ID_MAX: EntryId = `${UINT64_MAX}-${UINT64_MAX}`;
const ENTRY_ID = /^(\d{1,20})(?:-(\d{1,20}))?$/;
/** An id as Redis writes it, but for numbers of 20 digits: nothing is left to check. */
const CANONICAL = /^(?:0|[1-9]\d{0,18})-(?:0|[1-9]\d{0,18})$/;
/** Where the dash stands behind milliseconds as clocks tell them, 13 digits. */
const DASH_AT = 13;
const DASH = 45;

/**
 * Reads an id a person or a client wrote. `ms` alone means `ms-0`, as in XREAD.
 * Returns the canonical form, or null for what Redis would refuse.
 */
export function parseEntryId(text: string): EntryId | null {
  if (CANONICAL.test(text)) return text;
  const match = ENTRY_ID.exec(text);
  if (!match) return null;
  const milliseconds = BigInt(match[1] ?? '');
  const sequence = BigInt(match[2] ?? '0');
  if (milliseconds > UINT64_MAX || sequence > UINT64_MAX) return null;
  return `${milliseconds}-${sequence}`;
}

/** Orders two canonical ids: negative, zero or positive, as for `Array.sort`. */
export function compareEntryIds(a: EntryId, b: EntryId): number {
  if (a === b) return 0;
  // The text has the order of the numbers.
  if (a.length === b.length && a.charCodeAt(DASH_AT) === DASH && b.charCodeAt(DASH_AT) === DASH) {
    return a < b ? -1 : 1;
  }
  const dashA = a.indexOf('-');
  const dashB = b.indexOf('-');
  const byTime = compareDigits(a.slice(0, dashA), b.slice(0, dashB));
  return byTime !== 0 ? byTime : compareDigits(a.slice(dashA + 1), b.slice(dashB + 1));
}

/** Without leading zeros the longer run of digits is the larger number. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The id's time in epoch milliseconds; ids far in the future lose precision, not order. */
export function entryIdTimeMs(id: EntryId): number {
  return Number(id.slice(0, id.indexOf('-')));
}

/** The id's time as ISO 8601, or null where it lies past what a date can hold. */
export function entryIdTimestamp(id: EntryId): string | null {
  const time = new Date(entryIdTimeMs(id));
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** Milliseconds from the id's time to `nowMs`; 0 for an id from the future. */
export function entryIdAgeMs(id: EntryId, nowMs: number): number {
  return Math.max(0, nowMs - entryIdTimeMs(id));
}

/** The id just before: entries after it begin with `id`. Null before `0-0`. */
export function previousEntryId(id: EntryId): EntryId | null {
  const dash = id.indexOf('-');
  const milliseconds = BigInt(id.slice(0, dash));
  const sequence = BigInt(id.slice(dash + 1));
  if (sequence > 0n) return `${milliseconds}-${sequence - 1n}`;
  return milliseconds > 0n ? `${milliseconds - 1n}-${UINT64_MAX}` : null;
}

/** The id just after: entries from it on come after `id`. Null after the highest there is. */
export function nextEntryId(id: EntryId): EntryId | null {
  const dash = id.indexOf('-');
  const milliseconds = BigInt(id.slice(0, dash));
  const sequence = BigInt(id.slice(dash + 1));
  if (sequence < UINT64_MAX) return `${milliseconds}-${sequence + 1n}`;
  return milliseconds < UINT64_MAX ? `${milliseconds + 1n}-0` : null;
}
