import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RulerCursor } from './ruler';
import { type LabelSpace, type LabelWish, mergeCursors, placeLabels } from './ruler-labels';

const cursor = (at: number): RulerCursor => ({
  group: {
    name: `at ${at}`,
    last_delivered_id: '1-0',
    lag: { value: 0, quality: 'exact', reason: null, lost: 0, behind_ms: null },
  },
  at,
  range: null,
});

describe('cursors too close to be told apart', () => {
  it('are one mark, where the rearmost of them stands', () => {
    const marks = mergeCursors([0, 0.5, 0.51, 0.53, 1, 1].map(cursor), 0.02);
    expect(marks.map((mark) => [mark.at, mark.cursors.length])).toEqual([
      [0, 1],
      [0.5, 2],
      [0.53, 1],
      [1, 2],
    ]);
  });

  it('marks stand apart, and none is left out, whatever their places', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(place),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        (places, apart) => {
          const cursors = places.toSorted((a, b) => a - b).map(cursor);
          const marks = mergeCursors(cursors, apart);
          expect(marks.flatMap((mark) => mark.cursors)).toEqual(cursors);
          for (const [index, mark] of marks.entries()) {
            const before = marks[index - 1];
            if (before) expect(mark.at - before.at).toBeGreaterThanOrEqual(apart);
            for (const { at } of mark.cursors) expect(at - mark.at).toBeLessThan(apart);
          }
        },
      ),
    );
  });
});

const SPACE: LabelSpace = { trackPx: 600, leftPx: 20, rightPx: 10, rowsMax: 3 };

describe('labels', () => {
  it('stand in the middle over their marks where there is room, and inside at the ends', () => {
    const places = placeLabels(
      [0, 0.5, 1].map((at) => ({ at, widthPx: 100, rank: 0 })),
      SPACE,
    );
    expect(places).toEqual([
      { row: 0, offsetPx: 20 },
      { row: 0, offsetPx: 50 },
      { row: 0, offsetPx: 90 },
    ]);
  });

  it('make room beside each other, then go up a row', () => {
    const places = placeLabels(
      [0.5, 0.52, 0.54].map((at) => ({ at, widthPx: 120, rank: 0 })),
      SPACE,
    );
    expect(places.every((place) => place !== null)).toBe(true);
    expect(new Set(places.map((place) => place?.row)).size).toBeGreaterThan(1);
  });

  it('the one that matters more is placed first; what does not fit is left out', () => {
    const space = { trackPx: 120, leftPx: 0, rightPx: 0, rowsMax: 1 };
    const wish = (rank: number) => ({ at: 0.5, widthPx: 100, rank });
    expect(placeLabels([wish(0), wish(1)], space)).toEqual([null, { row: 0, offsetPx: 50 }]);
  });

  it('one that is wider than all there is, is left out', () => {
    expect(placeLabels([{ at: 0.5, widthPx: 700, rank: 0 }], SPACE)).toEqual([null]);
  });

  const wishes = fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      widthPx: fc.integer({ min: 20, max: 180 }),
      rank: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 24 },
  );
  const space = fc.record({
    trackPx: fc.integer({ min: 200, max: 1200 }),
    leftPx: fc.integer({ min: 0, max: 80 }),
    rightPx: fc.integer({ min: 0, max: 40 }),
    rowsMax: fc.integer({ min: 1, max: 4 }),
  });

  /** The labels as they are drawn on a track that wide. */
  function draw(given: LabelWish[], within: LabelSpace, trackPx: number) {
    return placeLabels(given, within).flatMap((place, index) => {
      const wish = given[index];
      if (place === null || wish === undefined) return [];
      const x = wish.at * trackPx;
      const left = x - place.offsetPx;
      return [{ x, left, right: left + wish.widthPx, row: place.row }];
    });
  }

  it('never touch, leave their space or stand in the way, on a track that wide or wider', () => {
    fc.assert(
      fc.property(
        wishes,
        space,
        fc.double({ min: 1, max: 3, noNaN: true }),
        (given, within, factor) => {
          const trackPx = within.trackPx * factor;
          const labels = draw(given, within, trackPx);
          for (const [index, label] of labels.entries()) {
            expect(label.row).toBeLessThan(within.rowsMax);
            expect(label.left).toBeGreaterThanOrEqual(-within.leftPx - 1e-6);
            expect(label.right).toBeLessThanOrEqual(trackPx + within.rightPx + 1e-6);
            expect(label.x).toBeGreaterThanOrEqual(label.left);
            expect(label.x).toBeLessThanOrEqual(label.right);
            for (const other of labels.slice(index + 1)) {
              if (label.row === other.row) {
                expect(label.left >= other.right + 8 || other.left >= label.right + 8).toBe(true);
                continue;
              }
              const [low, high] = label.row < other.row ? [label, other] : [other, label];
              expect(high.x < low.left || high.x > low.right).toBe(true);
            }
          }
        },
      ),
    );
  });
});
