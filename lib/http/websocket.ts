import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { DashboardError } from '@/lib/model/errors';
import type { FeedMessage } from '@/lib/model/feed-message';
import { type FeedQuery, parseFeedQuery } from '@/lib/model/feed-query';
import { problemHeaders, toProblem } from './problem';

export const WEBSOCKET_PATH = '/events/ws';
/** Clients have nothing to say; what they send is dropped, and too much of it ends them. */
const INBOUND_BYTES_MAX = 64 * 1024;
const PING_MS = 30_000;
const SWITCHING_PROTOCOLS = 101;
/** RFC 6455: the server goes away. */
const CLOSE_GOING_AWAY = 1001;

export interface FeedSocketOptions {
  /** Throws `DashboardError` for a request that is refused. */
  guard(request: IncomingMessage): void;
  subscribe(query: FeedQuery, signal: AbortSignal): AsyncGenerator<FeedMessage[], void, void>;
  stopping: AbortSignal;
  /** Told of what ended a connection and was not its client's leaving. */
  onFailure(error: unknown): void;
}

/** Serves the live feed over WebSocket: a JSON text message `{event, id?, data}` for each message. */
export class FeedSocket {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: INBOUND_BYTES_MAX,
    perMessageDeflate: false,
  });

  constructor(private readonly options: FeedSocketOptions) {}

  /** Takes an upgrade over, or answers it with a problem. Returns the status it got: 101 or that. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): number {
    try {
      this.options.guard(request);
      const url = new URL(request.url ?? '/', 'http://localhost');
      const header = request.headers['last-event-id'];
      const query = parseFeedQuery(url.searchParams, typeof header === 'string' ? header : null);
      if (this.options.stopping.aborted) {
        throw new DashboardError('stopping', 'The dashboard is stopping.');
      }
      this.#server.handleUpgrade(
        request,
        socket,
        head,
        (client) => void this.#serve(client, query),
      );
      return SWITCHING_PROTOCOLS;
    } catch (error) {
      return refuseUpgrade(socket, error);
    }
  }

  /** Ends those who have not taken their goodbye. */
  terminate(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  async #serve(client: WebSocket, query: FeedQuery): Promise<void> {
    const gone = new AbortController();
    const stopPinging = pingWhileAlive(client);
    client.on('close', () => gone.abort());
    client.on('error', () => client.terminate());
    try {
      for await (const messages of this.options.subscribe(query, gone.signal)) {
        await send(client, messages);
      }
      client.close(CLOSE_GOING_AWAY, 'stopping');
    } catch (error) {
      // A socket that closed while it was written to says so here as well.
      if (!gone.signal.aborted) this.options.onFailure(error);
      client.terminate();
    } finally {
      stopPinging();
      gone.abort();
    }
  }
}

const texts = new WeakMap<FeedMessage, string>();

/** One message as text; its `data` is JSON already and stands in it as an object. */
export function websocketText(message: FeedMessage): string {
  let text = texts.get(message);
  if (text === undefined) {
    const id = message.id === undefined ? '' : `"id":"${message.id}",`;
    text = `{${id}"event":${JSON.stringify(message.event)},"data":${message.data}}`;
    texts.set(message, text);
  }
  return text;
}

/** Resolves when the last message has left this process: the subscriber waits for its socket. */
function send(client: WebSocket, messages: FeedMessage[]): Promise<void> {
  return new Promise((resolve, reject) => {
    messages.forEach((message, at) => {
      const last = at === messages.length - 1;
      client.send(
        websocketText(message),
        last ? (error) => (error ? reject(error) : resolve()) : undefined,
      );
    });
  });
}

/** Ends a client that did not answer the ping before. */
function pingWhileAlive(client: WebSocket): () => void {
  let answered = true;
  client.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return client.terminate();
    answered = false;
    client.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}

/** Answers an upgrade as plain HTTP, there being no response object. Returns the status. */
export function refuseUpgrade(socket: Duplex, error: unknown): number {
  const problem = toProblem(error, null);
  const body = JSON.stringify(problem);
  const headers = {
    ...problemHeaders(problem.code),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${problem.status} Refused`, ...lines, '', body].join('\r\n'));
  return problem.status;
}
