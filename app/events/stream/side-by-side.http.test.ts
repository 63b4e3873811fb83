import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { addEntries, eventFields } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import type { DashboardProcess, RedisServer } from '@/e2e/support/stack';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';

const STREAM = 'shield:events';
const GROUP = 'dashboard-frontend';

let redis: RedisServer;
let dashboards: DashboardProcess[] = [];

beforeAll(async () => {
  redis = await startRedisServer();
  const start = () => startDashboard({ redisUrl: redis.url });
  dashboards = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all(dashboards.map((dashboard) => dashboard.stop()));
  await redis.stop();
});

/** The dashboards' own group as Redis sees it. */
async function ownGroup(): Promise<{ consumers: number; pending: number; lag: number }> {
  const groups = z
    .array(z.array(z.unknown()))
    .parse(await redis.command('XINFO', 'GROUPS', STREAM));
  const flat = groups.find((group) => group[1] === GROUP) ?? [];
  const pairs = flat.flatMap((key, at) => (at % 2 === 0 ? [[String(key), flat[at + 1]]] : []));
  return z
    .object({ consumers: z.number(), pending: z.number(), lag: z.number() })
    .parse(Object.fromEntries(pairs));
}

test('two dashboards on one Redis: each feeds every entry, and their group is read once', async () => {
  const clients = await Promise.all(dashboards.map(({ url }) => SseClient.open(url)));
  for (const client of clients) await client.next('dashboard.hello');
  const ids = await addEntries(redis, STREAM, 1_000, (index) =>
    eventFields('a.b', JSON.stringify({ n: index })),
  );
  for (const client of clients) {
    await client.untilEntries(ids.length);
    expect(client.ids).toEqual(ids);
    client.close();
  }
  await eventually(async () =>
    expect(await ownGroup()).toEqual({ consumers: 2, pending: 0, lag: 0 }),
  );
});

test('one that stops leaves the group to the other, and nothing behind', async () => {
  const [first] = dashboards;
  expect(await first?.stop()).toMatchObject({ code: 0 });
  dashboards.shift();
  await addEntries(redis, STREAM, 200, () => ['n', '1']);
  await eventually(async () =>
    expect(await ownGroup()).toEqual({ consumers: 1, pending: 0, lag: 0 }),
  );
});

test('a group that is taken away while it is read is made again', async () => {
  await redis.command('XGROUP', 'DESTROY', STREAM, GROUP);
  await eventually(ownGroup);
  await addEntries(redis, STREAM, 20, () => ['n', '1']);
  await eventually(async () =>
    expect(await ownGroup()).toEqual({ consumers: 1, pending: 0, lag: 0 }),
  );
});
