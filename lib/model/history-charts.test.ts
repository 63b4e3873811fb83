import { describe, expect, it } from 'vitest';
import type { ChartData } from './chart-data';
import type { EventCountsAnswer } from './event-counts';
import {
  eventsChart,
  flowChart,
  type GroupFigure,
  groupChart,
  lengthChart,
  recentChart,
} from './history-charts';
import type { HistoryAnswer } from './history-query';
import type { HistoryGroupValues, HistoryStreamValues } from './history-series';

const stream: HistoryStreamValues = {
  ...{ length: 41, length_min: 40, length_max: 44, in_per_second: 1.5, memory_bytes: 5_012 },
};
const group: HistoryGroupValues = {
  ...{ lag: 3, lag_min: 0, lag_max: 9, lag_quality: 'at_least', pending: 2, pending_max: 5 },
  ...{ lost: 7, out_per_second: 1.2, behind_ms: 840 },
};
const answer: HistoryAnswer = {
  ...{ stream: 's', groups: ['a', 'b'], from: 0, to: 9_000, tier: '1s', resolution_ms: 3_000 },
  history: {
    ...{ configured: 'redis', stored_in: 'redis', writer: true, since: '', reason: null },
  },
  points: [
    { at: 0, stream, groups: [group, null] },
    { at: 3_000, stream: null, groups: [null, null] },
    { at: 6_000, stream, groups: [{ ...group, lag: 0, behind_ms: null }, group] },
  ],
};
const values = ({ rows }: ChartData) => rows.map(({ cells }) => cells.map((c) => c?.value ?? null));
const figure = (of: GroupFigure) => groupChart(answer, ['b', 'a'], of);

describe('charts of an answer', () => {
  it('have its time, its gaps, and a series a group in the order asked for', () => {
    const chart = figure('lag');
    expect(chart).toMatchObject({ fromMs: 0, toMs: 9_000, stepMs: 3_000 });
    expect(chart.series).toEqual([
      { label: 'b', tone: 2 },
      { label: 'a', tone: 3 },
    ]);
    expect(chart.rows.map(({ at, isGap }) => [at, isGap])).toEqual([
      ...[
        [0, false],
        [3_000, true],
        [6_000, false],
      ],
    ]);
    expect(values(chart)).toEqual([
      [null, 3],
      [null, null],
      [3, 0],
    ]);
    expect(chart.rows[0]?.cells[1]).toEqual({ value: 3, low: 0, high: 9, quality: 'at_least' });
  });

  it('show pending with its most, deliveries, losses, and the length with its extremes', () => {
    expect(figure('pending').rows[0]?.cells[1]).toMatchObject({ value: 2, low: 2, high: 5 });
    expect(values(figure('out'))[0]).toEqual([null, 1.2]);
    expect(values(figure('lost'))[0]).toEqual([null, 7]);
    expect(lengthChart(answer).rows[0]?.cells).toMatchObject([{ value: 41, low: 40, high: 44 }]);
    expect(values(flowChart(answer, ['a']))).toEqual([
      [1.5, 1.2],
      [null, null],
      [1.5, 1.2],
    ]);
    expect(flowChart(answer, ['a']).series.map(({ label }) => label)).toEqual(['in', 'out: a']);
  });

  it('are nothing behind where nothing is undelivered, and unknown where that is', () => {
    expect(values(figure('behind')).at(-1)).toEqual([840, 0]);
    const unknown = { ...group, lag: null, behind_ms: null };
    const chart = groupChart(
      { ...answer, points: [{ at: 0, stream, groups: [unknown, null] }] },
      ['a'],
      'behind',
    );
    expect(chart.rows[0]?.cells).toMatchObject([{ value: null, quality: 'unknown' }]);
  });

  it('have no line for a group nothing is kept of', () => {
    expect(values(groupChart(answer, ['gone'], 'lag'))).toEqual([[null], [null], [null]]);
  });
});

describe('events by type', () => {
  const counts: EventCountsAnswer = {
    ...{ stream: 's', group: 'g', from: 0, to: 150_000, resolution_ms: 60_000 },
    types: [
      { type: 'z', total: 5 },
      { type: 'a', total: 3 },
      { type: null, total: 1 },
    ],
    points: [
      { at: 0, counts: [2, 3, 1] },
      { at: 60_000, counts: null },
      { at: 120_000, counts: [3, 0, 0] },
    ],
    counted_since: null,
    counting: { configured: 'redis', stored_in: 'redis', since: '', reason: null },
  };

  it('stand as they are counted, a minute nobody counted as a gap', () => {
    const chart = eventsChart(counts);
    expect(values(chart)).toEqual([
      [2, 3, 1],
      [null, null, null],
      [3, 0, 0],
    ]);
    expect(chart.rows.map(({ isGap }) => isGap)).toEqual([false, true, false]);
    expect(chart.series.map(({ label }) => label)).toEqual(['z', 'a', 'other types']);
  });

  it('keep their colours while one overtakes another', () => {
    const tones = (of: EventCountsAnswer) =>
      Object.fromEntries(eventsChart(of).series.map(({ label, tone }) => [label, tone]));
    expect(tones(counts)).toEqual({ a: 1, z: 2, 'other types': 'rest' });
    expect(tones({ ...counts, types: [...counts.types].reverse() })).toEqual(tones(counts));
  });
});

describe('the last minutes', () => {
  it('are drawn from the second sample on', () => {
    const first = { from: 0, steps_ms: [], in_per_second: [1] };
    expect(recentChart(first)).toBeNull();
    const chart = recentChart({ ...first, steps_ms: [1_000, 1_000], in_per_second: [1, null, 3] });
    expect(chart).toMatchObject({ fromMs: 0, toMs: 2_000, stepMs: 1_000 });
    expect(chart && values(chart)).toEqual([[1], [null], [3]]);
  });
});
