import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatTime,
  fromWallClock,
  isZone,
  parseTimes,
  type TimeDisplay,
  timeHeading,
  timesText,
  timesWords,
  UTC_TIMES,
  wallClock,
  zoneLabel,
} from './time-display';

const NOON = Date.parse('2026-02-01T12:00:00.412Z');
const localIn = (zone: string): TimeDisplay => ({ mode: 'local', zone });
const RELATIVE: TimeDisplay = { mode: 'relative', zone: 'UTC' };

describe('a moment', () => {
  it.each([
    ['UTC', '2026-02-01 12:00:00.412', 'UTC'],
    ['Europe/Berlin', '2026-02-01 13:00:00.412', 'UTC+1'],
    ['America/New_York', '2026-02-01 07:00:00.412', 'UTC−5'],
    ['Asia/Kolkata', '2026-02-01 17:30:00.412', 'UTC+5:30'],
    ['Asia/Kathmandu', '2026-02-01 17:45:00.412', 'UTC+5:45'],
    ['Pacific/Kiritimati', '2026-02-02 02:00:00.412', 'UTC+14'],
    ['Pacific/Marquesas', '2026-02-01 02:30:00.412', 'UTC−9:30'],
  ])('in %s is %s, %s', (zone, wall, label) => {
    expect(formatTime(NOON, 'full', localIn(zone), 0)).toBe(wall);
    expect(formatTime(NOON, 'time-ms', localIn(zone), 0)).toBe(wall.slice(11));
    expect(formatTime(NOON, 'time', localIn(zone), 0)).toBe(wall.slice(11, 19));
    expect(zoneLabel(NOON, localIn(zone))).toBe(label);
  });

  it('in UTC is the same whatever the zone', () => {
    expect(formatTime(NOON, 'full', UTC_TIMES, 0)).toBe('2026-02-01 12:00:00.412');
    expect(zoneLabel(NOON, UTC_TIMES)).toBe('UTC');
  });

  it.each([
    [0, 'now'],
    [999, 'now'],
    [12_300, '12 s ago'],
    [7 * 60_000, '7 min ago'],
    [26 * 3_600_000, '1 d 2 h ago'],
    [-3_000, 'in 3 s'],
  ])('%i ms ago is %s', (agoMs, words) => {
    expect(formatAgo(NOON - agoMs, NOON)).toBe(words);
    expect(formatTime(NOON - agoMs, 'full', RELATIVE, NOON)).toBe(words);
    expect(zoneLabel(NOON, RELATIVE)).toBe('');
  });

  it('at the ends of what a date can hold is told all the same', () => {
    expect(wallClock(8.64e15, 'Asia/Kolkata')).toBe('+275760-09-13T00:00:00.000');
    expect(wallClock(-8.64e15, 'America/New_York')).toMatch(/^-271821-04-/);
    expect(wallClock(0, 'Nowhere/Town')).toBe('1970-01-01T00:00:00.000');
  });
});

describe('where clocks are put forward and back', () => {
  const at = (iso: string, zone: string) => wallClock(Date.parse(iso), zone).slice(11, 16);

  it('in Berlin an hour is left out, and one comes twice', () => {
    expect(at('2026-03-29T00:59:59Z', 'Europe/Berlin')).toBe('01:59');
    expect(at('2026-03-29T01:00:00Z', 'Europe/Berlin')).toBe('03:00');
    expect(at('2026-10-25T00:30:00Z', 'Europe/Berlin')).toBe('02:30');
    expect(at('2026-10-25T01:30:00Z', 'Europe/Berlin')).toBe('02:30');
    expect(zoneLabel(Date.parse('2026-10-25T00:30:00Z'), localIn('Europe/Berlin'))).toBe('UTC+2');
    expect(zoneLabel(Date.parse('2026-10-25T01:30:00Z'), localIn('Europe/Berlin'))).toBe('UTC+1');
  });

  it('on Lord Howe Island it is half an hour', () => {
    expect(at('2026-04-04T14:59:00Z', 'Australia/Lord_Howe')).toBe('01:59');
    expect(at('2026-04-04T15:00:00Z', 'Australia/Lord_Howe')).toBe('01:30');
  });

  it('a time that comes twice means the first; one that is left out, as far past the gap', () => {
    const wall = (text: string) => fromWallClock(Date.parse(`${text}Z`), 'Europe/Berlin');
    expect(new Date(wall('2026-10-25T02:30:00')).toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(new Date(wall('2026-03-29T02:30:00')).toISOString()).toBe('2026-03-29T01:30:00.000Z');
    expect(new Date(wall('2026-07-01T12:00:00')).toISOString()).toBe('2026-07-01T10:00:00.000Z');
  });

  it('what a clock shows leads back to a moment at which it shows that', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
    const moments = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2037, 0) });
    fc.assert(
      fc.property(moments, fc.constantFrom(...zones), (atMs, zone) => {
        const shown = wallClock(atMs, zone);
        expect(wallClock(fromWallClock(Date.parse(`${shown}Z`), zone), zone)).toBe(shown);
      }),
    );
  });
});

describe('the cookie', () => {
  it.each([UTC_TIMES, RELATIVE, localIn('Asia/Kolkata')])('keeps %o', (display) => {
    expect(parseTimes(timesText(display))).toEqual(display);
  });

  it.each([undefined, '', 'local:', 'local:Nowhere/Town', 'local:<b>', 'x'])(
    'of %j is UTC',
    (text) => expect(parseTimes(text)).toEqual(UTC_TIMES),
  );
});

it('a zone is one that clocks know', () => {
  expect(isZone('Europe/Berlin')).toBe(true);
  expect(isZone('Europe/Atlantis')).toBe(false);
  expect(isZone('')).toBe(false);
});

it('a column says whose time it has', () => {
  expect(timeHeading(UTC_TIMES)).toBe('Time, UTC');
  expect(timeHeading(localIn('Asia/Kolkata'))).toBe('Time, local');
  expect(timeHeading(RELATIVE)).toBe('Time');
  expect(timesWords(localIn('Asia/Kolkata'))).toBe('times in Asia/Kolkata');
  expect(timesWords(RELATIVE)).toBe('relative times');
});
