import { describe, expect, it } from 'vitest';
import type { WireEntry } from './entry';
import { jobCurveOf, jobCurvePaths } from './job-curve';
import { timelineOf } from './job-timeline';

const event = (id: string, type: string, data: object = {}): WireEntry => ({
  id,
  fields: [
    ['type', `ingestion.${type}`],
    ['job_id', 'j'],
    ['data', JSON.stringify(data)],
  ],
});
const curveOf = (...events: WireEntry[]) => jobCurveOf(timelineOf(events));
const progress = (id: string, done: number, total?: number) =>
  event(id, 'progress', { chunks_processed: done, ...(total ? { chunks_total: total } : {}) });

describe('the curve of a job', () => {
  it('begins with nothing where its queueing is among the events, and ends with the last of them', () => {
    const curve = curveOf(
      event('1000-0', 'queued', { chunks_total: 4 }),
      event('1500-0', 'started'),
      progress('2000-0', 1, 4),
      progress('3000-0', 4),
      event('5000-0', 'completed'),
    );
    expect(curve).toEqual({
      fromMs: 1000,
      toMs: 5000,
      points: [
        { atMs: 1000, done: 0, total: 4, share: 0 },
        { atMs: 2000, done: 1, total: 4, share: 0.25 },
        { atMs: 3000, done: 4, total: 4, share: 1 },
      ],
    });
  });

  it('begins with the first count where what was before is not there', () => {
    const curve = curveOf(
      event('1000-0', 'started'),
      progress('2000-0', 2, 4),
      progress('3000-0', 3),
    );
    expect(curve?.points.map(({ share }) => share)).toEqual([0.5, 0.75]);
    expect(curve?.fromMs).toBe(1000);
  });

  it('goes on to now while the job does: where nothing comes it lies flat', () => {
    const steps = timelineOf([progress('1000-0', 1, 4), progress('2000-0', 2)]);
    expect(jobCurveOf(steps, 9000)).toMatchObject({ fromMs: 1000, toMs: 9000 });
    // A writer's clock may be ahead of ours.
    expect(jobCurveOf(steps, 1500)).toMatchObject({ toMs: 2000 });
  });

  it('follows a total that changes, and never shows more than all of it', () => {
    const curve = curveOf(
      progress('1000-0', 1, 2),
      progress('2000-0', 3),
      progress('3000-0', 3, 6),
    );
    expect(curve?.points.map(({ share }) => share)).toEqual([0.5, 1, 0.5]);
  });

  it.each([
    ['there is no event', []],
    ['only one moment is told', [event('1-0', 'started'), progress('2-0', 1, 2)]],
    ['no total is told', [progress('1000-0', 1), progress('2000-0', 2)]],
    ['no time went by', [progress('1000-0', 1, 2), progress('1000-1', 2, 2)]],
  ])('is none where %s', (_, events) => expect(curveOf(...events)).toBeNull());
});

it('is drawn in steps: a count holds until the next one', () => {
  const curve = curveOf(
    event('0-1', 'queued', { chunks_total: 4 }),
    progress('1000-0', 2, 4),
    progress('3000-0', 4),
    event('4000-0', 'completed'),
  );
  expect(curve && jobCurvePaths(curve, { width: 400, height: 100 })).toEqual({
    line: 'M0 100H100V50H300V0H400',
    area: 'M0 100H100V50H300V0H400V100H0Z',
  });
});
