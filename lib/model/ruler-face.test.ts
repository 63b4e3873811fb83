import { describe, expect, it } from 'vitest';
import type { Lag } from './lag';
import { rulerOf } from './ruler';
import { endTimes, LABEL_ROWS, rulerFace } from './ruler-face';
import type { RulerTone } from './ruler-tone';

const lag = (value: number, lost = 0): Lag => ({
  value,
  quality: 'exact',
  reason: null,
  lost,
  behind_ms: value === 0 ? null : 60_000,
});
const stream = (...groups: [name: string, left: number, lost?: number][]) => ({
  length: 1000,
  first_entry: '1000-0',
  last_entry: '1999-0',
  groups: groups.map(([name, left, lost]) => ({
    name,
    last_delivered_id: `${1999 - left}-0`,
    lag: lag(left, lost),
  })),
});
const face = (
  given: ReturnType<typeof stream>,
  widthPx: number,
  {
    tones = {},
    highlight = null,
  }: { tones?: Record<string, RulerTone>; highlight?: string | null } = {},
) =>
  rulerFace(given, rulerOf(given), { widthPx, tones: new Map(Object.entries(tones)), highlight });

describe('marks', () => {
  it('say the name and how far behind, and together how many', () => {
    const { marks } = face(stream(['a', 500], ['b', 0], ['c', 0]), 960);
    expect(marks.map(({ title, detail }) => [title, detail])).toEqual([
      ['a', '500 behind · 1 min'],
      ['2 at the head', 'b, c'],
    ]);
    expect(marks.every(({ label }) => label !== null)).toBe(true);
  });

  it('merge sooner where it is narrow', () => {
    const given = stream(['a', 500], ['b', 470], ['c', 0]);
    expect(face(given, 960).marks).toHaveLength(3);
    expect(face(given, 272).marks.map(({ title }) => title)).toEqual(['2 close together', 'c']);
  });

  it('take the worst tone of those that stand there', () => {
    const { marks } = face(stream(['a', 0], ['b', 0]), 960, { tones: { b: 'bad' } });
    expect(marks[0]?.tone).toBe('bad');
  });

  it('where labels are too many, trouble and the one asked for keep theirs', () => {
    const names = Array.from({ length: 18 }, (_, n): [string, number] => [
      `group-number-${n}`,
      n * 55,
    ]);
    const { marks } = face(stream(...names), 272, {
      tones: { 'group-number-9': 'bad' },
      highlight: 'group-number-5',
    });
    const labelOf = (name: string) =>
      marks.find(({ cursors }) => cursors.some(({ group }) => group.name === name))?.label;
    expect(labelOf('group-number-9')).not.toBeNull();
    expect(labelOf('group-number-5')).not.toBeNull();
    expect(marks.some(({ label }) => label === null)).toBe(true);
    for (const { label } of marks) expect(label?.row ?? 0).toBeLessThan(LABEL_ROWS);
  });
});

it('room for what was lost is made only where something was', () => {
  const kept = face(stream(['a', 0]), 960);
  const lost = face({ ...stream(['a', 1000, 5]), first_entry: '1500-0' }, 960);
  expect(lost.leftPx).toBeGreaterThan(kept.leftPx);
});

it('marks of the scale keep clear of the words at its ends', () => {
  for (const widthPx of [272, 640, 960]) {
    const { graduations, leftPx, rightPx } = face(stream(['a', 0]), widthPx);
    const trackPx = widthPx - leftPx - rightPx;
    for (const { at } of graduations) {
      expect(at * trackPx).toBeGreaterThan(120);
      expect((1 - at) * trackPx).toBeGreaterThan(120);
    }
  }
});

describe('the times of the ends', () => {
  const day = Date.UTC(2026, 1, 1, 13, 0, 5);
  it.each([
    [`${day}-0`, `${day + 3_600_000}-0`, '13:00:05', '14:00:05'],
    [`${day}-0`, `${day + 86_400_000}-0`, '2026-02-01 13:00', '2026-02-02 13:00'],
    [`${day}-0`, '18446744073709551615-0', '2026-02-01 13:00', null],
    [null, null, null, null],
  ])('%s to %s', (first_entry, last_entry, first, last) => {
    expect(endTimes({ first_entry, last_entry })).toEqual({ first, last });
  });
});

it('the ends are told by the clocks of a zone', () => {
  const ends = { first_entry: '1767220200000-0', last_entry: '1767225600000-0' };
  expect(endTimes(ends)).toEqual({ first: '2025-12-31 22:30', last: '2026-01-01 00:00' });
  expect(endTimes(ends, 'Asia/Kolkata')).toEqual({ first: '04:00:00', last: '05:30:00' });
});
