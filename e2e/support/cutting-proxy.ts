import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between the dashboard and Redis, and can take an answer away. */
export interface CuttingProxy {
  port: number;
  /** Breaks the connection that carries `marker` to Redis, once Redis has answered on it. */
  cutAnswerTo: (marker: string) => void;
  stop: () => void;
}

export async function startCuttingProxy(redisPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let marker: string | undefined;
  const server = createServer((client) => {
    const redis = connect({ port: redisPort, host: '127.0.0.1' });
    let isMarked = false;
    sockets.add(client).add(redis);
    client.on('error', () => client.destroy());
    redis.on('error', () => redis.destroy());
    redis.on('close', () => client.destroy());
    // In order and not by a reset: Redis carries out what has arrived.
    client.on('close', () => redis.end());
    client.on('data', (chunk) => {
      if (marker !== undefined && chunk.includes(marker)) {
        isMarked = true;
        marker = undefined;
      }
      redis.write(chunk);
    });
    redis.on('data', (chunk) => {
      if (isMarked) client.destroy();
      else client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    port: address.port,
    cutAnswerTo: (text) => {
      marker = text;
    },
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
