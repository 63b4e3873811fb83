import { describe, expect, it } from 'vitest';
import type { Lag } from './lag';
import {
  labelWidthPx,
  lagLabel,
  lagSentence,
  lostLabel,
  markTitle,
  rulerSentence,
} from './ruler-words';

const lag = (over: Partial<Lag>): Lag => ({
  value: 6400,
  quality: 'exact',
  reason: null,
  lost: 0,
  behind_ms: 720_000,
  ...over,
});

it.each([
  [lag({}), '6,400 behind · 12 min', '6,400 behind, 12 min'],
  [lag({ quality: 'counted' }), '≈6,400 behind · 12 min', 'about 6,400 behind, 12 min'],
  [lag({ quality: 'at_least' }), '≥6,400 behind · 12 min', 'at least 6,400 behind, 12 min'],
  [lag({ value: null, quality: 'unknown', behind_ms: null }), 'lag not known', 'lag not known'],
  [lag({ value: 0, behind_ms: null }), 'nothing left to read', 'nothing left to read'],
  [lag({ lost: 190 }), '190 lost · 6,400 behind · 12 min', '6,400 behind, 12 min, 190 lost unread'],
])('%j', (given, label, sentence) => {
  expect(lagLabel(given)).toBe(label);
  expect(lagSentence(given)).toBe(sentence);
});

const cursor = (at: number, name = 'g') => ({
  group: { name, last_delivered_id: '1-0', lag: lag({}) },
  at,
  range: null,
});

it.each([
  [[0.4], null],
  [[1, 1, 1], '3 at the head'],
  [[0.96, 1], '2 near the head'],
  [[0.4, 0.41], '2 close together'],
])('a mark of cursors at %j: %s', (places, title) => {
  const cursors = places.map((at) => cursor(at));
  expect(markTitle({ at: places[0] ?? 0, cursors })).toBe(title);
});

it('what was lost', () => {
  expect(lostLabel({ entries: 190, groups: ['a'] })).toBe('190 lost (unread)');
  expect(lostLabel({ entries: 1190, groups: ['a', 'b'] })).toBe('up to 1,190 lost (unread)');
});

describe('a ruler in one sentence', () => {
  it.each([
    [[], 'No consumer group reads it.'],
    [[cursor(1, 'a')], 'a is at the head.'],
    [[cursor(1, 'a'), cursor(1, 'b')], 'All 2 groups are at the head.'],
    [[cursor(0.3, 'a')], 'Rearmost a: 6,400 behind, 12 min.'],
    [
      [cursor(0.3, 'a'), cursor(0.5, 'b'), cursor(1, 'c')],
      'Rearmost a: 6,400 behind, 12 min. 1 of 3 at the head.',
    ],
  ])('%#', (cursors, sentence) => {
    expect(rulerSentence(cursors)).toBe(sentence);
  });
});

it('wide letters are given more room', () => {
  expect(labelWidthPx('状态')).toBeGreaterThan(labelWidthPx('ab'));
});
