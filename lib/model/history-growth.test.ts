import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grown, knownUntil } from './history-growth';
import type { GroupPoint, HistoryPoint } from './history-point';
import type { HistoryAnswer } from './history-query';
import { groupsIn, resolutionFor, seriesOf, slotsOf } from './history-series';
import { tierFor } from './history-tiers';

const SPAN_MS = 120_000;
const START_MS = 1_700_000_000_000;

function group(lag: number): GroupPoint {
  return {
    ...{ lag, lagMin: lag, lagMax: lag, quality: 'exact', pending: 0, pendingMax: 0 },
    ...{ lost: 0, entriesRead: null, behindMs: null },
  };
}

/** Samples of a stream with groups that come and go, and gaps. */
const pasts: fc.Arbitrary<HistoryPoint[]> = fc
  .array(
    fc.record({
      waitMs: fc.constantFrom(1_000, 1_000, 1_000, 4_000, 30_000),
      groups: fc.subarray(['a', 'b', 'c']),
      added: fc.nat(20),
    }),
    { minLength: 2, maxLength: 80 },
  )
  .map((steps) => {
    let atMs = START_MS;
    let entriesAdded = 0;
    return steps.map(({ waitMs, groups, added }) => {
      atMs += waitMs;
      entriesAdded += added;
      const length = added;
      return {
        ...{ atMs, everyMs: 1_000 },
        stream: { length, lengthMin: length, lengthMax: length, entriesAdded, memoryBytes: null },
        groups: new Map(groups.map((name) => [name, group(added)])),
      };
    });
  });

/** As the API answers at a moment. */
function answerAt(points: HistoryPoint[], toMs: number, sinceMs: number | null): HistoryAnswer {
  const time = { fromMs: toMs - SPAN_MS, toMs, pointsMax: 40, tier: tierFor(toMs, toMs) };
  const slots = [
    ...slotsOf(
      points.filter(({ atMs }) => atMs <= toMs),
      resolutionFor(time),
    ),
  ];
  const shown = slots.filter(({ startMs }) => startMs >= (sinceMs ?? time.fromMs));
  const groups = groupsIn(shown);
  return {
    ...{ stream: 's', groups, from: time.fromMs, to: toMs, tier: '1s' },
    resolution_ms: resolutionFor(time),
    history: {
      ...{ configured: 'redis', stored_in: 'redis', writer: true, since: '', reason: null },
    },
    points: [...seriesOf(slots, { ...time, sinceMs, groups })],
  };
}

/** Values by group's name, without gaps that nothing stands before. */
function told({ points, groups }: HistoryAnswer) {
  const first = points.findIndex(({ stream }) => stream !== null);
  return points.slice(Math.max(first, 0)).map(({ at, stream, groups: values }) => ({
    ...{ at, stream },
    groups: Object.fromEntries(
      groups.flatMap((name, place) => (values[place] ? [[name, values[place]]] : [])),
    ),
  }));
}

describe('what is known, with what came since', () => {
  it('is what a whole answer says', () => {
    fc.assert(
      fc.property(pasts, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), (points, cuts) => {
        const last = points.length - 1;
        const moments = [...cuts.map((cut) => cut % points.length), last].sort((a, b) => a - b);
        let known = answerAt(points, points[moments[0] ?? 0]?.atMs ?? 0, null);
        for (const moment of moments.slice(1)) {
          const toMs = points[moment]?.atMs ?? 0;
          const news = answerAt(points, toMs, knownUntil(known));
          known = grown(known, news) ?? answerAt(points, toMs, null);
          expect(told(known)).toEqual(told(answerAt(points, toMs, null)));
        }
      }),
    );
  });

  it('does not fit where the past is another than it was', () => {
    fc.assert(
      fc.property(pasts, (points) => {
        const toMs = points.at(-1)?.atMs ?? 0;
        const known = answerAt(points, toMs, null);
        const emptied = { ...known, points: [] };
        expect(grown(known, emptied)).toBeNull();
        expect(grown(emptied, known)).toBeNull();
        expect(grown(known, { ...known, resolution_ms: 1 })).toBeNull();
        const moved = known.points.map((point) => ({ ...point, at: point.at + 1 }));
        expect(grown(known, { ...known, points: moved })).toBeNull();
      }),
    );
  });
});
