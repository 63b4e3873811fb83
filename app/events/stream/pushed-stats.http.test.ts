import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { addEvent } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import { PERSISTENT, restartRedis, type Stack, startStack } from '@/e2e/support/stack';
import { WebSocketClient } from '@/e2e/support/websocket-client';
import type { Stats } from '@/lib/model/stream-stats';

let stack: Stack;
const open: { close(): void }[] = [];

beforeAll(async () => {
  stack = await startStack({ redis: { args: PERSISTENT } });
});
afterAll(() => stack.stop());
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

async function connect(query: string): Promise<SseClient> {
  const client = await SseClient.open(stack.base, `/events/stream${query}`);
  open.push(client);
  await client.next('dashboard.hello');
  return client;
}

const statsOf = (client: Pick<SseClient, 'named'>) =>
  client.named('dashboard.stats').map(({ data }) => data as Stats);

const eventLengths = (client: SseClient) =>
  statsOf(client).map(({ streams }) => streams['shield:events']?.length ?? null);

describe('statistics on the live connection', () => {
  test('are what /events/stats answers, pushed as they change, beside the entries', async () => {
    const client = await connect('?stats=1');
    await client.next('dashboard.stats');
    const before = eventLengths(client).at(-1) ?? 0;
    const ids = [];
    for (let n = 0; n < 5; n++) ids.push(await addEvent(stack.redis, 'shield:events', 'a.b'));
    await client.untilEntries(5);
    expect(client.ids).toEqual(ids);
    await client.until(() => eventLengths(client).at(-1) === before + 5, 'the new length');
    const asked = (await send(stack.base, '/events/stats')).json() as Stats;
    const pushed = statsOf(client).at(-1);
    expect(Object.keys(pushed?.streams ?? {})).toEqual(Object.keys(asked.streams));
    expect(Object.keys(pushed?.streams['shield:events'] ?? {})).toEqual(
      Object.keys(asked.streams['shield:events'] ?? {}),
    );
    expect(pushed?.redis).toMatchObject({ status: 'up' });
  });

  test('come alone where they alone are asked for, over a WebSocket as well', async () => {
    const client = await connect('?stats=only');
    const socket = await WebSocketClient.open(stack.base, '/events/ws?stats=only');
    open.push(socket);
    await client.next('dashboard.stats');
    const from = client.named('dashboard.stats').length;
    await addEvent(stack.redis, 'shield:events', 'a.b');
    await client.until(() => client.named('dashboard.stats').length > from + 1, 'two more');
    await socket.until(() => socket.named('dashboard.stats').length > 1, 'two of them');
    expect([...client.entries, ...socket.entries]).toEqual([]);
  });

  test('are sent to nobody who did not ask', async () => {
    const asks = await connect('?stats=only');
    const plain = await connect('');
    await asks.until(() => asks.named('dashboard.stats').length > 2, 'some statistics');
    expect(plain.named('dashboard.stats')).toEqual([]);
  });

  test('say at once that Redis is away, and go on when it is back', async () => {
    const client = await connect('?stats=only');
    await client.next('dashboard.stats');
    await stack.redis.kill();
    await eventually(() =>
      expect(statsOf(client).at(-1)?.redis).toMatchObject({
        status: 'down',
        code: 'redis_unreachable',
      }),
    );
    // What was last known stays.
    expect(statsOf(client).at(-1)?.sampled_at).not.toBeNull();
    const from = client.items.length;
    await restartRedis(stack.redis);
    await client.until(
      () =>
        client.items
          .slice(from)
          .some(({ event, data }) => event === 'dashboard.stats' && isUp(data as Stats)),
      'Statistics of a Redis that is up',
    );
  });

  test('asked for in another way are refused', async () => {
    const answer = await send(stack.base, '/events/stream?stats=yes');
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request' });
  });
});

function isUp({ redis }: Stats): boolean {
  return redis.status === 'up';
}
