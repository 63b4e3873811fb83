import { describe, expect, it } from 'vitest';
import { JOB_HASH_LIFETIME_MS, type KnownJobState } from '@/lib/model/job';
import type { JobHashReading } from '@/lib/model/job-hash';
import { JobIndex } from './job-index';

const T0 = Date.UTC(2026, 1, 1, 12);
const absent: JobHashReading = { state: 'absent', values: [], expiresInMs: null };
const here: JobHashReading = { state: 'here', values: [], expiresInMs: 60_000 };

function add(index: JobIndex, jobId: string, state: KnownJobState | null, afterMs = 0) {
  const nothing = { chunksProcessed: null, chunksTotal: null, error: null };
  index.add({ id: `${T0 + afterMs}-0`, jobId, type: 'a.b', state, ...nothing });
}

describe('which hashes are read next', () => {
  it('those first that were never read, then the oldest readings, so many at a time', () => {
    const index = new JobIndex();
    for (const jobId of ['a', 'b', 'c']) add(index, jobId, 'processing');
    index.noteHash('b', here, T0 - 20_000);
    index.noteHash('a', here, T0 - 10_000);
    expect(index.hashesDue(T0, 10)).toEqual(['c', 'b', 'a']);
    expect(index.hashesDue(T0, 2)).toEqual(['c', 'b']);
  });

  it('one that may still go on soon, one that has ended or expired seldom', () => {
    const index = new JobIndex();
    add(index, 'going', 'processing');
    add(index, 'done', 'completed');
    add(index, 'expired', 'processing', -JOB_HASH_LIFETIME_MS);
    index.noteHash('going', absent, T0);
    index.noteHash('done', here, T0);
    index.noteHash('expired', absent, T0);
    expect(index.hashesDue(T0 + 1_000, 10)).toEqual([]);
    expect(index.hashesDue(T0 + 10_000, 10)).toEqual(['going']);
    expect(index.hashesDue(T0 + 3_600_000, 10)).toEqual(['going', 'done', 'expired']);
  });

  it('one that has ended once more when an event came since', () => {
    const index = new JobIndex();
    add(index, 'done', 'processing');
    index.noteHash('done', here, T0);
    add(index, 'done', 'completed', 1_000);
    expect(index.hashesDue(T0 + 10_000, 10)).toEqual(['done']);
  });
});

describe('what is a job', () => {
  it('one of which a hash or an event tells, and no key that is something else', () => {
    const index = new JobIndex();
    add(index, 'by-event', 'queued');
    for (const jobId of ['by-hash', 'no-hash', 'unread']) index.found(jobId);
    index.noteHash('by-hash', here, T0);
    index.noteHash('no-hash', { ...absent, state: 'wrong_type' }, T0);
    const ids = index.summaries(T0).map(({ job_id }) => job_id);
    expect(ids).toEqual(['by-event', 'by-hash']);
  });

  it('no key that holds something else: it takes no room from those that are', () => {
    const index = new JobIndex();
    for (let n = 0; n < 5_000; n++) {
      index.found(`key-${n}`);
      index.noteHash(`key-${n}`, { ...absent, state: n % 2 ? 'denied' : 'wrong_type' }, T0);
    }
    expect(index.size).toBe(0);
  });

  it('none that is only a key so far, where there are too many: jobs stay', () => {
    const index = new JobIndex();
    add(index, 'oldest', 'queued', -1);
    for (let n = 0; n < 4_999; n++) index.found(`key-${n}`);
    for (let n = 0; n < 1_000; n++) add(index, `job-${n}`, 'queued', n);
    expect(index.summaries(T0)).toHaveLength(1_001);
    expect(index.forgotten).toBe(0);
  });

  it('none whose hash alone told of it, once that is gone', () => {
    const index = new JobIndex();
    index.found('x');
    index.noteHash('x', here, T0);
    index.noteHash('x', absent, T0);
    expect(index.summary('x', T0)).toBeNull();
  });

  it('of a stream that is no more only those whose hash is there', () => {
    const index = new JobIndex();
    add(index, 'a', 'failed');
    add(index, 'b', 'failed');
    index.noteHash('b', here, T0);
    index.reset();
    expect(index.summaries(T0)).toMatchObject([{ job_id: 'b', state: 'unknown', events: 0 }]);
  });

  it('the oldest are let go where there are too many, and counted', () => {
    const index = new JobIndex();
    for (let n = 0; n < 6_000; n++) add(index, `job-${n}`, 'queued', n);
    expect(index.size).toBeLessThanOrEqual(5_500);
    expect(index.size + index.forgotten).toBe(6_000);
    expect(index.summary('job-0', T0)).toBeNull();
    expect(index.summary('job-5999', T0)).not.toBeNull();
  });
});
