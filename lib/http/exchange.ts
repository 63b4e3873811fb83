import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Access } from '@/lib/access/access';
import type { AccessRequest } from '@/lib/access/doors';
import { hasErrorCode } from '@/lib/model/errors';
import { pathOf } from './access-log';
import { problemHeaders, toProblem } from './problem';
import { noteRefusal, type RefusalMeans } from './refusals';
import { REQUEST_ID_HEADER } from './respond';
import { DATA_POLICY, SECURITY_HEADERS } from './security-headers';
import { signInRedirect } from './sign-in-redirect';

/** One plain request, its answer, and the id both are known by. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
}

/** What refusing needs of the process; the runtime has it. */
export interface ExchangeMeans extends RefusalMeans {
  access: Pick<Access, 'askerOf' | 'mode'>;
  log: Pick<Logger, 'error'>;
}

/** What data is sent with: name, value, name, value, as `writeHead` takes them quickest. */
export const DATA_HEADERS = Object.entries({
  ...SECURITY_HEADERS,
  'content-security-policy': DATA_POLICY,
}).flat();

/** Answers with a problem; somebody who is not signed in and asked for a page, with the way in. */
export function refuse(exchange: Exchange, error: unknown, means: ExchangeMeans): void {
  const { request, response, requestId } = exchange;
  const asked = accessRequestOf(request, requestId);
  const isUnknown = hasErrorCode(error, 'unauthenticated') && means.access.mode === 'users';
  const page = isUnknown ? signInRedirect(asked, request.url ?? '/') : null;
  if (page) {
    const headers = Object.entries(page.headers).flat();
    const all = [...DATA_HEADERS, REQUEST_ID_HEADER, requestId, ...headers];
    return void response.writeHead(page.status, all).end(page.body);
  }
  const problem = toProblem(error, requestId);
  void noteRefusal(asked, { code: problem.code, path: pathOf(request) }, means);
  if (problem.code === 'internal') {
    means.log.error({ request_id: requestId, error }, 'request failed');
  }
  const headers = Object.entries(problemHeaders(problem.code, problem.retry_after_s)).flat();
  response
    .writeHead(problem.status, [...DATA_HEADERS, REQUEST_ID_HEADER, requestId, ...headers])
    .end(JSON.stringify(problem));
}

/** What access looks at, of a plain request. */
export function accessRequestOf(
  { method = 'GET', headers, socket }: IncomingMessage,
  requestId: string | null = null,
): AccessRequest {
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : null;
  };
  return { method, header, peer: socket.remoteAddress ?? null, requestId };
}

/** The address of the connection's other end. */
export function clientOf(socket: Duplex): string {
  return socket instanceof Socket ? (socket.remoteAddress ?? 'unknown') : 'unknown';
}
