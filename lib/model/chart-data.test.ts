import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barAt,
  type ChartData,
  type ChartRow,
  exactly,
  highest,
  highestSum,
  rowAt,
  rowFurther,
  sumUp,
  thinOut,
} from './chart-data';

const STEP = 1_000;

function chart(rows: ChartRow[]): ChartData {
  return { fromMs: 0, toMs: 1e9, stepMs: STEP, series: [{ label: 'a', tone: 1 }], rows };
}
const row = (at: number, value: number | null): ChartRow => ({
  ...{ at: at * STEP, isGap: false, cells: [exactly(value)] },
});
const gap = (at: number): ChartRow => ({ at: at * STEP, isGap: true, cells: [null] });

/** Rows of one series a step apart, some of them gaps. */
const charts = fc
  .array(fc.option(fc.integer({ min: -50, max: 1_000 }), { freq: 6 }), { maxLength: 1_500 })
  .map((values) =>
    chart(values.map((value, at) => (value === null ? gap(at) : row(at, Math.max(0, value))))),
  );
const limits = fc.integer({ min: 3, max: 300 });

describe('thinning out', () => {
  it('leaves at most so many rows, in order, and no extreme is lost', () => {
    fc.assert(
      fc.property(charts, limits, (data, max) => {
        const { rows } = thinOut(data, max);
        expect(rows.length).toBeLessThanOrEqual(max);
        for (const [at, { at: ms }] of rows.entries()) {
          expect(ms).toBeGreaterThan(rows[at - 1]?.at ?? -1);
        }
        const lows = (of: readonly ChartRow[]) =>
          of.flatMap(({ cells }) => cells.flatMap((cell) => cell?.low ?? []));
        expect(highest({ ...data, rows })).toBe(highest(data));
        expect(Math.min(...lows(rows))).toBe(Math.min(...lows(data.rows)));
      }),
    );
  });

  it('leaves a gap that ends a run where the run ends', () => {
    fc.assert(
      fc.property(charts, limits, (data, max) => {
        const last = data.rows.at(-1);
        expect(thinOut(data, max).rows.at(-1)?.isGap).toBe(last?.isGap);
      }),
    );
  });

  it('changes nothing where there are few enough', () => {
    const few = chart([row(0, 1), gap(1), row(5, 2)]);
    expect(thinOut(few)).toBe(few);
  });
});

describe('summing up', () => {
  it('keeps the sum, in steps as even as before', () => {
    fc.assert(
      fc.property(charts, limits, (data, max) => {
        const total = (of: readonly ChartRow[]) =>
          of.reduce((sum, { cells }) => sum + (cells[0]?.value ?? 0), 0);
        const { rows, stepMs } = sumUp(data, max);
        expect(total(rows)).toBe(total(data.rows));
        expect(rows.length).toBeLessThanOrEqual(max + 1);
        for (const { at } of rows) expect(at % stepMs).toBe(0);
      }),
    );
  });

  it('is a gap only where all are gaps', () => {
    const { rows } = sumUp(chart([gap(0), row(1, 2), gap(2), gap(3)]), 2);
    expect(rows).toEqual([
      { at: 0, isGap: false, cells: [exactly(2)] },
      { at: 2 * STEP, isGap: true, cells: [null] },
    ]);
  });

  it('of a row is the height of its bar', () => {
    const two = { at: 0, isGap: false, cells: [exactly(2), null, exactly(5)] };
    expect(highestSum({ ...chart([two]), series: [] })).toBe(7);
  });
});

describe('the row a moment points at', () => {
  const data = chart([row(0, 1), row(1, 2), gap(2), row(10, 3), row(12, 4)]);
  const at = (seconds: number) => rowAt(data, seconds * STEP)?.at ?? null;

  it('is the nearest, but in a gap the gap', () => {
    expect([at(0), at(0.4), at(0.6), at(1)]).toEqual([0, 0, 1_000, 1_000]);
    expect([at(2), at(5), at(9)]).toEqual([2_000, 2_000, 2_000]);
    expect(rowAt(data, 5 * STEP)?.isGap).toBe(true);
    expect([at(9.6), at(10), at(10.9), at(11.1)]).toEqual([10_000, 10_000, 10_000, 12_000]);
  });

  it('is none before the first and long behind the last', () => {
    expect([at(-0.4), at(-3), at(14), at(15)]).toEqual([0, null, 12_000, null]);
    expect(rowAt(chart([]), 5)).toBeNull();
  });

  it('of bars is the one it lies in', () => {
    const ats = [0, 0.9, 1, 2.5, 5].map((s) => barAt(data, s * STEP)?.at ?? null);
    expect(ats).toEqual([0, 0, 1_000, 2_000, null]);
  });

  it('moves by rows, and stops at either end', () => {
    const place = (from: number, by: number) => rowFurther(data, data.rows[from] ?? null, by);
    expect([place(1, 1), place(1, -1), place(4, 1), place(0, -10)]).toEqual([2, 0, 4, 0]);
    expect(place(2, Number.POSITIVE_INFINITY)).toBe(4);
    expect([rowFurther(data, null, -1), rowFurther(data, null, 1)]).toEqual([4, 4]);
    expect(rowFurther(chart([]), null, 1)).toBe(-1);
  });
});
