import type { Logger } from 'pino';
import type { Asker } from '@/lib/model/audit';
import type { ErrorCode } from '@/lib/model/errors';
import { type GuardOptions, guardRequest } from './guard';
import { problemHeaders, toProblem } from './problem';
import { anonymous, isRefusedWrite } from './refused-write';

/** What answering needs of the process; the runtime has it. */
export interface Host {
  config: GuardOptions;
  log: Pick<Logger, 'error'>;
  /** Where requests that were turned away are recorded. */
  audit: {
    noteRefusal(refusal: { asker: Asker; code: ErrorCode; method: string; path: string }): void;
  };
  /** Whether `CLIENT_ADDRESS_HEADER` is set by `server.ts`. */
  knowsAddresses: boolean;
}

/** Set by `server.ts` on every request, whatever the client sent. */
export const REQUEST_ID_HEADER = 'x-request-id';
/** The address a request came from, set likewise: a route handler sees no socket. */
export const CLIENT_ADDRESS_HEADER = 'x-client-address';

/**
 * Guards a request, runs its handler and turns what it throws into problem details. What nobody
 * foresaw is logged under the request id and answered without details.
 */
export async function respond(
  request: Request,
  { config, log, audit, knowsAddresses }: Host,
  handle: () => Promise<Response>,
): Promise<Response> {
  const requestId = request.headers.get(REQUEST_ID_HEADER);
  try {
    guardRequest({ method: request.method, header: (name) => request.headers.get(name) }, config);
    return await handle();
  } catch (error) {
    const problem = toProblem(error, requestId);
    if (isRefusedWrite(request.method, problem.code)) {
      const { pathname: path } = new URL(request.url);
      const asker = askerOf(request, { knowsAddresses });
      audit.noteRefusal({ asker, code: problem.code, method: request.method, path });
    }
    if (problem.code === 'internal') log.error({ request_id: requestId, error }, 'request failed');
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: problemHeaders(problem.code),
    });
  }
}

/** Who asks, for the audit. */
export function askerOf(
  { headers }: Request,
  { knowsAddresses }: Pick<Host, 'knowsAddresses'>,
): Asker {
  const address = knowsAddresses ? headers.get(CLIENT_ADDRESS_HEADER) : null;
  return { actor: anonymous(address), requestId: headers.get(REQUEST_ID_HEADER) };
}

/** Data of this moment: never stored on the way. */
export const JSON_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
} as const;

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: JSON_HEADERS });
}

/** JSON that was encoded before. */
export function jsonBytes(body: Uint8Array): Response {
  // A copy: a response may keep what it is given, and the bytes are for others too.
  return new Response(new Uint8Array(body), { headers: JSON_HEADERS });
}
