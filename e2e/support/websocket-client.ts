import { type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';
import { decode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { FeedRecord } from './feed-record';

const message = z.strictObject({
  id: z.string().optional(),
  event: z.string(),
  data: z.record(z.string(), z.unknown()),
});
const position = z.strictObject({ id: z.string() });

/** What the server says instead of taking the upgrade. */
export interface Refusal {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * Records the live feed over a WebSocket: JSON text messages, or MessagePack in binary ones where
 * the path asks for them. A message of another shape makes it fail.
 */
export class WebSocketClient extends FeedRecord {
  /** Set once the connection has ended. */
  closed: { code: number; reason: string } | undefined;
  #line: Socket | undefined;

  private constructor(
    readonly socket: WebSocket,
    private readonly isMessagePack: boolean,
  ) {
    super();
    socket.on('upgrade', (response) => {
      this.#line = response.socket;
    });
    socket.on('message', (bytes: Buffer, isBinary) => {
      if (!this.deaf) this.#read(bytes, isBinary);
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.wake();
    });
    socket.on('error', () => undefined);
  }

  /** Resolves when the upgrade is done; rejects where it is refused. */
  static open(
    base: string,
    path = '/events/ws',
    headers: Record<string, string> = {},
    localAddress?: string,
  ): Promise<WebSocketClient> {
    const socket = new WebSocket(base.replace('http', 'ws') + path, { headers, localAddress });
    const client = new WebSocketClient(socket, path.includes('encoding=msgpack'));
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client));
      socket.once('error', reject);
    });
  }

  get gone(): boolean {
    return this.closed !== undefined;
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    await this.until(() => this.closed !== undefined, 'The end of the connection');
    return this.closed ?? { code: 0, reason: '' };
  }

  close(): void {
    this.socket.terminate();
  }

  abort(): void {
    this.#line?.resetAndDestroy();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  #read(bytes: Buffer, isBinary: boolean): void {
    if (isBinary !== this.isMessagePack) {
      throw new Error(`A ${isBinary ? 'binary' : 'text'} message came.`);
    }
    const text = isBinary ? bytes.toString('latin1') : bytes.toString('utf8');
    const { id, event, data } = message.parse(
      isBinary ? asInJson(decode(bytes)) : JSON.parse(text),
    );
    if (event === 'dashboard.position') this.lastId = position.parse(data).id;
    this.add({ id, event, data, text });
  }
}

/** The values of MessagePack as JSON carries them: bytes in base64. */
function asInJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(asInJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asInJson(item)]));
}

/** Asks for an upgrade by hand and gives the refusal; rejects where it was taken. */
export function refusedUpgrade(
  base: string,
  path: string,
  headers: Record<string, string> = {},
  localAddress?: string,
): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(`${base}${path}`, {
      agent: false,
      localAddress,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    sent.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error('The upgrade was taken.'));
    });
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
