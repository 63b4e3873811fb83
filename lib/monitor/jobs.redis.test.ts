import { describe, expect, it, vi } from 'vitest';
import { encodeEntry } from '@/lib/feed/encode';
import { EntryLog } from '@/lib/feed/entry-log';
import { PacedPages } from '@/lib/feed/paced-pages';
import { type JobsQuery, parseJobsQuery } from '@/lib/model/jobs-page';
import type { RedisConnection } from '@/lib/redis/connect';
import { readRange } from '@/lib/redis/stream-reads';
import { ownCluster } from '@/lib/testing/own-cluster';
import { ownRedis } from '@/lib/testing/own-redis';
import { JobDetails } from './job-details';
import { JobTasks } from './job-tasks';
import { Jobs } from './jobs';

const PATIENT = { timeout: 60_000, interval: 20 };
const ALL: JobsQuery = parseJobsQuery(new URLSearchParams('limit=500'));

/** Jobs over a log that holds so many entries, which begins where the stream ends. */
function jobsOn(
  redis: RedisConnection,
  stream: string,
  { entriesMax = 10_000, nowMs = Date.now } = {},
) {
  const log = new EntryLog(entriesMax);
  const { signal } = new AbortController();
  const past = new PacedPages(redis, stream, { signal });
  const jobs = new Jobs({ redis, stream, source: log, past, stopping: signal, nowMs });
  /** As the reader does with what came. */
  const read = async () => {
    const range = { start: '-', end: '+', count: 10_000, order: 'asc' } as const;
    const entries = await readRange(redis, stream, range);
    const after = entries.findIndex(({ id }) => id === log.headId);
    log.append(entries.slice(after + 1).map((entry) => encodeEntry(stream, entry)));
  };
  const begin = async () => {
    const [last] = await readRange(redis, stream, {
      start: '-',
      end: '+',
      count: 1,
      order: 'desc',
    });
    log.startAfter(last?.id ?? '0-0', null);
  };
  return { jobs, log, read, begin };
}

/** The list once nothing is left to be looked at. */
async function settled(jobs: Jobs) {
  return await vi.waitFor(async () => {
    const page = await jobs.page(ALL);
    expect(page.coverage).toMatchObject({ is_reading: false, reaches_first: true });
    expect(page.coverage.hashes).not.toBe('no');
    expect(page.jobs.filter(({ hash }) => hash === 'unread')).toEqual([]);
    return page;
  }, PATIENT);
}

describe('on one Redis', () => {
  const own = ownRedis();
  const connected = async () => {
    const redis = own.connect();
    await vi.waitFor(() => redis.check(), PATIENT);
    return redis;
  };
  const add = (stream: string, jobId: string, type: string) =>
    own.command('XADD', stream, '*', 'type', `ingestion.${type}`, 'job_id', jobId, 'data', '{}');

  it('what the log let go before it was taken is read from Redis, each event once', async () => {
    const redis = await connected();
    for (let n = 0; n < 5; n++) await add('burst', 'before', 'progress');
    const { jobs, log, read, begin } = jobsOn(redis, 'burst', { entriesMax: 10 });
    await begin();
    expect((await settled(jobs)).jobs).toMatchObject([{ job_id: 'before', events: 5 }]);
    for (let n = 0; n < 60; n++) await add('burst', `job-${n % 3}`, 'progress');
    await read();
    expect(log.after(log.floorId, 100)).toHaveLength(10);
    await add('burst', 'job-0', 'completed');
    await read();
    // The list serves for half a second: it is that of before for a while.
    await vi.waitFor(async () => {
      const page = await settled(jobs);
      const events = Object.fromEntries(page.jobs.map((job) => [job.job_id, job.events]));
      expect(events).toEqual({ before: 5, 'job-0': 21, 'job-1': 20, 'job-2': 20 });
      expect(page.coverage.looked_at).toBe(66);
    }, PATIENT);
    expect(jobs.events.idsOf('job-0')).toHaveLength(21);
  });

  it('many who ask at once cost Redis what one does', async () => {
    const redis = await connected();
    for (let n = 0; n < 30; n++) await add('many', `many-${n}`, 'queued');
    const { jobs, begin } = jobsOn(redis, 'many', { nowMs: () => 5_000_000_000_000 });
    await begin();
    await jobs.page(ALL);
    await jobs.events.pastRead();
    await own.command('CONFIG', 'RESETSTAT');
    const pages = await Promise.all(Array.from({ length: 40 }, () => jobs.page(ALL)));
    expect(pages.every(({ total }) => total === pages[0]?.total)).toBe(true);
    const stats = String(await own.command('INFO', 'commandstats'));
    for (const name of ['scan', 'evalsha', 'eval', 'xrevrange', 'hget']) {
      expect(stats).not.toContain(`cmdstat_${name}:`);
    }
  });

  it('a user without the rights sees what events tell, and that this is so', async () => {
    await own.command(
      ...['ACL', 'SETUSER', 'narrow', 'on', '>narrow', '~denied', '+@all', '-scan', '-keys'],
    );
    const redis = own.connect({ username: 'narrow', password: 'narrow' });
    await vi.waitFor(() => redis.check(), PATIENT);
    await add('denied', 'a', 'failed');
    const { jobs, begin } = jobsOn(redis, 'denied');
    await begin();
    expect(await settled(jobs)).toMatchObject({
      jobs: [{ job_id: 'a', state: 'failed', hash: 'denied' }],
      coverage: { hashes: 'denied' },
    });
  });

  it('nobody is said to hold a task where that may not be read', async () => {
    await own.command(
      ...['ACL', 'SETUSER', 'no-pending', 'on', '>no-pending', '~*', '+@all', '-xpending'],
    );
    await add('held', 'h', 'started');
    await own.command('XADD', 'queue', '*', 'job_id', 'h', 'chunk_id', 'c');
    await own.command('XGROUP', 'CREATE', 'queue', 'workers', '0');
    const pendingFor = async (redis: RedisConnection, groups: string[]) => {
      await vi.waitFor(() => redis.check(), PATIENT);
      const { jobs, begin } = jobsOn(redis, 'held');
      await begin();
      await settled(jobs);
      const { signal } = new AbortController();
      const tasks = new JobTasks(new PacedPages(redis, 'queue', { signal }));
      const details = new JobDetails({
        ...{ redis, jobs, tasks, taskStream: 'queue', groupsOf: () => groups },
      });
      return await vi.waitFor(async () => {
        const page = await details.read('h', { after: null, limit: 10 });
        expect(page.tasks.is_reading).toBe(false);
        return page.tasks.tasks.map(({ pending }) => pending);
      }, PATIENT);
    };
    const narrow = own.connect({ username: 'no-pending', password: 'no-pending' });
    expect(await pendingFor(narrow, ['workers'])).toEqual([null]);
    expect(await pendingFor(own.connect(), ['workers', 'destroyed'])).toEqual([[]]);
  });
});

describe('on a cluster', () => {
  const own = ownCluster();

  it('hashes are found and read on every node', async () => {
    const redis = own.connect();
    await vi.waitFor(() => redis.check(), PATIENT);
    const jobIds = Array.from({ length: 12 }, (_, n) => `job-${n}`);
    for (const jobId of jobIds) {
      await own.command('HSET', `job:${jobId}`, 'status', 'processing', 'chunks_total', '3');
    }
    await own.command('XADD', 'events', '*', 'type', 'ingestion.failed', 'job_id', 'job-0');
    const { jobs, begin } = jobsOn(redis, 'events');
    await begin();
    const page = await settled(jobs);
    expect(page.jobs.map(({ job_id }) => job_id).toSorted()).toEqual(jobIds.toSorted());
    expect(page.counts).toMatchObject({ failed: 1, processing: 11 });
  });
});
