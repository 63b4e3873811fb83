import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { addEntries } from '@/e2e/support/redis-facts';
import {
  type DashboardProcess,
  PERSISTENT,
  restartRedis,
  type Stack,
  startStack,
} from '@/e2e/support/stack';
import { startNextApp } from '@/scripts/setup/dashboard-process.mjs';

let stack: Stack;
/** The same build under `next start`: there the route answers, else the plain response. */
let next: DashboardProcess;

beforeAll(async () => {
  const env = { STREAMS: 'shield:ingestion_queue,shield:events,absent:one' };
  stack = await startStack({ redis: { args: PERSISTENT }, dashboard: { env } });
  next = await startNextApp({ redisUrl: stack.redis.url, env });
});
afterAll(async () => {
  await next.kill();
  await stack.stop();
});

async function statsOf(base: string): Promise<unknown> {
  const answer = await send(base, '/events/stats');
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    ...{ 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
  return answer.json();
}

/** Waits until both ways to answer say this. */
async function eventuallyBoth(expected: Record<string, unknown>): Promise<void> {
  for (const base of [stack.base, next.url]) {
    await eventually(async () => expect(await statsOf(base)).toMatchObject(expected));
  }
}

/** Waits for a sample in which the streams stand like this. */
const eventuallyStats = (streams: Record<string, unknown>) => eventuallyBoth({ streams });

const exact = (value: number) => ({
  value,
  quality: 'exact',
  reason: null,
  lost: 0,
  behind_ms: value === 0 ? null : expect.any(Number),
});

describe('GET /events/stats', () => {
  test('an empty stream and an absent one give null entries, and the groups are there', async () => {
    await eventuallyStats({
      'shield:ingestion_queue': {
        length: 0,
        first_entry: null,
        last_entry: null,
        consumer_groups: ['lightrag-workers', 'metrics-collector'],
      },
      'shield:events': {
        length: 0,
        first_entry: null,
        last_entry: null,
        consumer_groups: [
          ...['ag-ui-frontend', 'dashboard-frontend', 'metrics-collector', 'power-ui-frontend'],
        ],
      },
      'absent:one': {
        status: 'absent',
        length: 0,
        first_entry: null,
        last_entry: null,
        consumer_groups: [],
      },
    });
    await eventuallyBoth({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      redis: { status: 'up' },
    });
    expect(await stack.redis.command('EXISTS', 'absent:one')).toBe(0);
  });

  describe('once there are entries', () => {
    const queue = 'shield:ingestion_queue';
    let ids: string[];

    beforeAll(async () => {
      const { command } = stack.redis;
      const readFive = (group: string, stream: string) =>
        command('XREADGROUP', 'GROUP', group, 'c', 'COUNT', 5, 'STREAMS', stream, '>');
      ids = await addEntries(stack.redis, queue, 30, () => ['n', '1']);
      await addEntries(stack.redis, 'shield:events', 50, () => ['n', '1']);
      // Workers acknowledge and delete: Redis's own lag of the other group is then wrong, or nil.
      await readFive('metrics-collector', queue);
      await command('XDEL', queue, ...ids.slice(10, 20));
      await command('XGROUP', 'CREATE', 'lag:trimmed', 'slow', '$', 'MKSTREAM');
      await addEntries(stack.redis, 'lag:trimmed', 30, () => ['n', '1']);
      await readFive('slow', 'lag:trimmed');
      await command('XTRIM', 'lag:trimmed', 'MAXLEN', 10);
      await command('SET', 'absent:one', 'text');
    });

    test('ids are ids, and a lag says how it is known', async () => {
      await eventuallyStats({
        [queue]: {
          ...{ length: 20, first_entry: ids[0], last_entry: ids[29] },
          groups: [
            { name: 'lightrag-workers', pending: 0, lag: { value: 20, quality: 'exact' } },
            {
              ...{ name: 'metrics-collector', pending: 5 },
              lag: { value: 15, quality: 'counted', reason: expect.any(String) },
            },
          ],
        },
      });
    });

    test('what was trimmed before it was read is lost, not lagging', async () => {
      await eventuallyStats({
        'lag:trimmed': { length: 10, groups: [{ name: 'slow', lag: { value: 10, lost: 15 } }] },
      });
    });

    test("the dashboard's own group is always at 0, with nothing pending", async () => {
      await eventuallyStats({
        'shield:events': {
          length: 50,
          groups: expect.arrayContaining([
            expect.objectContaining({ name: 'dashboard-frontend', pending: 0, lag: exact(0) }),
            expect.objectContaining({ name: 'ag-ui-frontend', pending: 0, lag: exact(50) }),
          ]),
        },
      });
    });

    test('a key of another type is said to be one', async () => {
      await eventuallyStats({
        'absent:one': {
          ...{ status: 'wrong_type', first_entry: null, last_entry: null, consumer_groups: [] },
        },
      });
    });
  });

  test('with Redis away: 200, the trouble named, and what was known last', async () => {
    await stack.redis.kill();
    await eventuallyBoth({
      redis: { status: 'down', code: 'redis_unreachable', since: expect.any(String) },
      streams: {
        'shield:events': { length: 50 },
        'lag:trimmed': { length: 10 },
        'absent:one': { first_entry: null },
      },
    });
    await restartRedis(stack.redis);
    await eventuallyBoth({
      redis: { status: 'up' },
      streams: { 'shield:events': { length: 50 } },
    });
  });

  test('both ways refuse a foreign host alike, and give an answer without a body to HEAD', async () => {
    for (const base of [stack.base, next.url]) {
      const foreign = await send(base, '/events/stats', { headers: { host: 'evil.example' } });
      expect(foreign.status).toBe(403);
      expect(foreign.headers['content-type']).toBe('application/problem+json');
      expect(foreign.json()).toMatchObject({ code: 'foreign_host' });
      const head = await send(base, '/events/stats', { method: 'HEAD' });
      expect([head.status, head.text]).toEqual([200, '']);
      const query = await send(base, '/events/stats?anything=1');
      expect(query.json()).toMatchObject({ streams: expect.any(Object) });
    }
  });

  test('under next start, which guards no page, no page is shown', async () => {
    for (const path of ['/', '/streams/shield:events', '/events', '/tasks', '/sign-in', '/none']) {
      const { status, text } = await send(next.url, path, { headers: { accept: 'text/html' } });
      expect([path, status]).toEqual([path, path === '/none' ? 404 : 403]);
      if (path !== '/none') expect(text).toContain('Start the dashboard with npm start.');
      expect(text).not.toContain('aria-label="Places"');
      expect(text).not.toContain('shield:ingestion_queue');
    }
    expect((await send(stack.base, '/')).text).toContain('shield:ingestion_queue');
  });

  test('however many ask, Redis is asked no more', async () => {
    const commands = async () => {
      const info = String(await stack.redis.command('INFO', 'commandstats'));
      const calls = [...info.matchAll(/cmdstat_(?:eval|evalsha):calls=(\d+)/g)];
      return calls.reduce((sum, [, count]) => sum + Number(count), 0);
    };
    await statsOf(stack.base);
    const [from, startedMs] = [await commands(), performance.now()];
    for (let n = 0; n < 16; n++) {
      await Promise.all(Array.from({ length: 25 }, () => statsOf(stack.base)));
    }
    const seconds = (performance.now() - startedMs) / 1_000 + 1;
    // Two processes sample, count and keep history; a sample a request would be thousands more.
    expect((await commands()) - from).toBeLessThan(200 + 60 * seconds);
  });
});
