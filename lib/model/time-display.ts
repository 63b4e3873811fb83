import { formatDuration } from './duration';

export const TIME_MODES = ['utc', 'local', 'relative'] as const;

export type TimeMode = (typeof TIME_MODES)[number];

/** How times are shown. `zone` is an IANA name: that of the reader where `mode` is `local`, else UTC. */
export interface TimeDisplay {
  mode: TimeMode;
  zone: string;
}

export const UTC_TIMES: TimeDisplay = { mode: 'utc', zone: 'UTC' };

/** The cookie that brings the choice, and the reader's zone, to the server. */
export const TIMES_COOKIE = 'times';

/** How much of a moment: `14:03:07`, `14:03:07.412`, `2026-02-01 14:03:07.412`. */
export type TimeDetail = 'time' | 'time-ms' | 'full';

const LOCAL = 'local:';
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Clocks are put forward and back at such times only. */
const QUARTER_MS = 15 * MINUTE_MS;
const OFFSETS_KEPT_MAX = 1_000;

/** What the cookie says; UTC for none, and for a zone nobody knows. */
export function parseTimes(value: string | undefined): TimeDisplay {
  if (value === 'relative') return { mode: 'relative', zone: 'UTC' };
  const zone = value?.startsWith(LOCAL) ? value.slice(LOCAL.length) : '';
  return isZone(zone) ? { mode: 'local', zone } : UTC_TIMES;
}

/** What the cookie is to say; `parseTimes` reads it back. */
export function timesText({ mode, zone }: TimeDisplay): string {
  return mode === 'local' ? LOCAL + zone : mode;
}

export function isZone(zone: string): boolean {
  return zone !== '' && clockOf(zone) !== null;
}

/** A moment as clocks of a zone show it: `2026-02-01T14:03:07.412`, with no zone at its end. */
export function wallClock(atMs: number, zone: string): string {
  const shifted = new Date(atMs + zoneOffsetMs(zone, atMs));
  const date = Number.isNaN(shifted.getTime()) ? new Date(atMs) : shifted;
  return date.toISOString().slice(0, -1);
}

/**
 * The moment when clocks of a zone show a time, given as if it were UTC. Of a time that comes twice
 * it is the first; of one that is left out, when clocks have gone as far past the gap.
 */
export function fromWallClock(wallMs: number, zone: string): number {
  const before = wallMs - zoneOffsetMs(zone, wallMs - DAY_MS);
  if (before + zoneOffsetMs(zone, before) === wallMs) return before;
  const after = wallMs - zoneOffsetMs(zone, wallMs + DAY_MS);
  return after + zoneOffsetMs(zone, after) === wallMs ? after : before;
}

const DAY_MS = 24 * 60 * MINUTE_MS;

/** A moment as the reader wants to see it; `nowMs` is what relative times count from. */
export function formatTime(
  atMs: number,
  detail: TimeDetail,
  { mode, zone }: TimeDisplay,
  nowMs: number,
): string {
  if (mode === 'relative') return formatAgo(atMs, nowMs);
  const wall = wallClock(atMs, zone).replace('T', ' ');
  if (detail === 'full') return wall;
  const clock = wall.slice(wall.indexOf(' ') + 1);
  return detail === 'time' ? clock.slice(0, 8) : clock;
}

/** `12 s ago`, `now`, `in 3 min`. */
export function formatAgo(atMs: number, nowMs: number): string {
  const agoMs = nowMs - atMs;
  if (Math.abs(agoMs) < SECOND_MS) return 'now';
  return agoMs > 0 ? `${formatDuration(agoMs)} ago` : `in ${formatDuration(-agoMs)}`;
}

/** What stands after a time so that it is one moment: `UTC`, `UTC+5:30`; empty for relative ones. */
export function zoneLabel(atMs: number, { mode, zone }: TimeDisplay): string {
  if (mode === 'relative') return '';
  const minutes = mode === 'utc' ? 0 : Math.round(zoneOffsetMs(zone, atMs) / MINUTE_MS);
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const sign = minutes < 0 ? '−' : '+';
  return `UTC${sign}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** What a column of times is called. */
export function timeHeading({ mode }: TimeDisplay): string {
  return { utc: 'Time, UTC', local: 'Time, local', relative: 'Time' }[mode];
}

/** The same in a sentence. */
export function timesWords({ mode, zone }: TimeDisplay): string {
  return mode === 'relative' ? 'relative times' : `times in ${zone}`;
}

const clocks = new Map<string, Intl.DateTimeFormat | null>();
const offsets = new Map<string, number>();

/** How far clocks of a zone are ahead of UTC at a moment, milliseconds; 0 for a zone nobody knows. */
export function zoneOffsetMs(zone: string, atMs: number): number {
  if (zone === 'UTC') return 0;
  const quarter = Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = readOffsetMs(zone, quarter);
  if (offsets.size >= OFFSETS_KEPT_MAX) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

function readOffsetMs(zone: string, atMs: number): number {
  const date = new Date(atMs);
  const clock = clockOf(zone);
  if (clock === null || Number.isNaN(date.getTime())) return 0;
  const parts = new Map(clock.formatToParts(date).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const wall = Date.UTC(
    ...([part('year'), part('month') - 1, part('day')] as const),
    ...([part('hour'), part('minute'), part('second')] as const),
  );
  return Number.isNaN(wall) || parts.get('era') === 'BC' ? 0 : wall - atMs;
}

function clockOf(zone: string): Intl.DateTimeFormat | null {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = makeClock(zone);
    if (clocks.size < OFFSETS_KEPT_MAX) clocks.set(zone, clock);
  }
  return clock;
}

function makeClock(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...({ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' } as const),
      ...({ era: 'short', year: 'numeric', month: 'numeric', day: 'numeric' } as const),
      ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
    });
  } catch {
    return null;
  }
}
