import { expect } from 'vitest';
import { startDashboard, startNextApp } from '@/scripts/setup/dashboard-process.mjs';
import { eventually } from './eventually';
import type { FeedRecord } from './feed-record';
import { send } from './http-client';
import { SseClient } from './sse-client';
import type { DashboardProcess, RedisServer } from './stack';
import { WebSocketClient } from './websocket-client';

/** One way to the live feed: who serves it, and how it is opened. */
export interface Transport {
  name: string;
  servedBy: 'server' | 'nextApp';
  open: (
    base: string,
    query: URLSearchParams,
    headers: Record<string, string>,
  ) => Promise<FeedRecord>;
}

const sse: Transport['open'] = (base, query, headers) =>
  SseClient.open(base, `/events/stream?${query}`, headers);
const webSocket: Transport['open'] = (base, query, headers) =>
  WebSocketClient.open(base, `/events/ws?${query}`, headers);

const messagePack: Transport['open'] = (base, query, headers) =>
  webSocket(base, new URLSearchParams([...query, ['encoding', 'msgpack']]), headers);

/** Every way to the live feed. All of them hold the same promises. */
export const TRANSPORTS: Transport[] = [
  { name: 'SSE by the server', servedBy: 'server', open: sse },
  { name: 'SSE by the route', servedBy: 'nextApp', open: sse },
  { name: 'WebSocket, JSON', servedBy: 'server', open: webSocket },
  { name: 'WebSocket, MessagePack', servedBy: 'server', open: messagePack },
];

/** The server and the Next app beside it, on one Redis: together they serve every transport. */
export interface Servers {
  server: DashboardProcess;
  nextApp: DashboardProcess;
  open: (
    transport: Transport,
    query: Record<string, string>,
    headers?: Record<string, string>,
  ) => Promise<FeedRecord>;
  /** Resolves when both have found Redis. */
  untilHealthy: () => Promise<void>;
  /** Leaves every connection that was opened. */
  closeAll: () => void;
  stop: () => Promise<void>;
}

export async function startServers(
  redisUrl: RedisServer['url'],
  env: Record<string, string> = {},
): Promise<Servers> {
  const [server, nextApp] = await Promise.all([
    startDashboard({ redisUrl, env }),
    startNextApp({ redisUrl, env }),
  ]);
  const opened = new Set<FeedRecord>();
  const closeAll = () => {
    for (const client of opened) client.close();
    opened.clear();
  };
  return {
    server,
    nextApp,
    async open(transport, query, headers = {}) {
      const { url } = transport.servedBy === 'server' ? server : nextApp;
      const client = await transport.open(url, new URLSearchParams(query), headers);
      opened.add(client);
      return client;
    },
    async untilHealthy() {
      for (const { url } of [server, nextApp]) {
        await eventually(async () =>
          expect((await send(url, '/health')).json()).toMatchObject({ status: 'healthy' }),
        );
      }
    },
    closeAll,
    async stop() {
      closeAll();
      await Promise.all([server.stop(), nextApp.kill()]);
    },
  };
}
