import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { addHeldEntries, holdAnswer } from '@/e2e/support/held-answer';
import { send } from '@/e2e/support/http-client';
import { accessLines } from '@/e2e/support/log-lines';
import { clientSockets } from '@/e2e/support/open-sockets';
import { addEntries } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { refusedUpgrade, WebSocketClient } from '@/e2e/support/websocket-client';

const PER_ADDRESS = 4;
const IN_ALL = 6;
const STALLED_MS = 3_000;

let stack: Stack;
const open: { close(): void }[] = [];

beforeAll(async () => {
  const env = {
    FEED_SUBSCRIBERS_MAX: String(IN_ALL),
    FEED_SUBSCRIBERS_PER_ADDRESS_MAX: String(PER_ADDRESS),
    FEED_STALLED_MS: String(STALLED_MS),
  };
  stack = await startStack({ dashboard: { env } });
});
afterAll(() => stack.stop());
afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  await eventually(async () => expect(await counts()).toMatchObject({ sse: 0, websocket: 0 }));
});

async function counts(): Promise<Record<string, number>> {
  const answer = await send(stack.base, '/health/detailed');
  const { feed } = answer.json() as { feed: Record<string, number> };
  return feed;
}

async function connect<T extends { close(): void }>(client: Promise<T>): Promise<T> {
  const connected = await client;
  open.push(connected);
  return connected;
}

/** A live connection from an address of this host; gives the answer's status. */
async function connectFrom(localAddress: string): Promise<number | undefined> {
  const { hostname, port } = new URL(stack.base);
  const sent = request({ hostname, port, localAddress, path: '/events/stream', agent: false });
  open.push({ close: () => sent.destroy() });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.on('error', () => undefined).resume();
  return response.statusCode;
}

describe('live connections', () => {
  test('are limited for an address and in all, over both transports, and told so', async () => {
    await connect(SseClient.open(stack.base));
    await connect(WebSocketClient.open(stack.base));
    for (let n = 2; n < PER_ADDRESS; n++) await connect(SseClient.open(stack.base));
    const refused = await send(stack.base, '/events/stream');
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('10');
    expect(refused.json()).toMatchObject({ code: 'address_limit', status: 429 });
    const upgrade = await refusedUpgrade(stack.base, '/events/ws');
    expect(upgrade.status).toBe(429);
    expect(JSON.parse(upgrade.text)).toMatchObject({ code: 'address_limit' });
    expect(await counts()).toMatchObject({ sse: 3, websocket: 1 });

    // Everything but a live connection is answered as ever.
    expect((await send(stack.base, '/events/stats')).status).toBe(200);
    open.pop()?.close();
    await eventually(async () => expect(await counts()).toMatchObject({ sse: 2 }));
    const again = await connect(SseClient.open(stack.base));
    expect(again.status).toBe(200);
    await again.next('dashboard.hello');
  });

  test('are cut when they take nothing, with a reason, and go on by id', async () => {
    const sse = await connect(SseClient.open(stack.base));
    const socket = await connect(WebSocketClient.open(stack.base));
    const fast = await connect(SseClient.open(stack.base));
    for (const client of [sse, socket, fast]) await client.next('dashboard.hello');
    const before = await counts();
    sse.pause();
    socket.socket.pause();
    // More than all buffers on the way hold, for as long as it takes. The fast one is never behind
    // by more than one portion, which leaves the process at once.
    const text = 'x'.repeat(50_000);
    const added: string[] = [];
    await eventually(async () => {
      const fields = () => ['type', 'big', 'data', text];
      added.push(...(await addEntries(stack.redis, 'shield:events', 20, fields)));
      await fast.untilEntries(added.length);
      expect(Number((await counts()).stalled) - Number(before.stalled)).toBe(2);
    });
    sse.resume();
    await sse.until(() => sse.ended, 'the end');
    expect(sse.comments).toContain('stalled');
    socket.socket.resume();
    expect(await socket.untilClosed()).toEqual({ code: 1013, reason: 'stalled' });
    for (const client of [sse, socket]) {
      expect(client.ids.length).toBeLessThan(added.length);
      expect(client.ids).toEqual(added.slice(0, client.ids.length));
    }
    const rest = await connect(
      SseClient.open(stack.base, `/events/stream?last_id=${sse.ids.at(-1)}`),
    );
    await rest.until(() => rest.ids.at(-1) === added.at(-1), 'the rest');
    expect([...sse.ids, ...rest.ids]).toEqual(added);
    await fast.until(() => fast.ids.at(-1) === added.at(-1), 'the last entry');
    expect(fast.ids).toEqual(added);
  });

  test('are let go when they do not even take the reason', async () => {
    const clients = [
      await connect(SseClient.open(stack.base)),
      await connect(WebSocketClient.open(stack.base)),
    ];
    for (const client of clients) await client.next('dashboard.hello');
    const sockets = clientSockets(stack.dashboard);
    clients[0]?.pause();
    clients[1]?.pause();
    const text = 'x'.repeat(50_000);
    await eventually(async () => {
      const fields = () => ['type', 'big', 'data', text];
      await addEntries(stack.redis, 'shield:events', 20, fields);
      expect(await counts()).toMatchObject({ sse: 0, websocket: 0 });
    });
    await eventually(() => expect(clientSockets(stack.dashboard)).toBeLessThanOrEqual(sockets - 2));
  });

  test('count for each address apart', async () => {
    const from = async (address: string, times: number) => {
      const statuses = [];
      for (let n = 0; n < times; n++) statuses.push(await connectFrom(address));
      return statuses;
    };
    expect(await from('127.0.0.1', PER_ADDRESS + 1)).toEqual([200, 200, 200, 200, 429]);
    expect(await from('127.0.0.2', IN_ALL - PER_ADDRESS + 1)).toEqual([200, 200, 503]);
  });
});

test('searches and downloads are cut as well when they take nothing', async () => {
  await addHeldEntries(stack.redis, 'held');
  const paths = ['/api/streams/held/download', '/api/streams/held/search'];
  const held = await Promise.all(paths.map((path) => holdAnswer(stack.base, `${path}?limit=1000`)));
  // Their connections too: who reads nothing would never hear that it is over.
  await eventually(() => {
    const cut = accessLines(stack.dashboard).filter(({ complete }) => !complete);
    expect(cut.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
  });
  expect(await Promise.all(held.map((answer) => answer.isBrokenOff()))).toEqual([true, true]);
});
