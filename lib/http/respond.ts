import type { Logger } from 'pino';
import type { Access } from '@/lib/access/access';
import type { AccessRequest } from '@/lib/access/doors';
import {
  type GatedRoute,
  type PublicRoute,
  type Route,
  type StreamRoute,
  takesForms,
} from '@/lib/access/route-rules';
import type { Actor } from '@/lib/model/actor';
import { type GuardOptions, guardRequest } from './guard';
import { problemHeaders, toProblem } from './problem';
import { noteRefusal, type RefusalMeans } from './refusals';

/** What answering needs of the process; the runtime has it. */
export interface Host extends RefusalMeans {
  config: GuardOptions;
  log: Pick<Logger, 'error'>;
  access: Pick<Access, 'admit' | 'askerOf' | 'demand'>;
  /** Whether `CLIENT_ADDRESS_HEADER` is `server.ts`'s own word. */
  knowsAddresses: boolean;
}

/** Set by `server.ts` on every request, whatever the client sent. */
export const REQUEST_ID_HEADER = 'x-request-id';
/** Why somebody may not see the page they asked for, set likewise, for the page that says so. */
export const REFUSAL_HEADER = 'x-refusal';
/** The connection's other end, set likewise: a route handler sees no socket. */
export const CLIENT_ADDRESS_HEADER = 'x-client-address';

/**
 * Guards a request, lets in who may do what `route` is for, runs its handler and turns what it
 * throws into problem details. `route` is the handler's own folder under app/.
 */
export function respond(
  request: Request,
  host: Host,
  route: Exclude<GatedRoute, StreamRoute>,
  handle: (actor: Actor) => Promise<Response>,
): Promise<Response> {
  const asked = accessRequest(request.method, request.headers, host);
  return answer(request, asked, host, route, async () =>
    handle(await host.access.admit(asked, route)),
  );
}

/** The same for a route of one stream, for who may see it: `params` hold its name. */
export function respondOnStream<Params extends { stream: string }>(
  request: Request,
  host: Host,
  route: StreamRoute & GatedRoute,
  params: Promise<Params>,
  handle: (params: Params, actor: Actor) => Promise<Response>,
): Promise<Response> {
  const asked = accessRequest(request.method, request.headers, host);
  return answer(request, asked, host, route, async () => {
    const actor = await host.access.admit(asked, route);
    const named = await params;
    host.access.demand(actor, 'look', named.stream);
    return await handle(named, actor);
  });
}

/** The same for a route that is there for people who are not signed in. */
export function respondToAnyone(
  request: Request,
  host: Host,
  route: PublicRoute,
  handle: (asked: AccessRequest) => Promise<Response>,
): Promise<Response> {
  const asked = accessRequest(request.method, request.headers, host);
  return answer(request, asked, host, route, () => handle(asked));
}

/** What access looks at, of a request that Next handed on. */
export function accessRequest(
  method: string,
  headers: Pick<Headers, 'get'>,
  { knowsAddresses }: Pick<Host, 'knowsAddresses'>,
): AccessRequest {
  const peer = knowsAddresses ? headers.get(CLIENT_ADDRESS_HEADER) : null;
  const requestId = headers.get(REQUEST_ID_HEADER);
  return { method, header: (name) => headers.get(name), peer, requestId };
}

/** What nobody foresaw is logged under the request id and answered without details. */
async function answer(
  request: Request,
  asked: AccessRequest,
  host: Host,
  route: Route,
  handle: () => Promise<Response>,
): Promise<Response> {
  const { requestId } = asked;
  try {
    guardRequest({ ...asked, takesForms: takesForms(route) }, host.config);
    return await handle();
  } catch (error) {
    const problem = toProblem(error, requestId);
    await noteRefusal(asked, { code: problem.code, path: new URL(request.url).pathname }, host);
    if (problem.code === 'internal')
      host.log.error({ request_id: requestId, error }, 'request failed');
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: problemHeaders(problem.code, problem.retry_after_s),
    });
  }
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
