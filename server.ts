import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Entry } from '@/lib/access/doors';
import { takesForms } from '@/lib/access/route-rules';
import {
  type AccessEntry,
  accessFields,
  logAccess,
  logUpgrade,
  pathOf,
} from '@/lib/http/access-log';
import { enterSite } from '@/lib/http/enter-site';
import { accessRequestOf, clientOf, type Exchange, refuse } from '@/lib/http/exchange';
import { guardRequest } from '@/lib/http/guard';
import { PLAIN_ANSWERS } from '@/lib/http/plain-answers';
import { noteRefusal } from '@/lib/http/refusals';
import { CLIENT_ADDRESS_HEADER, REQUEST_ID_HEADER } from '@/lib/http/respond';
import { contentSecurityPolicy, SECURITY_HEADERS } from '@/lib/http/security-headers';
import { FeedSocket, refuseUpgrade, WEBSOCKET_PATH } from '@/lib/http/websocket';
import type { Actor } from '@/lib/model/actor';
import { BASE_PATH, underBasePath } from '@/lib/model/base-path';
import { DashboardError } from '@/lib/model/errors';
import { getRuntime, type Runtime } from '@/lib/runtime';

/** A client must have sent its headers, and its whole request, within these times. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADER_BYTES_MAX = 16 * 1024;
/** Open answers get this long at a stop; then their sockets are closed. */
const STOP_GRACE_MS = 3_000;
/** A stop that hangs ends here: within the 10 s that are promised. */
const STOP_MAX_MS = 8_000;

/** What a request that cannot even be parsed is answered with. */
const CLIENT_ERROR_STATUS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

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
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const feedSocket = new FeedSocket({
    subscribe: (query, { address }, signal) =>
      runtime.subscribe(query, { transport: 'websocket', address, signal }),
    hold: (actor, end) => runtime.access.hold(actor, end),
    stopping: runtime.stopping,
    stalledMs: config.feed.stalledMs,
    onEnd: (end) => runtime.noteFeedEnd(end),
    onFailure: (error) => log.error({ error }, 'a WebSocket failed'),
  });
  stopOnSignals(runtime, server, feedSocket);
  await app.prepare();
  const handle = app.getRequestHandler();
  const handleUpgrade = app.getUpgradeHandler();

  const logRequest = (entry: AccessEntry) => runtime.logRequest(accessFields(entry));
  server.on('request', (request, response) => {
    const exchange = { request, response, requestId: randomUUID() };
    const isInside = enterSite(request);
    if (log.isLevelEnabled('info')) {
      logAccess(request, response, exchange.requestId, logRequest);
    }
    if (!isInside) return refuse(exchange, nothingHere(), runtime);
    const answer = request.method === 'GET' ? PLAIN_ANSWERS.get(pathOf(request)) : undefined;
    const serve = (entry: Entry | null) => {
      if (answer && entry) return void answer(exchange, runtime, entry.actor);
      prepareForNext(exchange, runtime, entry);
      void handle(forNext(request), response);
    };
    admit(exchange, runtime, answer === undefined, serve);
  });
  server.on('upgrade', (request, socket, head) => {
    // Node has taken its own listener off: a reset now would end the process.
    socket.on('error', () => socket.destroy());
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, socket);
      return;
    }
    const log = (status: number) => logUpgrade(request, socket, randomUUID(), status, logRequest);
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
    const status = CLIENT_ERROR_STATUS[error.code ?? ''] ?? '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
    else socket.destroy();
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

/**
 * What every request passes; `serve` is called where it may, at once or when its cookie is opened.
 * `renews`: the answer can carry a newer cookie.
 */
function admit(
  exchange: Exchange,
  runtime: Runtime,
  renews: boolean,
  serve: (entry: Entry | null) => void,
): void {
  const { request, response } = exchange;
  try {
    guard(request, runtime);
    const entry = runtime.access.admitPath(accessRequestOf(request), pathOf(request), renews);
    if (entry instanceof Promise) {
      entry.then(
        // Who left meanwhile will not be heard of again.
        (late) => (response.destroyed ? undefined : serve(late)),
        (error) => refuse(exchange, error, runtime),
      );
    } else serve(entry);
  } catch (error) {
    refuse(exchange, error, runtime);
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
  { config }: Runtime,
  entry: Entry | null,
): void {
  if (entry?.cookie) response.setHeader('set-cookie', entry.cookie);
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'), config.production);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  response.setHeader('content-security-policy', policy);
  response.setHeader(REQUEST_ID_HEADER, requestId);
  // Next takes the nonce of its scripts from the policy on the request.
  request.headers['content-security-policy'] = policy;
  request.headers[REQUEST_ID_HEADER] = requestId;
  request.headers[CLIENT_ADDRESS_HEADER] = clientOf(request.socket);
  // Only Next itself sends this one; from outside it is an attempt to skip checks.
  delete request.headers['x-middleware-subrequest'];
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
  const { method, header } = accessRequestOf(request);
  guardRequest({ method, header, takesForms: takesForms(pathOf(request)) }, runtime.config);
}

void main();
