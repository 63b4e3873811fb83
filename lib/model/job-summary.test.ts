import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOB_HASH_LIFETIME_MS, JOB_SILENT_MS } from './job';
import { type JobEvent, jobEventOf } from './job-event';
import { asJobHash, JOB_HASH_FIELDS, type JobHashReading, type JobHashValue } from './job-hash';
import { JobRecord } from './job-record';
import { summarizeJob } from './job-summary';

const T0 = Date.UTC(2026, 1, 1, 12);
const idAt = (afterMs: number) => `${T0 + afterMs}-0`;

function event(afterMs: number, facts: Partial<JobEvent>): JobEvent {
  const nothing = { state: null, chunksProcessed: null, chunksTotal: null, error: null };
  return { id: idAt(afterMs), jobId: 'job-7', type: 'some.thing', ...nothing, ...facts };
}

const queued = event(0, { type: 'ingestion.queued', state: 'queued', chunksTotal: 85 });
const started = event(1_000, { type: 'ingestion.started', state: 'processing' });
const progress = (afterMs: number, chunksProcessed: number) =>
  event(afterMs, { type: 'ingestion.progress', state: 'processing', chunksProcessed });
const completed = event(9_000, { type: 'ingestion.completed', state: 'completed' });
const failed = event(9_000, { type: 'ingestion.failed', state: 'failed', error: 'LLM timeout' });
const taskFailed = event(2_500, { type: 'worker.task_failed', error: 'one chunk' });

const absent: JobHashReading = { state: 'absent', values: [], expiresInMs: null };

function hash(fields: Partial<Record<string, string | Uint8Array | { bytes: number }>>) {
  const values = JOB_HASH_FIELDS.map((name): JobHashValue => {
    const value = fields[name];
    return typeof value === 'string' ? new TextEncoder().encode(value) : (value ?? null);
  });
  return { state: 'here', values, expiresInMs: 60_000 } as const;
}

function summary(events: JobEvent[], reading: JobHashReading | null = null, afterMs = 10_000) {
  const record = new JobRecord();
  for (const one of events) record.add(one);
  return summarizeJob({ jobId: 'job-7', record, reading }, T0 + afterMs);
}

describe('by its events alone', () => {
  it.each([
    ['queued', [queued], null],
    ['processing', [queued, started], null],
    ['processing', [queued, started, progress(2_000, 12)], 12],
    ['completed', [queued, started, progress(2_000, 12), completed], 12],
    ['failed', [queued, started, failed], null],
  ] as const)('is %s', (state, events, processed) => {
    expect(summary([...events], absent)).toMatchObject({
      ...{ state, chunks_processed: processed, chunks_total: 85, events: events.length },
    });
  });

  it('says what went wrong, and that somebody should look', () => {
    expect(summary([queued, failed])).toMatchObject({ trouble: 'failed', error: 'LLM timeout' });
  });

  it('took from its start to its end, and goes on until then', () => {
    const events = [queued, started, completed];
    expect(summary(events)).toMatchObject({
      ...{ duration_ms: 8_000, created_at: '2026-02-01T12:00:00.000Z' },
      ...{ started_at: '2026-02-01T12:00:01.000Z', ended_at: '2026-02-01T12:00:09.000Z' },
    });
    expect(summary([queued, started], null, 5_000)).toMatchObject({
      ...{ duration_ms: 4_000, ended_at: null },
    });
  });

  it('a task that failed leaves the job as it is, and is counted', () => {
    expect(summary([queued, started, taskFailed])).toMatchObject({
      ...{ state: 'processing', trouble: null, task_failures: 1, error: 'one chunk' },
    });
    expect(summary([queued, started, taskFailed, completed])).toMatchObject({
      ...{ state: 'completed', task_failures: 1, error: null },
    });
  });

  it('begun again after it failed it goes on', () => {
    const again = { ...started, id: idAt(9_500) };
    expect(summary([queued, started, failed, again])).toMatchObject({ state: 'processing' });
  });

  it('silent for minutes it needs a look', () => {
    const at = (ms: number) => summary([queued, started], null, 1_000 + ms).trouble;
    expect([at(JOB_SILENT_MS - 1), at(JOB_SILENT_MS)]).toEqual([null, 'silent']);
    expect(summary([queued], null, JOB_SILENT_MS).trouble).toBeNull();
  });

  it('is the same in whatever order they are read', () => {
    const all = [queued, started, progress(2_000, 1), taskFailed, progress(3_000, 2), completed];
    const expected = summary(all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(summary(shuffled)).toEqual(expected);
      }),
    );
  });
});

describe('unknown', () => {
  it('where its events do not tell and its hash is gone', () => {
    expect(summary([taskFailed], absent)).toMatchObject({ state: 'unknown', hash: 'absent' });
    expect(summary([], { ...absent, state: 'wrong_type' }).reason).toContain('other than a hash');
  });

  it('where it was going on more than an hour ago and its hash has expired', () => {
    const at = (afterMs: number, reading: JobHashReading | null) =>
      summary([queued, started], reading, 1_000 + afterMs).state;
    expect(at(JOB_HASH_LIFETIME_MS - 1, absent)).toBe('processing');
    expect(at(JOB_HASH_LIFETIME_MS, absent)).toBe('unknown');
    expect(at(JOB_HASH_LIFETIME_MS, null)).toBe('processing');
  });

  it('never where it is known to have ended', () => {
    expect(summary([completed], absent, 10 * JOB_HASH_LIFETIME_MS).state).toBe('completed');
  });
});

describe('with its hash', () => {
  it('the further one of both is right: either may be older', () => {
    expect(summary([queued, started], hash({ status: 'completed' })).state).toBe('completed');
    expect(summary([queued, failed], hash({ status: 'processing' })).state).toBe('failed');
    expect(summary([completed], hash({ status: 'failed' })).state).toBe('failed');
  });

  it('has its times, counts and error', () => {
    const reading = hash({
      ...{ status: 'failed', job_type: 'document_ingestion', chunks_total: '40' },
      ...{ chunks_processed: '13', created_at: '2026-02-01T11:59:00.123456' },
      ...{ started_at: '2026-02-01T12:00:00', completed_at: '2026-02-01T12:00:30.5' },
      error_message: 'from the hash',
    });
    expect(summary([queued, progress(2_000, 12), failed], reading)).toMatchObject({
      ...{ job_type: 'document_ingestion', chunks_processed: 13, chunks_total: 40 },
      ...{ created_at: '2026-02-01T11:59:00.123Z', duration_ms: 30_500, error: 'from the hash' },
    });
  });

  it('is taken for what can be read of it, whoever wrote it', () => {
    const bytes = new Uint8Array([0xff, 0x1b]);
    const odd = hash({
      ...{ status: 'Finished!', chunks_total: '-3', chunks_processed: '1e9', job_type: bytes },
      ...{
        created_at: 'yesterday',
        started_at: bytes,
        completed_at: '',
        error_message: { bytes: 9e9 },
      },
    });
    expect(asJobHash(odd)).toEqual({
      ...{ status: null, jobType: null, chunksProcessed: null, chunksTotal: null },
      ...{ createdMs: null, startedMs: null, completedMs: null, error: null },
    });
    expect(summary([], odd)).toMatchObject({ state: 'unknown', duration_ms: null, heard_at: null });
  });

  it('clocks that differ make no negative time', () => {
    const reading = hash({
      ...{ status: 'completed', started_at: '2026-02-01T12:00:30' },
      completed_at: '2026-02-01T12:00:00',
    });
    expect(summary([], reading).duration_ms).toBeNull();
  });
});

describe('an event', () => {
  const read = (event: string, data: unknown) =>
    jobEventOf({ event, id: '5-1', data: typeof data === 'string' ? data : JSON.stringify(data) });

  it.each([
    ['ingestion.queued', 'queued'],
    ['ingestion.started', 'processing'],
    ['reindex.progress', 'processing'],
    ['query.completed', 'completed'],
    ['ingestion.failed', 'failed'],
    ['worker.started', null],
    ['worker_pool.stopped', null],
    ['worker.task_failed', null],
    ['failed', null],
    ['a.constructor', null],
    ['ingestion.', null],
  ])('%s tells of %s', (type, state) => {
    expect(read(type, { event_id: 'e', job_id: 'j' })?.state).toBe(state);
  });

  it('of no job is none', () => {
    for (const job_id of [null, '', undefined, 7, {}, [], { base64: '!' }, 'x'.repeat(1_025)]) {
      expect(read('ingestion.started', { event_id: 'e', job_id })).toBeNull();
    }
    expect(read('ingestion.started', 'no JSON')).toBeNull();
    expect(read('ingestion.started', '[]')).toBeNull();
    expect(read('entry', { event_id: 'e', job_id: 'j' })).toBeNull();
    expect(read('dashboard.stats', { job_id: 'j' })).toBeNull();
  });

  it('of a job whose id is no text has a name', () => {
    expect(read('a.failed', { event_id: null, job_id: { base64: '/wA=' } })?.jobId).toBe(
      'binary:_wA=',
    );
  });

  it('counts and errors are taken for what they are, and cut', () => {
    const odd = { chunks_processed: -1, chunks_total: '12', error: { a: ['b'] } };
    expect(read('a.failed', { event_id: 'e', job_id: 'j', ...odd })).toMatchObject({
      ...{ chunksProcessed: null, chunksTotal: 12, error: '{"a":["b"]}' },
    });
    const long = read('a.failed', { event_id: 'e', job_id: 'j', error: '🦆'.repeat(10_000) });
    expect(long?.error?.length).toBeLessThanOrEqual(501);
    expect(long?.error).not.toMatch(/\p{Surrogate}/u);
  });

  it('of any bytes is read without an error', () => {
    fc.assert(
      fc.property(fc.string(), fc.json({ maxDepth: 3 }), (type, data) => {
        read(type, data);
        read('a.failed', `{"event_id":null,"job_id":${JSON.stringify(type)},"error":${data}}`);
      }),
    );
  });
});
