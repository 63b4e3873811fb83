import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** One answered request. Every field is always there, whatever the request left out. */
export interface AccessEntry {
  request_id: string;
  /** Who asked: behind trusted proxies the client they name. `unknown` for a peer that is gone already. */
  client: string;
  /** The connection's other end: a proxy, or the client itself. */
  peer: string;
  method: string;
  /** Without its query: that may hold what people search for. */
  path: string;
  status: number;
  duration_ms: number;
  /** False where the client left before the answer was whole. */
  complete: boolean;
}

/** What the log needs of the process. */
interface AccessLog {
  /** Who asks, by the peer's address and `X-Forwarded-For`. */
  clientOf(peer: string | null, forwardedFor: string | null): string;
  write(entry: AccessEntry): void;
}

/** Writes once when the answer is out or the client is gone. */
export function logAccess(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  { clientOf, write }: AccessLog,
): void {
  const entry = accessEntry(request, requestId, clientOf);
  response.once('close', () => {
    write(entry(response.statusCode, response.writableFinished));
  });
}

/** The same for an upgrade, which has no response: `status` is 101 or what it was refused with. */
export function logUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  requestId: string,
  status: number,
  { clientOf, write }: AccessLog,
): void {
  const entry = accessEntry(request, requestId, clientOf);
  socket.once('close', () => write(entry(status, true)));
}

/** An entry's fields as JSON without braces: what `JSON.stringify` makes of it, sooner. */
export function accessFields(entry: AccessEntry): string {
  const { request_id, client, peer, method, path, status, duration_ms, complete } = entry;
  return `"request_id":${quote(request_id)},"client":${quote(client)},"peer":${quote(peer)},"method":${quote(method)},"path":${quote(path)},"status":${status},"duration_ms":${duration_ms},"complete":${complete}`;
}

/** What needs no escape is asked for far sooner than it is escaped. */
function quote(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

function accessEntry(request: IncomingMessage, requestId: string, clientOf: AccessLog['clientOf']) {
  const startedMs = performance.now();
  // Read now: a socket that was destroyed has forgotten its peer.
  const peer = request.socket.remoteAddress ?? null;
  const forwardedFor = request.headers['x-forwarded-for'];
  const client = clientOf(peer, typeof forwardedFor === 'string' ? forwardedFor : null);
  return (status: number, complete: boolean): AccessEntry => ({
    request_id: requestId,
    client,
    peer: peer ?? 'unknown',
    method: request.method ?? 'unknown',
    path: pathOf(request).slice(0, PATH_CHARS_MAX) || '/',
    status,
    duration_ms: Math.round((performance.now() - startedMs) * 10) / 10,
    complete,
  });
}

const PATH_CHARS_MAX = 1_024;

/** A request's address without its query. */
export function pathOf({ url = '' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
