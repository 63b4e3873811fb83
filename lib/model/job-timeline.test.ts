import { expect, it } from 'vitest';
import type { WireEntry } from './entry';
import { beginsWithQueued, timelineOf } from './job-timeline';

const event = (id: string, type: string, data: string): WireEntry => ({
  id,
  fields: [
    ['type', type],
    ['job_id', 'j'],
    ['data', data],
  ],
});

it('has a step an event, with its progress and the time since the one before', () => {
  const steps = timelineOf([
    event('1000-0', 'ingestion.queued', '{"chunks_total":3}'),
    event('1250-0', 'ingestion.progress', '{"chunks_processed":1,"chunks_total":3,"note":"a"}'),
    event('1250-1', 'ingestion.progress', '{"chunks_processed":"x"}'),
  ]);
  expect(steps).toMatchObject([
    { id: '1000-0', sinceMs: null, chunksProcessed: null, chunksTotal: 3 },
    { id: '1250-0', sinceMs: 250, chunksProcessed: 1, chunksTotal: 3 },
    { id: '1250-1', sinceMs: 0, chunksProcessed: null, chunksTotal: null },
  ]);
  expect(steps[1]?.row.parts).toEqual([['note', 'a']]);
});

it('is whole at its beginning where that is its queueing', () => {
  expect(beginsWithQueued(timelineOf([event('1-0', 'ingestion.queued', '{}')]))).toBe(true);
  expect(beginsWithQueued(timelineOf([event('1-0', 'ingestion.started', '{}')]))).toBe(false);
  expect(beginsWithQueued([])).toBe(false);
});

it('takes an entry of any kind', () => {
  const bytes: WireEntry = { id: '1-0', fields: [[{ base64: '/w==' }, { base64: '/wA=' }]] };
  expect(timelineOf([bytes])).toMatchObject([{ id: '1-0', row: { type: null } }]);
});
