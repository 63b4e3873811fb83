import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoment, formatTick, formatTimeTick, timeTicks, valueTicks } from './chart-axis';
import type { TimeDisplay } from './time-display';

const units = fc.constantFrom('entries', 'per_second', 'duration_ms' as const);
const NOON = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('marks of values', () => {
  it('begin with 0, reach the highest value, and are at most five, evenly apart', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), units, (max, unit) => {
        const ticks = valueTicks(max, unit);
        const top = ticks.at(-1) ?? 0;
        expect(ticks[0]).toBe(0);
        expect(top).toBeGreaterThanOrEqual(max * (1 - 1e-9));
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        const step = ticks[1] ?? 0;
        for (const [at, tick] of ticks.entries()) expect(tick / step).toBeCloseTo(at, 6);
        if (unit === 'entries') expect(Number.isInteger(step)).toBe(true);
      }),
    );
  });

  it('are numbers a person counts in', () => {
    expect(valueTicks(0, 'entries')).toEqual([0, 1]);
    expect(valueTicks(3, 'entries')).toEqual([0, 1, 2, 3]);
    expect(valueTicks(11_800, 'entries')).toEqual([0, 5_000, 10_000, 15_000]);
    expect(valueTicks(0.4, 'per_second')).toEqual([0, 0.5]);
    expect(valueTicks(45_000, 'duration_ms')).toEqual([0, 15_000, 30_000, 45_000]);
    expect(valueTicks(5 * HOUR, 'duration_ms')).toEqual([0, 2 * HOUR, 4 * HOUR, 6 * HOUR]);
  });

  it('are written shortly', () => {
    expect([0, 250, 1_500, 2_000_000].map((value) => formatTick(value, 'entries'))).toEqual([
      ...['0', '250', '1.5K', '2M'],
    ]);
    expect([0, 20_000, HOUR].map((ms) => formatTick(ms, 'duration_ms'))).toEqual([
      ...['0', '20 s', '1 h'],
    ]);
  });
});

describe('marks of time', () => {
  it('are at most eight, within the time, at even times of the day', () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.integer({ min: 1_000, max: 8 * 24 * HOUR }), (from, span) => {
        const ticks = timeTicks(from, from + span);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const [at, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(from);
          expect(tick).toBeLessThanOrEqual(from + span);
          expect(tick - (ticks[at - 1] ?? tick)).toBe(
            at === 0 ? 0 : (ticks[1] ?? 0) - (ticks[0] ?? 0),
          );
        }
      }),
    );
  });

  it.each([
    { range: 15 * MINUTE, step: 2 * MINUTE },
    { range: HOUR, step: 10 * MINUTE },
    { range: 6 * HOUR, step: HOUR },
    { range: 24 * HOUR, step: 3 * HOUR },
    { range: 7 * 24 * HOUR, step: 24 * HOUR },
  ])('of $range ms stand $step ms apart', ({ range, step }) => {
    const [first = 0, second] = timeTicks(NOON - range + 7_000, NOON + 7_000);
    expect(second).toBe(first + step);
    expect(first % step).toBe(0);
  });

  it('name the clock, and a day by its date, in UTC', () => {
    expect(formatTimeTick(NOON)).toBe('12:00');
    expect(formatTimeTick(NOON + 30_000)).toBe('12:00:30');
    expect(formatTimeTick(NOON + 12 * HOUR)).toBe('Nov 23');
    expect(formatMoment(NOON + 7_000, 3_000, 15 * MINUTE)).toBe('12:00:07');
    expect(formatMoment(NOON + 7_000, 2_040_000, 7 * 24 * HOUR)).toBe('Nov 22 12:00');
  });

  it('stand at even times of the reader’s day, also where clocks are put forward', () => {
    const times: TimeDisplay = { mode: 'local', zone: 'Asia/Kolkata' };
    const ticks = timeTicks(NOON - 6 * HOUR, NOON, times);
    expect(ticks.map((tick) => formatTimeTick(tick, { times, toMs: NOON }))).toEqual([
      ...['12:00', '13:00', '14:00', '15:00', '16:00', '17:00'],
    ]);
    const berlin: TimeDisplay = { mode: 'local', zone: 'Europe/Berlin' };
    const march = Date.parse('2026-03-31T12:00:00Z');
    const days = timeTicks(march - 7 * 24 * HOUR, march, berlin);
    expect(days.map((tick) => formatTimeTick(tick, { times: berlin, toMs: march }))).toEqual([
      ...['Mar 25', 'Mar 26', 'Mar 27', 'Mar 28', 'Mar 29', 'Mar 30', 'Mar 31'],
    ]);
    expect(formatMoment(NOON, 60_000, 24 * HOUR, { times, toMs: NOON })).toBe('Nov 22 17:30');
  });

  it('are each one moment, evenly apart, in the hour that comes twice or is left out', () => {
    const times: TimeDisplay = { mode: 'local', zone: 'Europe/Berlin' };
    const ticksOf = (from: string, to: string) => {
      const toMs = Date.parse(to);
      const ticks = timeTicks(Date.parse(from), toMs, times);
      return {
        labels: ticks.map((tick) => formatTimeTick(tick, { times, toMs })),
        steps: new Set(ticks.slice(1).map((tick, at) => tick - (ticks[at] ?? 0))),
      };
    };
    expect(ticksOf('2026-10-25T01:20:00Z', '2026-10-25T01:35:00Z')).toEqual({
      labels: ['02:20', '02:22', '02:24', '02:26', '02:28', '02:30', '02:32', '02:34'],
      steps: new Set([2 * MINUTE]),
    });
    expect(ticksOf('2026-10-25T00:40:00Z', '2026-10-25T01:40:00Z')).toEqual({
      labels: ['02:40', '02:50', '02:00', '02:10', '02:20', '02:30', '02:40'],
      steps: new Set([10 * MINUTE]),
    });
    expect(ticksOf('2026-03-28T22:00:00Z', '2026-03-29T04:00:00Z')).toEqual({
      labels: ['23:00', 'Mar 29', '01:00', '03:00', '04:00', '05:00', '06:00'],
      steps: new Set([HOUR]),
    });
  });

  it('are one for two days of which clocks have left one out', () => {
    const times: TimeDisplay = { mode: 'local', zone: 'Pacific/Apia' };
    const to = Date.parse('2012-01-01T12:00:00Z');
    const ticks = timeTicks(to - 5 * 24 * HOUR, to, times);
    expect(new Set(ticks).size).toBe(ticks.length);
    expect(ticks.map((tick) => formatTimeTick(tick, { times, toMs: to }))).toContain('Dec 31');
  });

  it('are told from the end of the chart where times are relative', () => {
    const axis = { times: { mode: 'relative', zone: 'UTC' } as const, toMs: NOON + 7_000 };
    const ticks = timeTicks(NOON - 15 * MINUTE + 7_000, axis.toMs, axis.times);
    expect(ticks.map((tick) => formatTimeTick(tick, axis))).toEqual([
      ...['−14 min', '−12 min', '−10 min', '−8 min', '−6 min', '−4 min', '−2 min', 'now'],
    ]);
    expect(formatMoment(axis.toMs - 90_000, 3_000, 15 * MINUTE, axis)).toBe('1 min ago');
    expect(formatMoment(axis.toMs + 500, 3_000, 15 * MINUTE, axis)).toBe('now');
  });
});
