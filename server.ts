import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Entry } from '@/lib/access/doors';
import { isPage, routeOfPath, takesForms } from '@/lib/access/route-rules';
import {
  type AccessEntry,
  accessFields,
  logAccess,
  logUpgrade,
  pathOf,
} from '@/lib/http/access-log';
import { enterSite } from '@/lib/http/enter-site';
import { accessRequestOf, clientOf, type Exchange, isPageAsked, refuse } from '@/lib/http/exchange';
import { guardMethod, guardRequest, guardUrl } from '@/lib/http/guard';
import { PLAIN_ANSWERS } from '@/lib/http/plain-answers';
import { refuseUnreadable, refuseUpgrade } from '@/lib/http/raw-problem';
import { noteRefusal } from '@/lib/http/refusals';
import { CLIENT_ADDRESS_HEADER, REFUSAL_HEADER, REQUEST_ID_HEADER } from '@/lib/http/respond';
import { contentSecurityPolicy, DATA_POLICY, SECURITY_HEADERS } from '@/lib/http/security-headers';
import { FeedSocket, WEBSOCKET_PATH } from '@/lib/http/websocket';
import type { Actor } from '@/lib/model/actor';
import { BASE_PATH, underBasePath } from '@/lib/model/base-path';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { UNATTENDED_HEADER } from '@/lib/model/unattended';
import { getRuntime, type Runtime } from '@/lib/runtime';

/** All headers together, and the address among them. */
const HEADER_BYTES_MAX = 16 * 1024;
/** How often clients that are slow with their request are looked for, at most, milliseconds. */
const SLOW_LOOK_MS = 5_000;
/** Open answers get this long at a stop; then their sockets are closed. */
const STOP_GRACE_MS = 3_000;
/** A stop that hangs ends here: within the 10 s that are promised. */
const STOP_MAX_MS = 8_000;

async function main(): Promise<void> {
  const runtime = startRuntime();
  runtime.knowsAddresses = true;
  const { config, log } = runtime;
  // Imported late: Next and React choose their build by NODE_ENV when they are loaded.
  const NODE_ENV = config.production ? 'production' : 'development';
  // next.config.js reads both.
  Object.assign(process.env, { NODE_ENV, BASE_PATH });
  const { default: next } = await import('next');
  // At its first request Next would listen for upgrades itself, and end our WebSockets: its own
  // server, where nothing ever arrives, keeps it from ours.
  const app = next({
    dev: !config.production,
    hostname: config.host,
    port: config.port,
    httpServer: createServer(),
  });
  const { headersMs, wholeMs } = config.requests;
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    // A header that came twice, Host among them, hides behind no other: no list is a right value.
    joinDuplicateHeaders: true,
    headersTimeout: headersMs,
    requestTimeout: wholeMs,
    connectionsCheckingInterval: Math.min(SLOW_LOOK_MS, headersMs),
  });
  /** The answer that is under way on a connection. */
  const answering = new WeakMap<Duplex, ServerResponse>();
  const feedSocket = new FeedSocket({
    subscribe: (query, actor, signal) =>
      runtime.feed.subscribe(query, { transport: 'websocket', actor, signal }),
    hold: (actor, end) => runtime.access.hold(actor, end),
    stopping: runtime.stopping,
    stalledMs: config.feed.stalledMs,
    onEnd: (end) => runtime.feed.noteEnd(end),
    onRefused: (request, error) => noteRefusedUpgrade(request, error, runtime),
    onFailure: (error) => log.error({ error }, 'a WebSocket failed'),
  });
  stopOnSignals(runtime, server, feedSocket);
  await app.prepare();
  const handle = app.getRequestHandler();
  const handleUpgrade = app.getUpgradeHandler();

  const accessLog = {
    clientOf: (peer: string | null, forwardedFor: string | null) =>
      runtime.access.clientOf(peer, forwardedFor),
    write: (entry: AccessEntry) => runtime.logRequest(accessFields(entry)),
  };
  server.on('request', (request, response) => {
    const exchange = { request, response, requestId: randomUUID() };
    const before = answering.get(request.socket);
    if (!before || before.writableFinished) answering.set(request.socket, response);
    const isInside = enterSite(request);
    if (log.isLevelEnabled('info')) {
      logAccess(request, response, exchange.requestId, accessLog);
    }
    if (!isInside) return refuse(exchange, nothingHere(), runtime);
    const answer = request.method === 'GET' ? PLAIN_ANSWERS.get(pathOf(request)) : undefined;
    const serve = (entry: Entry | null) => {
      if (answer && entry) return void answer(exchange, runtime, entry.actor);
      prepareForNext(exchange, runtime, { entry, refusal: null });
      void handle(forNext(request), response);
    };
    const turnAway = (error: unknown) => {
      if (!hasErrorCode(error, 'forbidden') || !isPageAsked(request)) {
        return refuse(exchange, error, runtime);
      }
      // The page itself refuses it by the same rule, in the house's look and with this status.
      const refusal = { code: error.code, path: pathOf(request) };
      void noteRefusal(accessRequestOf(request, exchange.requestId), refusal, runtime);
      prepareForNext(exchange, runtime, { entry: null, refusal: error.message });
      void handle(forNext(request), response);
    };
    const isUse = answer === undefined && request.headers[UNATTENDED_HEADER] === undefined;
    admit(exchange, runtime, isUse, { serve, turnAway });
  });
  server.on('upgrade', (request, socket, head) => {
    // Node has taken its own listener off: a reset now would end the process.
    socket.on('error', () => socket.destroy());
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, socket);
      return;
    }
    const log = (status: number) => logUpgrade(request, socket, randomUUID(), status, accessLog);
    const isInside = enterSite(request);
    if (isInside && pathOf(request) === WEBSOCKET_PATH) {
      void admitUpgrade(request, runtime).then(
        (actor) => log(feedSocket.upgrade(request, socket, head, actor)),
        (error) => {
          log(refuseUpgrade(socket, error));
          noteRefusedUpgrade(request, error, runtime);
        },
      );
    } else if (config.production) log(refuseUpgrade(socket, noSocketHere()));
    else void handleUpgrade(forNext(request), socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    log.info({ client: clientOf(socket), code: error.code }, 'unreadable request');
    const answer = answering.get(socket);
    // In the midst of another answer it would be taken for a part of that.
    if (answer?.headersSent && !answer.writableFinished) socket.destroy();
    else refuseUnreadable(socket, error.code);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    log.fatal({ code: error.code }, `cannot listen on ${config.host}:${config.port}`);
    void runtime.stop(Promise.resolve()).finally(() => process.exit(1));
  });
  server.listen(config.port, config.host, () => {
    log.info({ address: server.address() }, 'listening');
  });
}

/** The first SIGTERM or SIGINT ends the process within the time that is promised, status 0. */
function stopOnSignals(runtime: Runtime, server: Server, feedSocket: FeedSocket): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    runtime.log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), STOP_MAX_MS).unref();
    setTimeout(() => {
      feedSocket.terminate();
      server.closeAllConnections();
    }, STOP_GRACE_MS).unref();
    const answered = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    void runtime.stop(answered).then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** A client that offers another protocol (`Upgrade: h2c`) is answered in the one it speaks. */
function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex): void {
  if (!(socket instanceof Socket)) return void socket.destroy();
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  // What Node would do for a socket of its own; it has let go of this one.
  socket.on('drain', () => response.emit('drain'));
  response.on('finish', () => socket.end(() => socket.destroy()));
  server.emit('request', request, response);
}

/** A wrong configuration ends the process with every mistake in one message. */
function startRuntime(): Runtime {
  try {
    return getRuntime();
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'The configuration is wrong.');
    process.exit(1);
  }
}

interface Outcomes {
  serve: (entry: Entry | null) => void;
  turnAway: (error: unknown) => void;
}

/**
 * What every request passes; `serve` is called where it may, at once or when its cookie is opened, and
 * `turnAway` where it may not.
 * `renews`: the answer can carry a newer cookie.
 */
function admit(
  { request, response }: Exchange,
  runtime: Runtime,
  renews: boolean,
  { serve, turnAway }: Outcomes,
): void {
  try {
    guard(request, runtime);
    const entry = runtime.access.admitPath(accessRequestOf(request), pathOf(request), renews);
    if (entry instanceof Promise) {
      entry.then(
        // Who left meanwhile will not be heard of again.
        (late) => (response.destroyed ? undefined : serve(late)),
        turnAway,
      );
    } else serve(entry);
  } catch (error) {
    turnAway(error);
  }
}

async function admitUpgrade(request: IncomingMessage, runtime: Runtime): Promise<Actor> {
  guard(request, runtime);
  return runtime.access.admit(accessRequestOf(request), WEBSOCKET_PATH);
}

function noteRefusedUpgrade(request: IncomingMessage, error: unknown, runtime: Runtime): void {
  if (error instanceof DashboardError) {
    const refusal = { code: error.code, path: WEBSOCKET_PATH };
    void noteRefusal(accessRequestOf(request), refusal, runtime);
  } else runtime.log.error({ error }, 'a WebSocket failed');
}

/** What Next adds its own headers to, and what its pages and routes are told of the request. */
function prepareForNext(
  { request, response, requestId }: Exchange,
  { config, answers }: Runtime,
  { entry, refusal }: { entry: Entry | null; refusal: string | null },
): void {
  answers.add(requestId, response);
  if (entry?.cookie) response.setHeader('set-cookie', entry.cookie);
  const policy = policyOf(pathOf(request), config.production);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  response.setHeader('content-security-policy', policy);
  response.setHeader(REQUEST_ID_HEADER, requestId);
  // Next takes the nonce of its scripts from the policy on the request.
  request.headers['content-security-policy'] = policy;
  request.headers[REQUEST_ID_HEADER] = requestId;
  request.headers[CLIENT_ADDRESS_HEADER] = clientOf(request.socket);
  if (refusal === null) delete request.headers[REFUSAL_HEADER];
  else request.headers[REFUSAL_HEADER] = refusal;
  // Only Next itself sends this one; from outside it is an attempt to skip checks.
  delete request.headers['x-middleware-subrequest'];
}

/** A page runs its own scripts; anything else that Next answers may run nothing, opened as a page. */
function policyOf(path: string, production: boolean): string {
  if (routeOfPath(path) !== null && !isPage(path)) return DATA_POLICY;
  return contentSecurityPolicy(randomBytes(16).toString('base64'), production);
}

function noSocketHere(): DashboardError {
  const path = underBasePath(WEBSOCKET_PATH);
  return new DashboardError('not_found', `WebSockets are served at ${path}.`);
}

function nothingHere(): DashboardError {
  return new DashboardError('not_found', `The dashboard is served under ${BASE_PATH}/.`);
}

/** Next knows its addresses under the base path alone. */
function forNext(request: IncomingMessage): IncomingMessage {
  request.url = underBasePath(request.url ?? '/');
  return request;
}

function guard(request: IncomingMessage, runtime: Runtime): void {
  guardUrl(request.url ?? '');
  const { method, header } = accessRequestOf(request);
  const path = pathOf(request);
  guardRequest({ method, header, takesForms: takesForms(path) }, runtime.config);
  guardMethod(method, isPage(path));
}

void main();
