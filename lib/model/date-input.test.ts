import { describe, expect, it } from 'vitest';
import { dateInputMs, dateInputValue } from './date-input';

const MS = Date.UTC(2026, 10, 22, 14, 3, 7, 412);

describe('date inputs', () => {
  it('go there and back to the second, in UTC', () => {
    expect(dateInputValue(MS)).toBe('2026-11-22T14:03:07');
    expect(dateInputMs(dateInputValue(MS))).toBe(MS - 412);
  });

  it('read what browsers send: without seconds, with fractions', () => {
    expect(dateInputMs('2026-11-22T14:03')).toBe(Date.UTC(2026, 10, 22, 14, 3));
    expect(dateInputMs('2026-11-22T14:03:07.412')).toBe(MS);
  });

  it('keep to a zone that was written', () => {
    expect(dateInputMs('2026-11-22T15:03:07.412+01:00')).toBe(MS);
    expect(dateInputMs('2026-11-22T14:03:07.412Z')).toBe(MS);
  });

  it('refuse what is no moment, and are empty for one past the end of dates', () => {
    for (const text of ['', 'yesterday', '2026-13-40T99:00', '2026-11-22']) {
      expect(dateInputMs(text)).toBeNull();
    }
    expect(dateInputValue(1e20)).toBe('');
  });
});

it('in a zone that is named means a time of its clocks', () => {
  const ms = Date.parse('2026-07-01T10:00:00Z');
  expect(dateInputValue(ms, 'Europe/Berlin')).toBe('2026-07-01T12:00:00');
  expect(dateInputMs('2026-07-01T12:00:00', 'Europe/Berlin')).toBe(ms);
  expect(dateInputMs('2026-07-01T10:00:00Z', 'Europe/Berlin')).toBe(ms);
  expect(dateInputMs('2026-07-01T10:00:00', 'Nowhere/Town')).toBe(ms);
});
