import type { IncomingMessage, ServerResponse } from 'node:http';

/** One answered request. Every field is always there, whatever the request left out. */
export interface AccessEntry {
  request_id: string;
  /** The peer's address, or `unknown` for a peer that is gone already. */
  client: string;
  method: string;
  /** Without its query: that may hold what people search for. */
  path: string;
  status: number;
  duration_ms: number;
  /** False where the client left before the answer was whole. */
  complete: boolean;
}

/** Calls `write` once when the answer is out or the client is gone. */
export function logAccess(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  write: (entry: AccessEntry) => void,
): void {
  const startedMs = performance.now();
  // Read now: a socket that was destroyed has forgotten its peer.
  const client = clientAddress(request);
  response.once('close', () => {
    write({
      request_id: requestId,
      client,
      method: request.method ?? 'unknown',
      path: pathOf(request.url),
      status: response.statusCode,
      duration_ms: Math.round((performance.now() - startedMs) * 10) / 10,
      complete: response.writableFinished,
    });
  });
}

export function clientAddress(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown';
}

const PATH_CHARS_MAX = 1_024;

export function pathOf(url: string | undefined): string {
  return (url ?? '').split('?')[0]?.slice(0, PATH_CHARS_MAX) || '/';
}
