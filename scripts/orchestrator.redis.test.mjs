import { describe, expect, vi } from 'vitest';
import { EVENTS, eventually, namesOf, QUEUE, record, test } from './test/orchestrator-stage.mjs';

describe('a steady run', () => {
  test('speaks the contract: fields, groups, job hashes, and XDEL after XACK', async ({
    stage,
  }) => {
    const { calls, entries, group, play, redis, startMonitor } = stage;
    const monitor = await startMonitor();
    play('--tasks-per-second', '60', '--history', '40');
    await eventually(async () => {
      const types = (await entries(EVENTS)).map(({ fields }) => record(fields).type);
      expect(types).toEqual(
        expect.arrayContaining([
          'worker_pool.started',
          'worker.started',
          'ingestion.queued',
          'ingestion.started',
          'ingestion.progress',
          'ingestion.completed',
          'query.started',
          'query.completed',
        ]),
      );
      expect(await calls('xdel')).toBeGreaterThan(30);
    });

    for (const { fields } of await entries(EVENTS)) {
      expect(namesOf(fields)).toEqual([
        'event_id',
        'type',
        'timestamp',
        'job_id',
        'data',
        'metadata',
      ]);
      expect(record(fields).timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    }
    for (const { fields } of await entries(QUEUE)) {
      expect(namesOf(fields)).toEqual([
        'job_id',
        'chunk_id',
        'content',
        'source_uri',
        'source_type',
        'metadata',
        'retry_count',
        'timestamp',
      ]);
    }
    const queueGroups = /** @type {unknown[]} */ (await redis.command('XINFO', 'GROUPS', QUEUE));
    expect(queueGroups.map((info) => record(info).name)).toEqual([
      'lightrag-workers',
      'metrics-collector',
    ]);
    const eventGroups = /** @type {unknown[]} */ (await redis.command('XINFO', 'GROUPS', EVENTS));
    expect(eventGroups.map((info) => record(info).name)).toEqual([
      'ag-ui-frontend',
      'dashboard-frontend',
      'metrics-collector',
      'power-ui-frontend',
    ]);
    expect((await group(EVENTS, 'dashboard-frontend')).consumers).toBe(0);

    const commands = await monitor.stop();
    const acked = commands.filter((line) =>
      line.startsWith(`"XACK" "${QUEUE}" "lightrag-workers"`),
    );
    const deleted = commands.filter((line) => line.startsWith(`"XDEL" "${QUEUE}"`));
    expect(deleted.length).toBeGreaterThan(30);
    for (const line of deleted) {
      const id = line.split('"')[5];
      const ackAt = commands.findIndex(
        (other) => acked.includes(other) && other.includes(`"${id}"`),
      );
      expect(ackAt).toBeGreaterThanOrEqual(0);
      expect(ackAt).toBeLessThan(commands.indexOf(line));
    }
  });

  test('a job hash goes from queued to completed and expires within the hour', async ({
    stage,
  }) => {
    const { entries, play, redis } = stage;
    play('--tasks-per-second', '60');
    await eventually(async () => {
      const events = (await entries(EVENTS)).map(({ fields }) => record(fields));
      const completed = events.find(({ type }) => type === 'ingestion.completed');
      expect(completed).toBeDefined();
      const key = `job:${completed?.job_id}`;
      const hash = record(await redis.command('HGETALL', key));
      expect(hash).toMatchObject({
        job_id: completed?.job_id,
        job_type: 'document_ingestion',
        status: 'completed',
        chunks_total: hash.chunks_processed,
      });
      expect(Object.keys(hash)).toEqual(
        expect.arrayContaining(['created_at', 'started_at', 'completed_at', 'metadata']),
      );
      const ttl = Number(await redis.command('TTL', key));
      expect(ttl).toBeGreaterThan(3500);
      expect(ttl).toBeLessThanOrEqual(3600);
    });
  });

  test('every group keeps up, and a task from another writer is worked on', async ({ stage }) => {
    const { calls, group, play, redis } = stage;
    play('--tasks-per-second', '20');
    await eventually(async () => expect(await calls('xdel')).toBeGreaterThan(0));
    await redis.command(
      ...['XADD', QUEUE, '*', 'job_id', 'mine', 'chunk_id', 'mine-1', 'content', 'x'],
      ...['source_uri', 'u', 'source_type', 't', 'metadata', '{}', 'retry_count', '0'],
      ...['timestamp', '2026-01-01T00:00:00Z'],
    );
    await eventually(async () => {
      expect(record(await redis.command('HGETALL', 'job:mine'))).toMatchObject({
        status: 'completed',
        chunks_processed: '1',
      });
    });
    const names = ['ag-ui-frontend', 'power-ui-frontend', 'metrics-collector'];
    for (const name of names) {
      await eventually(async () => {
        const { lag, pending } = await group(EVENTS, name);
        expect(Number(lag)).toBeLessThan(80);
        expect(pending).toBe(0);
      });
    }
  });

  test('comes back after Redis was away and had lost everything', async ({ stage }) => {
    const { calls, group, play, redis } = stage;
    const { output } = play('--tasks-per-second', '40');
    await eventually(async () => expect(await calls('xdel')).toBeGreaterThan(0));
    await redis.kill();
    await vi.waitFor(() => expect(output()).toContain('Redis is away'), { timeout: 20_000 });
    await redis.restart();
    await eventually(async () => {
      expect(await calls('xdel')).toBeGreaterThan(10);
      expect((await group(EVENTS, 'ag-ui-frontend')).consumers).toBe(1);
    });
    expect(output()).toContain('Redis is back');
  });

  test('survives a group and a stream that are taken away', async ({ stage }) => {
    const { calls, group, play, redis } = stage;
    play('--tasks-per-second', '40');
    await eventually(async () => expect(await calls('xdel')).toBeGreaterThan(0));
    await redis.command('XGROUP', 'DESTROY', EVENTS, 'ag-ui-frontend');
    await redis.command('DEL', QUEUE);
    const before = await calls('xdel');
    await eventually(async () => {
      expect(await calls('xdel')).toBeGreaterThan(before + 5);
      expect((await group(EVENTS, 'ag-ui-frontend')).consumers).toBe(1);
    });
  });
});

describe('the end', () => {
  test.for(
    /** @type {[NodeJS.Signals, 'suspend' | 'kill' | undefined][]} */ ([
      ['SIGTERM', undefined],
      ['SIGINT', undefined],
      ['SIGTERM', 'suspend'],
      ['SIGTERM', 'kill'],
    ]),
  )(
    '%s ends it, though reads block and Redis may be suspended or gone (%#)',
    async ([signal, before], { stage }) => {
      const { calls, play, redis } = stage;
      const { child, exited, output } = play('--tasks-per-second', '40');
      await eventually(async () => expect(await calls('xdel')).toBeGreaterThan(0));
      if (before !== undefined) await redis[before]();
      child.kill(signal);
      // A read that blocks ends by itself only where Redis lives: of one that is suspended, never.
      expect(await exited).toEqual([0, null]);
      expect(output()).toMatch(/Stopped after \d+ tasks/);
    },
  );

  test('says that the workers and their pool stopped', async ({ stage }) => {
    const { entries, play } = stage;
    const { exited } = play('--duration', '1');
    await exited;
    const types = (await entries(EVENTS)).map(({ fields }) => record(fields).type);
    expect(types.filter((type) => type === 'worker.stopped')).toHaveLength(4);
    expect(types.at(-1)).toBe('worker_pool.stopped');
  });

  test('a flag that is wrong is said, and nothing is written', async ({ stage }) => {
    const { play, redis } = stage;
    for (const flags of [
      ['--scenario', 'calm'],
      ['--workers', '-1'],
      ['--rate', '1'],
    ]) {
      const { exited, output } = play(...flags);
      expect(await exited).toEqual([1, null]);
      expect(output()).toContain(flags[0]);
    }
    expect(await redis.command('DBSIZE')).toBe(0);
  });
});
