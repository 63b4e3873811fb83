import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startRedisServer } from './setup/redis-server.mjs';
import { encodeCommand } from './setup/resp.mjs';

const SCRIPT = fileURLToPath(new URL('./orchestrator.mjs', import.meta.url));
const QUEUE = 'shield:ingestion_queue';
const EVENTS = 'shield:events';

/** @type {import('./setup/redis-server.mjs').RedisServer} */
let redis;
/** @type {import('node:child_process').ChildProcess[]} */
let playing = [];

beforeEach(async () => {
  redis = await startRedisServer();
});

afterEach(async () => {
  for (const child of playing) child.kill('SIGKILL');
  playing = [];
  await redis.stop();
});

/** @param {string[]} flags */
function play(...flags) {
  const child = spawn(process.execPath, [SCRIPT, '--seed', '11', ...flags], {
    env: { ...process.env, REDIS_URL: redis.url },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  playing.push(child);
  return { child, exited: once(child, 'exit'), output: () => output };
}

/**
 * @param {unknown} flat `[name, value, name, value, …]`
 * @returns {Record<string, unknown>}
 */
function record(flat) {
  const list = Array.isArray(flat) ? flat : [];
  return Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[String(name), list[index + 1]]] : [])),
  );
}

/** @param {string} stream @param {string} group */
async function group(stream, group) {
  const groups = /** @type {unknown[]} */ (await redis.command('XINFO', 'GROUPS', stream));
  return groups.map(record).find(({ name }) => name === group) ?? {};
}

/** @param {string} stream @returns {Promise<{ id: string, fields: unknown[] }[]>} */
async function entries(stream) {
  const answer = /** @type {[string, unknown[]][]} */ (
    await redis.command('XRANGE', stream, '-', '+')
  );
  return answer.map(([id, fields]) => ({ id, fields }));
}

/** @param {unknown[]} fields */
const namesOf = (fields) => fields.filter((_, index) => index % 2 === 0);

/** @param {() => Promise<void>} check */
const eventually = (check) => vi.waitFor(check, { timeout: 20_000, interval: 50 });

/** @param {string} command @returns {Promise<number>} how often Redis was given it */
async function calls(command) {
  const stats = String(await redis.command('INFO', 'commandstats'));
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

describe('a steady run', () => {
  test('speaks the contract: fields, groups, job hashes, and XDEL after XACK', async () => {
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

  test('a job hash goes from queued to completed and expires within the hour', async () => {
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

  test('every group keeps up, and a task from another writer is worked on', async () => {
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

  test('comes back after Redis was away and had lost everything', async () => {
    const { output } = play('--tasks-per-second', '40');
    await eventually(async () => expect(await calls('xdel')).toBeGreaterThan(0));
    await redis.kill();
    await vi.waitFor(() => expect(output()).toContain('Redis is away'), { timeout: 5000 });
    await redis.restart();
    await eventually(async () => {
      expect(await calls('xdel')).toBeGreaterThan(10);
      expect((await group(EVENTS, 'ag-ui-frontend')).consumers).toBe(1);
    });
    expect(output()).toContain('Redis is back');
  });

  test('survives a group and a stream that are taken away', async () => {
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
  test.each([
    ['SIGTERM', () => {}],
    ['SIGINT', () => {}],
    ['SIGTERM', () => redis.suspend()],
    ['SIGTERM', () => redis.kill()],
  ])('%s ends it within two seconds (%#)', async (signal, before) => {
    const { child, exited, output } = play('--tasks-per-second', '40');
    await eventually(async () => expect(await calls('xdel')).toBeGreaterThan(0));
    await before();
    const startedAt = performance.now();
    child.kill(/** @type {NodeJS.Signals} */ (signal));
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(output()).toMatch(/Stopped after \d+ tasks/);
  });

  test('says that the workers and their pool stopped', async () => {
    const { exited } = play('--duration', '1');
    await exited;
    const types = (await entries(EVENTS)).map(({ fields }) => record(fields).type);
    expect(types.filter((type) => type === 'worker.stopped')).toHaveLength(4);
    expect(types.at(-1)).toBe('worker_pool.stopped');
  });

  test('a flag that is wrong is said, and nothing is written', async () => {
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

describe('trouble', () => {
  test('stuck-consumer: one worker holds 14 tasks and is silent, the others go on', async () => {
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

  test('poison-task: one task fails at each delivery and is claimed again', async () => {
    play('--scenario', 'poison-task', '--tasks-per-second', '20');
    await eventually(async () => {
      const pending = /** @type {[string, string, number, number][]} */ (
        await redis.command('XPENDING', QUEUE, 'lightrag-workers', '-', '+', '100')
      );
      expect(Math.max(...pending.map(([, , , deliveries]) => deliveries))).toBeGreaterThan(3);
    });
    const events = (await entries(EVENTS)).map(({ fields }) => record(fields));
    const failures = events.filter(({ type }) => type === 'worker.task_failed');
    expect(failures.length).toBeGreaterThanOrEqual(3);
    const failed = events.filter(({ type }) => type === 'ingestion.failed');
    expect(failed).toHaveLength(1);
    const jobId = String(failed[0]?.job_id);
    expect(record(await redis.command('HGETALL', `job:${jobId}`))).toMatchObject({
      status: 'failed',
      error_message: expect.stringContaining('UnicodeDecodeError'),
    });
  });

  test('trimmed: the collector loses entries it had not read', async () => {
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

  test('burst: the lag of the workers rises and falls', async () => {
    play('--scenario', 'burst', '--tasks-per-second', '4');
    let peak = 0;
    await eventually(async () => {
      const lag = Number((await group(QUEUE, 'lightrag-workers')).lag);
      peak = Math.max(peak, lag);
      expect(peak).toBeGreaterThan(50);
      expect(lag).toBeLessThan(peak / 2);
    });
  });
});

/** Records what Redis is told, through MONITOR, on a connection of its own. */
async function startMonitor() {
  const socket = connect(redis.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.write(encodeCommand(['AUTH', redis.password]));
  socket.write(encodeCommand(['MONITOR']));
  await vi.waitFor(() => expect(text).toContain('+OK\r\n+OK\r\n'));
  return {
    async stop() {
      await redis.command('ECHO', 'the end of the monitor');
      await vi.waitFor(() => expect(text).toContain('the end of the monitor'));
      socket.destroy();
      return text.split('\r\n').map((line) => line.replace(/^\+[\d.]+ \[[^\]]*\] /, ''));
    },
  };
}
