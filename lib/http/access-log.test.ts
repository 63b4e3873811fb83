import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TrustedPeers } from '@/lib/access/trusted-peers';
import { type AccessEntry, accessFields, logAccess, logUpgrade } from './access-log';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Loopback is a proxy here. */
const peers = new TrustedPeers(['127.0.0.1']);
const clientOf: TrustedPeers['clientOf'] = (...from) => peers.clientOf(...from);

/** A server that logs, and a promise of the next line. */
async function serve(handle: Handler) {
  let tell: (entry: AccessEntry) => void;
  const entry = new Promise<AccessEntry>((resolve) => {
    tell = resolve;
  });
  const server = createServer((incoming, response) => {
    logAccess(incoming, response, 'r1', { clientOf, write: (line) => tell(line) });
    handle(incoming, response);
  });
  server.on('upgrade', (incoming, socket) => {
    logUpgrade(incoming, socket, 'r1', 101, { clientOf, write: (line) => tell(line) });
    socket.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, entry };
}

/** Sends what no client library would. */
async function send(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  closing.push(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
}

const FIELDS = [
  ...['client', 'complete', 'duration_ms', 'method', 'path', 'peer', 'request_id', 'status'],
];

describe('the access log', () => {
  it('tells of a request all there is to tell, but not what was searched for', async () => {
    const { port, entry } = await serve((_incoming, response) => {
      response.writeHead(404).end('no');
    });
    const headers = { connection: 'close' };
    request({ host: '127.0.0.1', port, path: '/events?q=hunter2', headers })
      .on('error', () => undefined)
      .end();
    expect(await entry).toEqual({
      request_id: 'r1',
      client: '127.0.0.1',
      peer: '127.0.0.1',
      method: 'GET',
      path: '/events',
      status: 404,
      duration_ms: expect.any(Number),
      complete: true,
    });
  });

  it('has every field of a request that left out what it could', async () => {
    const { port, entry } = await serve((_incoming, response) => response.end());
    await send(port, 'GET /?a=b HTTP/1.0\r\n\r\n');
    const line = await entry;
    expect(Object.keys(line).sort()).toEqual(FIELDS);
    expect(line).toMatchObject({ path: '/', client: '127.0.0.1' });
  });

  it.each([
    ['198.51.100.9', '198.51.100.9'],
    ['203.0.113.5, 2001:db8::7', '2001:db8::7'],
    ['2001:db8::7, 127.0.0.1', '2001:db8::7'],
    ['nonsense', '127.0.0.1'],
  ])('has the client behind a trusted proxy and the proxy: %s', async (forwardedFor, client) => {
    const { port, entry } = await serve((_incoming, response) => response.end());
    const headers = `X-Forwarded-For: ${forwardedFor}\r\nConnection: close`;
    await send(port, `GET / HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n`);
    expect(await entry).toMatchObject({ client, peer: '127.0.0.1' });
  });

  it('tells of a client that left before the answer was whole', async () => {
    const { port, entry } = await serve((incoming, response) => {
      response.write('first');
      incoming.socket.destroy();
    });
    await send(port, 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await entry).toMatchObject({ client: '127.0.0.1', status: 200, complete: false });
  });

  it('bounds the path it repeats', async () => {
    const { port, entry } = await serve((_incoming, response) => response.end());
    await send(port, `GET /${'x'.repeat(5_000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect((await entry).path).toHaveLength(1_024);
  });

  it('tells of an upgrade when it ends', async () => {
    const { port, entry } = await serve(() => undefined);
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket';
    await send(port, `GET /events/ws?q=hunter2 HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n\r\n`);
    const line = await entry;
    expect(Object.keys(line).sort()).toEqual(FIELDS);
    expect(line).toMatchObject({ status: 101, path: '/events/ws', client: '127.0.0.1' });
  });

  it.each(['/', '/a b~!"', '/\\x', '/é\u2028\ud800', '/\u0000\n\u007f', ''])(
    'is JSON, whatever %j is',
    (path) => {
      const entry: AccessEntry = {
        ...{ request_id: 'r1', client: 'x', peer: '::1', method: 'GET', path },
        ...{ status: 200, duration_ms: 0.3, complete: false },
      };
      expect(`{${accessFields(entry)}}`).toBe(JSON.stringify(entry));
    },
  );
});
