import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Actor } from '@/lib/model/actor';
import { DashboardError } from '@/lib/model/errors';
import type { FeedBatches } from '@/lib/model/feed-message';
import type { FeedQuery } from '@/lib/model/feed-query';
import { type FeedEnd, goodbyeMs, pump } from './feed-pump';
import { readFeedRequest } from './feed-request';
import { refuseUpgrade } from './raw-problem';
import { type WebSocketEncoding, websocketBytes } from './websocket-frames';

export const WEBSOCKET_PATH = '/events/ws';
/** Clients have nothing to say; what they send is dropped, and too much of it ends them. */
const INBOUND_BYTES_MAX = 64 * 1024;
const PING_MS = 30_000;
const SWITCHING_PROTOCOLS = 101;
/** RFC 6455: the server goes away. */
const CLOSE_GOING_AWAY = 1001;
/** RFC 6455: what the client is not, or no longer, allowed. */
const CLOSE_POLICY = 1008;
/** IANA: try again later. */
const CLOSE_TRY_AGAIN = 1013;

export interface FeedSocketOptions {
  /** Throws `DashboardError` where one more cannot be served. */
  subscribe(query: FeedQuery, actor: Actor, signal: AbortSignal): FeedBatches;
  /** Calls `end` when the actor may stay no longer; returns what ends the watching. */
  hold(actor: Actor, end: () => void): () => void;
  stopping: AbortSignal;
  stalledMs: number;
  onEnd(end: FeedEnd): void;
  /** Told of an upgrade that was answered with a problem. */
  onRefused(request: IncomingMessage, error: unknown): void;
  /** Told of what ended a connection and was not its client's leaving. */
  onFailure(error: unknown): void;
}

/** Serves the live feed over WebSocket: a message `{event, id?, data}` for each of the feed's. */
export class FeedSocket {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: INBOUND_BYTES_MAX,
    perMessageDeflate: false,
  });

  constructor(private readonly options: FeedSocketOptions) {}

  /**
   * Takes the upgrade of somebody who may have it over, or answers it with a problem. Returns the
   * status it got: 101 or that.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, actor: Actor): number {
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    if (socket.destroyed) gone.abort();
    try {
      const { query, params } = readFeedRequest(request);
      const encoding = parseEncoding(params.get('encoding'));
      if (this.options.stopping.aborted) {
        throw new DashboardError('stopping', 'The dashboard is stopping.');
      }
      const batches = this.options.subscribe(query, actor, gone.signal);
      this.#server.handleUpgrade(request, socket, head, (client) => {
        const release = this.options.hold(actor, () => {
          client.close(CLOSE_POLICY, 'signed out');
          gone.abort();
        });
        void this.#serve(client, socket, batches, encoding).finally(() => {
          release();
          gone.abort();
        });
      });
      return SWITCHING_PROTOCOLS;
    } catch (error) {
      this.options.onRefused(request, error);
      return refuseUpgrade(socket, error);
    }
  }

  /** Ends those who have not taken their goodbye. */
  terminate(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  /** Frames go to the socket itself, whole: what `ws` writes of its own stands between them. */
  async #serve(
    client: WebSocket,
    socket: Duplex,
    batches: FeedBatches,
    encoding: WebSocketEncoding,
  ): Promise<void> {
    const { stalledMs, onEnd, onFailure } = this.options;
    const stopPinging = pingWhileAlive(client, stalledMs);
    client.on('error', () => client.terminate());
    try {
      const end = await pump(batches, socket, { encode: websocketBytes[encoding], stalledMs });
      onEnd(end);
      if (end === 'ended') client.close(CLOSE_GOING_AWAY, 'stopping');
      if (end === 'stalled') closeOrTerminate(client, goodbyeMs(stalledMs));
    } catch (error) {
      onFailure(error);
      client.terminate();
    } finally {
      stopPinging();
    }
  }
}

function parseEncoding(text: string | null): WebSocketEncoding {
  if (text === null || text === '' || text === 'json') return 'json';
  if (text === 'msgpack') return text;
  throw new DashboardError('invalid_request', 'encoding must be json or msgpack.');
}

function closeOrTerminate(client: WebSocket, withinMs: number): void {
  const timer = setTimeout(() => client.terminate(), withinMs);
  client.on('close', () => clearTimeout(timer));
  client.close(CLOSE_TRY_AGAIN, 'stalled');
}

/** Ends a client that answers no ping: one that reads slowly gets to it late. */
function pingWhileAlive(client: WebSocket, silentMsMax: number): () => void {
  let heardAtMs = performance.now();
  client.on('pong', () => {
    heardAtMs = performance.now();
  });
  const timer = setInterval(() => {
    if (performance.now() - heardAtMs > PING_MS + silentMsMax) client.terminate();
    else client.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}
