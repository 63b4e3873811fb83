import { afterAll, test as base, beforeAll, describe, expect } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { addEntries, addEvent, idsInRedis } from '@/e2e/support/redis-facts';
import { monitorRedis } from '@/e2e/support/redis-monitor';
import { SseClient } from '@/e2e/support/sse-client';
import {
  PERSISTENT,
  restartRedis,
  type Stack,
  startStack,
  whileSuspended,
} from '@/e2e/support/stack';

const DEFAULT = 'shield:events';
const gapData = z.strictObject({ after: z.string(), before: z.string(), lost: z.number() });

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ redis: { args: PERSISTENT } });
});
afterAll(() => stack.stop());

interface Fixtures {
  connected: (query?: string) => Promise<SseClient>;
  /**
   * A connection that stands at the newest entry of a stream, having been sent it. So does the
   * dashboard's one reader, which notices what happens to the stream.
   */
  standingAtHead: (stream: string) => Promise<{ client: SseClient; headId: string }>;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the destructuring
  connected: async ({}, use) => {
    const open: SseClient[] = [];
    await use(async (query = '') => {
      const client = await SseClient.open(stack.base, `/events/stream${query}`);
      open.push(client);
      await client.next('dashboard.hello');
      return client;
    });
    for (const client of open) client.close();
  },
  standingAtHead: async ({ connected }, use) => {
    await use(async (stream) => {
      const monitor = await monitorRedis(stack.redis);
      const client = await connected(`?stream=${stream}`);
      const headId = await addEvent(stack.redis, stream, 'the.head');
      await client.untilEntries(1);
      await eventually(() => {
        const reads = monitor.commands.filter(([name]) => name === 'XREAD');
        expect(reads.at(-1)).toContain(headId);
      });
      monitor.stop();
      return { client, headId };
    });
  },
});

describe('Redis away', () => {
  test('it is told, the connection stays, and later entries arrive on it', async ({
    connected,
  }) => {
    const before = await addEvent(stack.redis, DEFAULT, 'before.outage');
    const client = await connected();
    const quiet = await connected('?stream=away:quiet');
    await stack.redis.kill();
    expect(await client.next('dashboard.status')).toMatchObject({
      id: undefined,
      data: { redis: 'down', code: 'redis_unreachable', since: expect.stringMatching(/^20.*Z$/) },
    });
    const during = await connected(`?last_id=${before}`);
    expect(during.status).toBe(200);
    expect(await during.next('dashboard.status')).toMatchObject({ data: { redis: 'down' } });

    await restartRedis(stack.redis);
    const added = await addEntries(stack.redis, DEFAULT, 20, (index) => ['n', String(index)]);
    const quietId = await addEvent(stack.redis, 'away:quiet', 'after.outage');
    // Between the two it may be down for another reason: loading, or slow to answer.
    const lastTold = () => client.named('dashboard.status').at(-1)?.data;
    await eventually(() => expect(lastTold()).toEqual({ redis: 'up', since: expect.any(String) }));
    added.push(await addEvent(stack.redis, DEFAULT, 'after.outage'));
    await client.until(() => client.ids.includes(added.at(-1)), 'The entry after the outage');
    await during.until(() => during.ids.includes(added.at(-1)), 'The entry after the outage');
    expect(client.ids).toEqual(await idsInRedis(stack.redis, DEFAULT, `(${before}`));
    expect(during.ids).toEqual(client.ids);
    await quiet.untilEntries(1);
    expect(quiet.ids).toEqual([quietId]);
    for (const one of [client, during, quiet]) {
      expect(one.named('dashboard.reset')).toEqual([]);
      expect(one.named('dashboard.gap')).toEqual([]);
      expect(one.ended).toBe(false);
    }
  });

  test('clients that leave while Redis hangs are let go as well', async () => {
    const stream = 'away:left';
    stack.redis.suspend();
    const clients = await Promise.all(
      Array.from({ length: 5 }, () =>
        SseClient.open(stack.base, `/events/stream?stream=${stream}&last_id=0`),
      ),
    );
    for (const client of clients) client.close();
    stack.redis.resume();
    const monitor = await monitorRedis(stack.redis);
    try {
      const reads = () => monitor.commands.filter(([name]) => name === 'XREAD');
      await eventually(() => expect(reads().length).toBeGreaterThan(1));
      await eventually(() => expect(reads().at(-1)).not.toContain(stream));
    } finally {
      monitor.stop();
    }
  });
});

describe.concurrent('a key that is no stream', () => {
  test('is told with its code, and followed once it is one', async ({ connected }) => {
    await stack.redis.command('SET', 'trouble:type', 'text');
    const client = await connected('?stream=trouble:type');
    expect(client.status).toBe(200);
    const told = await client.next('dashboard.status');
    expect(told.data).toMatchObject({ redis: 'up', code: 'wrong_type' });
    await stack.redis.command('DEL', 'trouble:type');
    const id = await addEvent(stack.redis, 'trouble:type', 'now.a_stream');
    await client.untilEntries(1);
    expect(client.ids).toEqual([id]);
    expect(client.told.map((item) => item.event)).toEqual(['dashboard.hello', 'now.a_stream']);
    const last = client.named('dashboard.status').at(-1);
    expect(last).not.toBe(told);
    expect(last?.data).toEqual({ redis: 'up', since: expect.any(String) });
  });

  test('does not keep other streams from being read', async ({ connected, standingAtHead }) => {
    const ill = await connected('?stream=trouble:replaced');
    await stack.redis.command('SADD', 'trouble:replaced', 'member');
    expect(await ill.next('dashboard.status')).toMatchObject({ data: { code: 'wrong_type' } });
    const { client } = await standingAtHead('trouble:well');
    expect(client.entries).toHaveLength(1);
  });
});

test('a stream that is deleted for good: reset, and then nothing', async ({ standingAtHead }) => {
  const { client } = await standingAtHead('anew:never');
  await stack.redis.command('DEL', 'anew:never');
  await client.next('dashboard.reset');
  const other = await standingAtHead('anew:never-too');
  other.client.close();
  expect(client.told.map((item) => item.event)).toEqual([
    ...['dashboard.hello', 'the.head', 'dashboard.reset'],
  ]);
});

describe('entries that were trimmed before they could be sent', () => {
  async function addAndTrim(count: number, left: number): Promise<string[]> {
    const added = await addEntries(stack.redis, DEFAULT, count, () => ['n', '1']);
    await stack.redis.command('XTRIM', DEFAULT, 'MAXLEN', left);
    return added;
  }

  /** What a gap says, held against what stands around it. */
  function expectGap(client: SseClient, added: string[], headId: string): void {
    const items = client.told;
    const at = items.findIndex((item) => item.event === 'dashboard.gap');
    const { after, before, lost } = gapData.parse(items[at]?.data);
    expect(items[at]?.id).toBeUndefined();
    expect(after).toBe(items[at - 1]?.id ?? headId);
    expect(before).toBe(items[at + 1]?.id);
    const received = client.ids.filter((id) => added.includes(String(id)));
    expect(lost).toBe(added.length - received.length);
    expect(client.ids.slice(client.ids.indexOf(headId) + 1)).toEqual(received);
    expect(client.named('dashboard.gap')).toHaveLength(1);
  }

  test('in an outage of Redis: told with their exact number', async ({ standingAtHead }) => {
    const { client, headId } = await standingAtHead(DEFAULT);
    const added = await whileSuspended(stack.dashboard, async () => {
      await stack.redis.kill();
      await restartRedis(stack.redis);
      return await addAndTrim(60, 10);
    });
    await client.until(() => client.ids.at(-1) === added.at(-1), 'The last entry');
    expectGap(client, added, headId);
  });

  test('while the dashboard did not run: told with their exact number', async ({
    standingAtHead,
  }) => {
    const { client, headId } = await standingAtHead(DEFAULT);
    const added = await whileSuspended(stack.dashboard, () => addAndTrim(60, 10));
    await client.until(() => client.ids.at(-1) === added.at(-1), 'The last entry');
    expectGap(client, added, headId);
  });

  test('within one transaction: told with their exact number', async ({ standingAtHead }) => {
    const { client, headId } = await standingAtHead(DEFAULT);
    const { command } = stack.redis;
    await command('MULTI');
    for (let n = 0; n < 60; n++) await command('XADD', DEFAULT, 'MAXLEN', 10, '*', 'n', n);
    const reply = await command('EXEC');
    const added = Array.isArray(reply) ? reply.map(String) : [];
    await client.until(() => client.ids.at(-1) === added.at(-1), 'The last entry');
    expectGap(client, added, headId);
  });

  test('behind a resume on a stream nobody followed: told, their number is not known', async ({
    connected,
  }) => {
    const ids = await addEntries(stack.redis, 'gap:unknown', 60, () => ['n', '1']);
    await stack.redis.command('XTRIM', 'gap:unknown', 'MAXLEN', 10);
    const client = await connected(`?stream=gap:unknown&last_id=${ids[4]}`);
    await client.untilEntries(10);
    expect(client.told[1]).toMatchObject({
      event: 'dashboard.gap',
      data: { after: ids[4], before: ids[50], lost: null },
    });
    expect(client.ids).toEqual(ids.slice(50));
  });

  test('a stream trimmed to nothing: told, and what comes later arrives', async ({ connected }) => {
    const ids = await addEntries(stack.redis, 'gap:empty', 10, () => ['n', '1']);
    await stack.redis.command('XTRIM', 'gap:empty', 'MAXLEN', 0);
    const client = await connected(`?stream=gap:empty&last_id=${ids[4]}`);
    const gap = await client.next('dashboard.gap');
    expect(gap.data).toMatchObject({ after: ids[4], before: ids[9] });
    const later = await addEvent(stack.redis, 'gap:empty', 'later.event');
    await client.untilEntries(1);
    expect(client.ids).toEqual([later]);
  });

  test('last_id=0 asks for all there is: nothing is missing', async ({ connected }) => {
    const ids = await addEntries(stack.redis, 'gap:zero', 20, () => ['n', '1']);
    await stack.redis.command('XTRIM', 'gap:zero', 'MAXLEN', 5);
    const client = await connected('?stream=gap:zero&last_id=0');
    await client.untilEntries(5);
    expect(client.told.slice(1).map((item) => item.id)).toEqual(ids.slice(15));
  });

  test('what the dashboard still has in memory is sent although Redis has it no more', async ({
    connected,
    standingAtHead,
  }) => {
    const { client, headId } = await standingAtHead(DEFAULT);
    const added = await addEntries(stack.redis, DEFAULT, 60, () => ['n', '1']);
    await client.untilEntries(61);
    await stack.redis.command('XTRIM', DEFAULT, 'MAXLEN', 1);
    const resumed = await connected(`?last_id=${headId}`);
    await resumed.untilEntries(60);
    expect(resumed.told.slice(1).map((item) => item.id)).toEqual(added);
  });
});
