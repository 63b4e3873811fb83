import type { Duplex } from 'node:stream';
import { DashboardError } from '@/lib/model/errors';
import { problemHeaders, toProblem } from './problem';
import { DATA_POLICY, SECURITY_HEADERS } from './security-headers';

/** A client that still sends has this long to take its answer, milliseconds. */
const LINGER_MS = 1_000;

/** Answers an upgrade as plain HTTP, there being no response object. Returns the status. */
export function refuseUpgrade(socket: Duplex, error: unknown): number {
  // A client that leaves its half open would keep it for ever.
  socket.once('finish', () => socket.destroy());
  return endWithProblem(socket, error);
}

/** Answers what could not be read as a request, `code` being Node's word for why. */
export function refuseUnreadable(socket: Duplex, code: string | undefined): void {
  if (!socket.writable) return void socket.destroy();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  endWithProblem(socket, unreadable(code));
}

function unreadable(code: string | undefined): DashboardError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new DashboardError('headers_too_large', 'The headers are over 16 KiB.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new DashboardError('request_timeout', 'The request did not arrive in time.');
  }
  return new DashboardError('invalid_request', 'This is no request of HTTP/1.1.');
}

function endWithProblem(socket: Duplex, error: unknown): number {
  const problem = toProblem(error, null);
  const body = JSON.stringify(problem);
  const headers = {
    ...SECURITY_HEADERS,
    'content-security-policy': DATA_POLICY,
    ...problemHeaders(problem.code, problem.retry_after_s),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${problem.status} Refused`, ...lines, '', body].join('\r\n'));
  return problem.status;
}
