import { describe, expect, it } from 'vitest';
import { calendarTime, clockTime, dateInputMs, dateInputValue } from './clock-time';

const MS = Date.UTC(2026, 10, 22, 14, 3, 7, 412);

describe('clock times', () => {
  it('says UTC to the millisecond', () => {
    expect(clockTime(MS, 'utc')).toBe('14:03:07.412');
    expect(calendarTime(MS, 'utc')).toBe('2026-11-22 14:03:07.412');
  });

  it('says local time as the clock on the wall does', () => {
    const wall = new Date(MS);
    const hours = String(wall.getHours()).padStart(2, '0');
    const minutes = String(wall.getMinutes()).padStart(2, '0');
    expect(clockTime(MS, 'local')).toBe(`${hours}:${minutes}:07.412`);
  });

  it('has no words for an id from past the end of dates', () => {
    expect(clockTime(1e20, 'utc')).toBeNull();
    expect(calendarTime(Number.NaN, 'local')).toBeNull();
  });

  it('goes to a date input and back, in either zone', () => {
    for (const zone of ['utc', 'local'] as const) {
      expect(dateInputMs(dateInputValue(MS, zone), zone)).toBe(MS - 412);
    }
    expect(dateInputMs('2026-11-22T14:03', 'utc')).toBe(Date.UTC(2026, 10, 22, 14, 3));
  });

  it('refuses what no date input gives', () => {
    for (const text of ['', 'yesterday', '2026-13-40T99:00', '2026-11-22']) {
      expect(dateInputMs(text, 'utc')).toBeNull();
    }
  });
});
