import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import { SseClient } from '@/e2e/support/sse-client';
import { ownCluster } from '@/lib/testing/own-cluster';
import { type DashboardProcess, startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const own = ownCluster();
const QUEUE = 'shield:ingestion_queue';
const EVENTS = 'shield:events';
let dashboard: DashboardProcess;
/** A stream on each node, to be found by scanning. */
let found: string[];

beforeAll(async () => {
  found = [0, 1, 2].map((at) => own.nameOn(at));
  for (const name of found) await own.command('XADD', name, '*', 'type', 'made.before');
  dashboard = await startDashboard({ redisUrl: own.cluster.url, env: { REDIS_CLUSTER: 'true' } });
});
afterAll(() => dashboard.stop());

const get = async (path: string) => {
  const answer = await send(dashboard.url, path);
  expect(answer.status).toBe(200);
  return answer;
};

test('a dashboard on a cluster is healthy, and says what it runs on', async () => {
  await eventually(async () =>
    expect((await get('/health/detailed')).json()).toMatchObject({
      status: 'healthy',
      redis: { status: 'up', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    }),
  );
});

test('it makes the groups where they belong, and finds the streams of every node', async () => {
  const groups = ['lightrag-workers', 'metrics-collector'];
  await eventually(async () =>
    expect((await get('/events/stats')).json()).toMatchObject({
      streams: {
        [QUEUE]: { consumer_groups: groups },
        [EVENTS]: { consumer_groups: expect.arrayContaining(['dashboard-frontend']) },
      },
    }),
  );
  await eventually(async () => {
    const { text } = await get('/api/streams');
    for (const name of found) expect(text).toContain(name);
  });
});

test('a task is added once for its key', async () => {
  const task = { content: 'x', source_uri: 'test://x', source_type: 'test' };
  const enqueue = () => postJson(dashboard.url, '/api/tasks', task, { 'idempotency-key': 'one' });
  const [first, second] = [await enqueue(), await enqueue()];
  expect(first.status).toBe(201);
  expect(second.json()).toEqual(first.json());
  expect(await own.command('XLEN', QUEUE)).toBe(1);
});

test('its feeds carry the streams of all nodes, and its own group keeps up', async () => {
  const streams = [EVENTS, ...found];
  const feeds = await Promise.all(
    streams.map((stream) => SseClient.open(dashboard.url, `/events/stream?stream=${stream}`)),
  );
  try {
    for (const feed of feeds) {
      await eventually(() => expect(feed.named('dashboard.hello')).toHaveLength(1));
    }
    for (const [at, stream] of streams.entries()) {
      const ids: string[] = [];
      for (let n = 0; n < 10; n++) {
        ids.push(String(await own.command('XADD', stream, '*', 'type', 'live.one')));
      }
      await eventually(() => expect(feeds[at]?.ids).toEqual(ids));
    }
  } finally {
    for (const feed of feeds) feed.close();
  }
  await eventually(async () =>
    expect((await get('/events/stats')).json()).toMatchObject({
      streams: {
        [EVENTS]: {
          length: 10,
          groups: expect.arrayContaining([
            expect.objectContaining({
              name: 'dashboard-frontend',
              pending: 0,
              lag: expect.objectContaining({ value: 0 }),
            }),
          ]),
        },
      },
    }),
  );
});

test('its pages and metrics tell of streams on every node', async () => {
  for (const name of found) {
    const path = `/streams/${encodeURIComponent(name)}`;
    expect((await get(path)).text).toContain(name);
    expect((await get(`/api${path}/entries`)).text).toContain('made.before');
    expect((await get('/metrics')).text).toContain(name);
  }
});

test('the history is kept in the cluster', async () => {
  await eventually(async () =>
    expect((await get(`/api/streams/${EVENTS}/history`)).json()).toMatchObject({
      history: { stored_in: 'redis', writer: true, reason: null },
    }),
  );
  await eventually(async () => {
    const keys = await Promise.all(own.nodes.map(({ command }) => command('KEYS', '*:written')));
    expect(keys.flat()).toHaveLength(1);
  });
});

test('a dashboard that was not told of the cluster says what to do', async () => {
  const url = own.master(0).url;
  const untold = await startDashboard({ redisUrl: url, env: { REDIS_CLUSTER: undefined } });
  try {
    await eventually(async () =>
      expect((await send(untold.url, '/health/detailed')).json()).toMatchObject({
        status: 'degraded',
        redis: {
          status: 'down',
          code: 'redis_is_cluster',
          message: 'This Redis is a node of a cluster: set REDIS_CLUSTER=true.',
        },
      }),
    );
    const page = await send(untold.url, '/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('redis_is_cluster');
  } finally {
    await untold.stop();
  }
});
