import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that can lose the answer to a command and the connection with it. */
export interface CuttingProxy {
  port: number;
  /** The next message to the server that holds this text gets there; its answer does not come back. */
  loseAnswerTo(text: string): void;
  /** Answers that were lost so far. */
  lost: number;
  close(): void;
}

/** Stands in front of a port of this machine. */
export async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let target: Buffer | null = null;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let losing = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (target !== null && chunk.includes(target)) {
        target = null;
        losing = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (!losing) {
        client.write(chunk);
        return;
      }
      proxy.lost++;
      end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: CuttingProxy = {
    port: (server.address() as AddressInfo).port,
    lost: 0,
    loseAnswerTo(text) {
      target = Buffer.from(text);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}
