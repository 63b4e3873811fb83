import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { addEntries } from '@/e2e/support/redis-facts';
import { PERSISTENT, restartRedis, type Stack, startStack } from '@/e2e/support/stack';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    redis: { args: PERSISTENT },
    dashboard: { env: { STREAMS: 'shield:ingestion_queue,shield:events,absent:one' } },
  });
});
afterAll(() => stack.stop());

async function stats(): Promise<unknown> {
  const answer = await send(stack.base, '/events/stats');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json');
  return answer.json();
}

/** Waits for a sample in which the streams stand like this. */
async function eventuallyStats(expected: Record<string, unknown>): Promise<void> {
  await eventually(async () => expect(await stats()).toMatchObject({ streams: expected }));
}

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
    expect(await stats()).toMatchObject({
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
    await eventually(async () =>
      expect(await stats()).toMatchObject({
        redis: { status: 'down', code: 'redis_unreachable', since: expect.any(String) },
        streams: {
          'shield:events': { length: 50 },
          'lag:trimmed': { length: 10 },
          'absent:one': { first_entry: null },
        },
      }),
    );
    await restartRedis(stack.redis);
    await eventually(async () =>
      expect(await stats()).toMatchObject({
        redis: { status: 'up' },
        streams: { 'shield:events': { length: 50 } },
      }),
    );
  });
});
