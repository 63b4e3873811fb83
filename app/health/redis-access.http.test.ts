import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import { addEntries, addEvent, idsInRedis } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import type { DashboardProcess, RedisServer } from '@/e2e/support/stack';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { REPOSITORY } from '@/scripts/setup/repository.mjs';

const QUEUE = 'shield:ingestion_queue';
const EVENTS = 'shield:events';
const TASK = { content: 'Some text.', source_uri: 'file:///a.md', source_type: 'markdown' };

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

/** Runs `work` on a dashboard that has found its Redis. */
async function withDashboard(
  redisUrl: string,
  work: (dashboard: DashboardProcess) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const dashboard = await startDashboard({ redisUrl, env });
  try {
    await eventually(async () =>
      expect((await send(dashboard.url, '/health/detailed')).json()).toMatchObject({
        status: 'healthy',
        redis: { status: 'up', version: expect.stringMatching(/^\d/) },
      }),
    );
    await work(dashboard);
  } finally {
    await dashboard.stop();
  }
}

/** The live feed brings what is added from now on. */
async function expectFeed(dashboard: DashboardProcess, add: () => Promise<string>): Promise<void> {
  const client = await SseClient.open(dashboard.url);
  await client.next('dashboard.hello');
  const id = await add();
  await client.untilEntries(1);
  expect(client.ids).toEqual([id]);
  expect(client.named('dashboard.status')).toEqual([]);
  client.close();
}

/** Waits until the groups of a stream stand like this in the statistics. */
async function eventuallyGroups(
  dashboard: DashboardProcess,
  stream: string,
  groups: Record<string, unknown>[],
): Promise<void> {
  const inAnyOrder = groups.map((group) => expect.objectContaining(group));
  await eventually(async () =>
    expect((await send(dashboard.url, '/events/stats')).json()).toMatchObject({
      streams: { [stream]: { groups: expect.arrayContaining(inAnyOrder) } },
    }),
  );
}

describe('an ACL user', () => {
  /** The words of README's own line: whoever follows it gets exactly these rights. */
  const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
  const rights = /^ACL SETUSER dashboard on >password (.+)$/m.exec(readme)?.[1]?.split(' ') ?? [];
  const loginAs = (user: string) => `redis://${user}:p%40ss%2Fword@127.0.0.1:${redis.port}`;

  test('with the rights that README lists can do all of it', async () => {
    expect(rights.length).toBeGreaterThan(5);
    await redis.command('ACL', 'SETUSER', 'dashboard', 'on', '>p@ss/word', ...rights);
    await addEntries(redis, 'another:stream', 3, () => ['n', '1']);
    await withDashboard(loginAs('dashboard'), async (dashboard) => {
      await expectFeed(dashboard, () => addEvent(redis, EVENTS, 'some.event'));
      await eventuallyGroups(dashboard, EVENTS, [
        { name: 'dashboard-frontend', pending: 0, lag: expect.objectContaining({ value: 0 }) },
        { name: 'ag-ui-frontend', lag: expect.objectContaining({ value: 1, quality: 'exact' }) },
      ]);
      const headers = { 'idempotency-key': 'acl' };
      const posted = await postJson(dashboard.url, '/api/tasks', TASK, headers);
      expect(posted.status).toBe(201);
      const repeated = await postJson(dashboard.url, '/api/tasks', TASK, headers);
      expect(repeated.json()).toEqual(posted.json());
      expect((await postJson(dashboard.url, '/api/tasks', TASK)).status).toBe(201);
      expect(await redis.command('XLEN', QUEUE)).toBe(2);
      for (const path of ['', '/entries', '/groups/lightrag-workers/pending']) {
        expect((await send(dashboard.url, `/api/streams/${QUEUE}${path}`)).status).toBe(200);
      }
      // A key beyond the rights is a refusal with its reason, and harms nothing else.
      const beyond = await send(dashboard.url, '/api/streams/another:stream');
      expect([beyond.status, beyond.json()]).toMatchObject([
        503,
        { code: 'redis_permission_denied' },
      ]);
      const stream = await SseClient.open(dashboard.url, '/events/stream?stream=another:stream');
      expect(await stream.next('dashboard.status')).toMatchObject({
        data: { redis: 'up', code: 'redis_permission_denied' },
      });
      stream.close();
    });
  });

  test('without EVAL sees and feeds all the same, and owns up to the lag it cannot count', async () => {
    const narrow = rights.filter((right) => !right.startsWith('+eval'));
    await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>p@ss/word', ...narrow);
    const ids = await addEntries(redis, QUEUE, 10, () => ['n', '1']);
    await redis.command(
      'XREADGROUP',
      'GROUP',
      'metrics-collector',
      'm',
      'COUNT',
      3,
      'STREAMS',
      QUEUE,
      '>',
    );
    await redis.command('XDEL', QUEUE, ids[5] ?? '');
    await withDashboard(loginAs('narrow'), async (dashboard) => {
      await expectFeed(dashboard, () => addEvent(redis, EVENTS, 'another.event'));
      const resumed = await SseClient.open(dashboard.url, '/events/stream?last_id=0');
      await resumed.untilEntries(2);
      expect(resumed.ids).toEqual(await idsInRedis(redis, EVENTS));
      resumed.close();
      await eventuallyGroups(dashboard, QUEUE, [
        {
          name: 'metrics-collector',
          lag: expect.objectContaining({
            value: null,
            quality: 'unknown',
            reason: expect.stringContaining('EVAL'),
          }),
        },
        { name: 'lightrag-workers', lag: expect.objectContaining({ value: 11, quality: 'exact' }) },
      ]);
      expect((await postJson(dashboard.url, '/api/tasks', TASK)).status).toBe(201);
      const length = await redis.command('XLEN', QUEUE);
      const keyed = await postJson(dashboard.url, '/api/tasks', TASK, { 'idempotency-key': 'k' });
      expect([keyed.status, keyed.json()]).toMatchObject([
        503,
        { code: 'redis_permission_denied' },
      ]);
      expect(await redis.command('XLEN', QUEUE)).toBe(length);
    });
  });

  test('that may do nothing at all: the process stays up and names the trouble', async () => {
    await redis.command('ACL', 'SETUSER', 'nobody', 'on', '>p@ss/word', 'resetkeys', '-@all');
    const dashboard = await startDashboard({ redisUrl: loginAs('nobody') });
    try {
      await eventually(async () =>
        expect((await send(dashboard.url, '/health/detailed')).json()).toMatchObject({
          status: 'degraded',
          redis: { status: 'down', code: 'redis_permission_denied' },
        }),
      );
      expect((await send(dashboard.url, '/')).status).toBe(200);
    } finally {
      await dashboard.stop();
    }
  });
});

test('a database number in the address: all happens there, and nothing in database 0', async () => {
  await redis.command('FLUSHALL');
  await withDashboard(`${redis.url}/5`, async (dashboard) => {
    await redis.command('SELECT', 5);
    try {
      await expectFeed(dashboard, () => addEvent(redis, EVENTS, 'some.event'));
      const answer = await postJson(dashboard.url, '/api/tasks', TASK, { 'idempotency-key': 'db' });
      expect(answer.json()).toMatchObject({ message_id: (await idsInRedis(redis, QUEUE))[0] });
      expect(await redis.command('XINFO', 'GROUPS', EVENTS)).toHaveLength(4);
    } finally {
      await redis.command('SELECT', 0);
    }
    expect(await redis.command('DBSIZE')).toBe(0);
  });
});

describe('TLS', () => {
  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
  let dir: string;
  let secure: RedisServer | undefined;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shield-tls-'));
    if (!hasOpenssl) return;
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', '-x509', ...newKey, '-days', '2', ...files, ...subject], {
      stdio: 'ignore',
    });
    secure = await startRedisServer({ tls: { cert, key, ca: cert } });
  });
  afterAll(async () => {
    await secure?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test('with the authority in REDIS_CA_FILE: all of it works', async ({ skip }) => {
    const server = secure;
    if (server === undefined) return skip('no openssl on the PATH');
    expect(server.url).toMatch(/^rediss:/);
    const env = { REDIS_CA_FILE: join(dir, 'cert.pem') };
    await withDashboard(
      server.url,
      async (dashboard) => {
        await expectFeed(dashboard, () => addEvent(server, EVENTS, 'some.event'));
        expect((await postJson(dashboard.url, '/api/tasks', TASK)).status).toBe(201);
      },
      env,
    );
  });

  test('with an authority nobody vouches for: no connection, and the trouble named', async ({
    skip,
  }) => {
    const server = secure;
    if (server === undefined) return skip('no openssl on the PATH');
    const dashboard = await startDashboard({ redisUrl: server.url });
    try {
      await eventually(async () =>
        expect((await send(dashboard.url, '/health/detailed')).json()).toMatchObject({
          redis: { status: 'down', code: expect.stringMatching(/^redis_/) },
        }),
      );
      expect((await send(dashboard.url, '/')).status).toBe(200);
    } finally {
      await dashboard.stop();
    }
  });
});
