import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { clientSockets } from '@/e2e/support/open-sockets';
import { addEntries } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

async function subscribers(): Promise<number> {
  const answer = await send(stack.base, '/health/detailed');
  return (answer.json() as { feed: { sse: number } }).feed.sse;
}

function openSocket(allowHalfOpen = false): Socket {
  const { hostname, port } = new URL(stack.base);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen });
  socket.on('error', () => undefined).resume();
  return socket;
}

describe('a connection', () => {
  test('that asks for the feed again and again is one subscriber, and leaves nothing', async () => {
    const socket = openSocket();
    socket.write('GET /events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(5));
    await eventually(async () => expect(await subscribers()).toBe(1));
    expect(await subscribers()).toBe(1);
    socket.destroy();
    await eventually(async () => expect(await subscribers()).toBe(0));
  });

  test('that offers another protocol gets all of the feed, however much', async () => {
    const ids = await addEntries(stack.redis, 'odd:large', 60, () => ['v', 'x'.repeat(100_000)]);
    const client = await SseClient.open(stack.base, '/events/stream?stream=odd:large&last_id=0', {
      connection: 'Upgrade',
      upgrade: 'h2c',
    });
    await client.untilEntries(ids.length);
    expect(client.ids).toEqual(ids);
    expect(client.comments).not.toContain('stalled');
    client.close();
  });

  test('whose upgrade is refused is let go, though it leaves its half open', async () => {
    const sockets = clientSockets(stack.dashboard);
    const head = 'GET /events/ws?last_id=x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n';
    const all = Array.from({ length: 20 }, () => openSocket(true));
    for (const socket of all) {
      socket.write(`${head}Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`);
    }
    await eventually(() => expect(all.every((socket) => socket.readableEnded)).toBe(true));
    await eventually(() => expect(clientSockets(stack.dashboard)).toBeLessThanOrEqual(sockets));
    for (const socket of all) socket.destroy();
  });
});
