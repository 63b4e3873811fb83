import { describe, expect, vi } from 'vitest';
import { EVENTS, eventually, QUEUE, record, test } from './test/orchestrator-stage.mjs';

describe('trouble', () => {
  test.concurrent('stuck-consumer: one worker holds 14 tasks and is silent, the others go on', async ({
    stage,
  }) => {
    const { calls, play, redis } = stage;
    play('--scenario', 'stuck-consumer', '--tasks-per-second', '20');
    await eventually(async () => expect(await calls('xdel')).toBeGreaterThan(20));
    const consumers = async () => {
      const answer = await redis.command('XINFO', 'CONSUMERS', QUEUE, 'lightrag-workers');
      return /** @type {unknown[]} */ (answer).map(record);
    };
    const stuck = (await consumers()).find(({ name }) => name === 'orchestrator-worker-3');
    expect(stuck?.pending).toBe(14);
    await eventually(async () => {
      const all = await consumers();
      const later = all.find(({ name }) => name === 'orchestrator-worker-3');
      expect(later?.pending).toBe(14);
      expect(Number(later?.idle)).toBeGreaterThan(2000);
      expect(all).toHaveLength(4);
    });
  });

  test.concurrent('poison-task: one task fails at each delivery and is claimed again', async ({
    stage,
  }) => {
    const { entries, play, redis } = stage;
    play('--scenario', 'poison-task', '--tasks-per-second', '20');
    await eventually(async () => {
      const pending = /** @type {[string, string, number, number][]} */ (
        await redis.command('XPENDING', QUEUE, 'lightrag-workers', '-', '+', '100')
      );
      expect(Math.max(...pending.map(([, , , deliveries]) => deliveries))).toBeGreaterThan(3);
    });
    await eventually(async () => {
      const events = (await entries(EVENTS)).map(({ fields }) => record(fields));
      const failures = events.filter(({ type }) => type === 'worker.task_failed');
      expect(failures.length).toBeGreaterThanOrEqual(3);
      const failed = events.filter(({ type }) => type === 'ingestion.failed');
      expect(failed).toHaveLength(1);
      expect(record(await redis.command('HGETALL', `job:${failed[0]?.job_id}`))).toMatchObject({
        status: 'failed',
        error_message: expect.stringContaining('UnicodeDecodeError'),
      });
    });
  });

  test.concurrent('trimmed: the collector loses entries it had not read', async ({ stage }) => {
    const { group, play, redis } = stage;
    play('--scenario', 'trimmed', '--events-per-second', '200');
    await eventually(async () => {
      const info = record(await redis.command('XINFO', 'STREAM', EVENTS));
      const collector = await group(EVENTS, 'metrics-collector');
      const lost =
        Number(info['entries-added']) - Number(info.length) - Number(collector['entries-read']);
      expect(Number(collector['entries-read'])).toBeGreaterThan(0);
      expect(lost).toBeGreaterThan(50);
    });
  });

  // A busy machine may be slow at the first burst; the second comes after 45 s.
  test.concurrent('burst: the lag of the workers rises and falls', { timeout: 110_000 }, async ({
    stage,
  }) => {
    const { group, play } = stage;
    play('--scenario', 'burst', '--tasks-per-second', '4');
    let peak = 0;
    const check = async () => {
      const lag = Number((await group(QUEUE, 'lightrag-workers')).lag);
      peak = Math.max(peak, lag);
      expect(peak).toBeGreaterThan(50);
      expect(lag).toBeLessThan(peak / 2);
    };
    await vi.waitFor(check, { timeout: 100_000, interval: 50 });
  });
});
