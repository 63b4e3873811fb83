import { describe, expect, it } from 'vitest';
import type { JobSummary } from './job';
import { JobRecord } from './job-record';
import { summarizeJob } from './job-summary';
import { type JobsQuery, jobsPageHref, pageOfJobs, parseJobsQuery } from './jobs-page';

const blank = summarizeJob({ jobId: '', record: new JobRecord(), reading: null }, 0);
const job = (job_id: string, facts: Partial<JobSummary>): JobSummary => ({
  ...{ ...blank, job_id, heard_at: '2026-02-01T12:00:00.000Z' },
  ...facts,
});

const jobs = [
  job('a-done', { state: 'completed', duration_ms: 5_000, chunks_processed: 3, chunks_total: 3 }),
  job('b-going', { state: 'processing', duration_ms: 9_000, chunks_processed: 1, chunks_total: 4 }),
  job('c-silent', { state: 'processing', trouble: 'silent', chunks_total: 0 }),
  job('d-odd', { state: 'unknown' }),
  job('e-old', { state: 'failed', trouble: 'failed', error: 'LLM Timeout' }),
  job('f-new', { state: 'failed', trouble: 'failed', heard_at: '2026-02-01T12:01:00.000Z' }),
  job('g-waits', { state: 'queued', job_type: 'reindex', heard_at: null }),
];
const parse = (query: string) => parseJobsQuery(new URLSearchParams(query));
const idsOf = (query: string) => pageOfJobs(jobs, parse(query)).jobs.map(({ job_id }) => job_id[0]);

describe('a page of jobs', () => {
  it('has problems first, the newest of each kind first', () => {
    expect(idsOf('')).toEqual(['f', 'e', 'c', 'd', 'b', 'g', 'a']);
  });

  it.each([
    ['sort=recent&limit=1', ['f']],
    ['sort=longest&limit=2', ['b', 'a']],
    ['sort=progress&limit=2', ['b', 'a']],
    ['state=failed,queued', ['f', 'e', 'g']],
    ['q=timeout', ['e']],
    ['q=REINDEX', ['g']],
    ['q=-o', ['d', 'e']],
    ['job_id=d-odd', ['d']],
    ['state=queued&q=timeout', []],
  ])('%s', (query, expected) => {
    expect(idsOf(query).toSorted()).toEqual(expected.toSorted());
    if (query.startsWith('sort')) expect(idsOf(query)).toEqual(expected);
  });

  it('counts all by state, whatever is asked for, and says where to go on', () => {
    expect(pageOfJobs(jobs, parse('state=failed&limit=1'))).toMatchObject({
      counts: { failed: 2, unknown: 1, processing: 2, queued: 1, completed: 1 },
      ...{ total: 7, matching: 2, next: 1 },
    });
    expect(pageOfJobs(jobs, parse('state=failed&limit=1&offset=1'))).toMatchObject({
      ...{ next: null, jobs: [{ job_id: 'e-old' }] },
    });
  });
});

describe('its address', () => {
  it('reads back what it says', () => {
    const query: JobsQuery = {
      ...{ states: ['failed', 'queued'], text: 'a&b', jobId: null, sort: 'recent' },
      ...{ offset: 50, limit: 10 },
    };
    const { searchParams } = new URL(jobsPageHref(query), 'http://x');
    expect(parseJobsQuery(searchParams)).toEqual(query);
    expect(jobsPageHref(parse(''))).toBe('/jobs');
  });

  it('names every wrong parameter', () => {
    expect(() => parse('state=failed,gone&sort=size&offset=-1&limit=0')).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        details: {
          errors: ['state', 'sort', 'offset', 'limit'].map((field) =>
            expect.objectContaining({ field }),
          ),
        },
      }),
    );
  });
});
