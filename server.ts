import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AccessRequest, Entry } from '@/lib/access/doors';
import { takesForms } from '@/lib/access/route-rules';
import { logAccess, logUpgrade, pathOf } from '@/lib/http/access-log';
import { readFeedRequest } from '@/lib/http/feed-request';
import { guardRequest } from '@/lib/http/guard';
import { problemHeaders, toProblem } from '@/lib/http/problem';
import { noteRefusal } from '@/lib/http/refusals';
import { CLIENT_ADDRESS_HEADER, JSON_HEADERS, REQUEST_ID_HEADER } from '@/lib/http/respond';
import { contentSecurityPolicy, DATA_POLICY, SECURITY_HEADERS } from '@/lib/http/security-headers';
import { signInRedirect } from '@/lib/http/sign-in-redirect';
import { sendSse } from '@/lib/http/sse-response';
import { FeedSocket, refuseUpgrade, WEBSOCKET_PATH } from '@/lib/http/websocket';
import type { Actor } from '@/lib/model/actor';
import { DashboardError, hasErrorCode } from '@/lib/model/errors';
import { getRuntime, type Runtime } from '@/lib/runtime';

/** A client must have sent its headers, and its whole request, within these times. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADER_BYTES_MAX = 16 * 1024;
/** Open answers get this long at a stop; then their sockets are closed. */
const STOP_GRACE_MS = 3_000;
/** Answered on the plain response, not through Next: what their routes do, at a part of the cost. */
const PLAIN_ANSWERS: ReadonlyMap<string, PlainAnswer> = new Map([
  ['/events/stream', serveFeed],
  ['/events/stats', serveStats],
]);
type PlainAnswer = (exchange: Exchange, runtime: Runtime, actor: Actor) => Promise<void>;
/** One request, its answer, and the id both are known by. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
}
/** What data is sent with: name, value, name, value, as `writeHead` takes them quickest. */
const DATA_HEADERS = Object.entries({
  ...SECURITY_HEADERS,
  'content-security-policy': DATA_POLICY,
}).flat();
const STATS_HEADERS = [...DATA_HEADERS, ...Object.entries(JSON_HEADERS).flat()];
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
  Object.assign(process.env, { NODE_ENV: config.production ? 'production' : 'development' });
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
    subscribe: (query, actor, signal) =>
      runtime.subscribe(query, { transport: 'websocket', actor, signal }),
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

  server.on('request', (request, response) => {
    const exchange = { request, response, requestId: randomUUID() };
    if (log.isLevelEnabled('info')) {
      logAccess(request, response, exchange.requestId, (entry) => log.info(entry, 'request'));
    }
    const answer = request.method === 'GET' ? PLAIN_ANSWERS.get(pathOf(request)) : undefined;
    const serve = (entry: Entry | null) => {
      if (answer && entry) return void answer(exchange, runtime, entry.actor);
      prepareForNext(exchange, runtime, entry);
      void handle(request, response);
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
    const log = (status: number) =>
      logUpgrade(request, socket, randomUUID(), status, (entry) =>
        runtime.log.info(entry, 'request'),
      );
    if (pathOf(request) === WEBSOCKET_PATH) {
      void admitUpgrade(request, runtime).then(
        (actor) => log(feedSocket.upgrade(request, socket, head, actor)),
        (error) => {
          log(refuseUpgrade(socket, error));
          noteRefusedUpgrade(request, error, runtime);
        },
      );
    } else if (config.production) log(refuseUpgrade(socket, noSocketHere()));
    else void handleUpgrade(request, socket, head);
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

function refuse(exchange: Exchange, error: unknown, runtime: Runtime): void {
  const { request, response, requestId } = exchange;
  const { log, access } = runtime;
  const asked = accessRequestOf(request, requestId);
  const isUnknown = hasErrorCode(error, 'unauthenticated') && access.mode === 'users';
  const page = isUnknown ? signInRedirect(asked, request.url ?? '/') : null;
  if (page) {
    const headers = Object.entries(page.headers).flat();
    const all = [...DATA_HEADERS, REQUEST_ID_HEADER, requestId, ...headers];
    return void response.writeHead(page.status, all).end(page.body);
  }
  const problem = toProblem(error, requestId);
  void noteRefusal(asked, { code: problem.code, path: pathOf(request) }, runtime);
  if (problem.code === 'internal') log.error({ request_id: requestId, error }, 'request failed');
  const headers = Object.entries(problemHeaders(problem.code, problem.retry_after_s)).flat();
  response
    .writeHead(problem.status, [...DATA_HEADERS, REQUEST_ID_HEADER, requestId, ...headers])
    .end(JSON.stringify(problem));
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

/** What `app/events/stats/route.ts` does, on the plain response (bench/README.md). */
async function serveStats(exchange: Exchange, runtime: Runtime, actor: Actor): Promise<void> {
  const { response, requestId } = exchange;
  try {
    const body = runtime.statsAtHand(actor) ?? (await runtime.statsBytes(actor));
    const own = [REQUEST_ID_HEADER, requestId, 'content-length', String(body.length)];
    response.writeHead(200, [...STATS_HEADERS, ...own]).end(body);
  } catch (error) {
    refuse(exchange, error, runtime);
  }
}

/**
 * What `app/events/stream/route.ts` does, on the plain response: half as much again a second, at a
 * third of the memory and of the delay (bench/README.md).
 */
async function serveFeed(exchange: Exchange, runtime: Runtime, actor: Actor): Promise<void> {
  const { request, response, requestId } = exchange;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const release = runtime.access.hold(actor, () => {
    gone.abort();
    response.destroy();
  });
  try {
    // Pipelined behind another answer: it would not be told when its client leaves.
    if (response.socket === null) {
      throw new DashboardError('invalid_request', 'This connection is busy with another answer.');
    }
    const { query } = readFeedRequest(request);
    const client = { transport: 'sse', actor, signal: gone.signal } as const;
    const batches = runtime.subscribe(query, client);
    const headers = [...DATA_HEADERS, REQUEST_ID_HEADER, requestId];
    const { stalledMs } = runtime.config.feed;
    runtime.noteFeedEnd(await sendSse(response, batches, { stalledMs, headers }));
  } catch (error) {
    if (!response.headersSent) return refuse(exchange, error, runtime);
    runtime.log.error({ error }, 'a live feed failed');
    response.destroy();
  } finally {
    release();
    gone.abort();
  }
}

function noSocketHere(): DashboardError {
  return new DashboardError('not_found', `WebSockets are served at ${WEBSOCKET_PATH}.`);
}

function clientOf(socket: Duplex): string {
  return socket instanceof Socket ? (socket.remoteAddress ?? 'unknown') : 'unknown';
}

function guard(request: IncomingMessage, runtime: Runtime): void {
  const takes = takesForms(pathOf(request));
  guardRequest({ ...accessRequestOf(request), takesForms: takes }, runtime.config);
}

function accessRequestOf(
  { method = 'GET', headers, socket }: IncomingMessage,
  requestId: string | null = null,
): AccessRequest {
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : null;
  };
  return { method, header, peer: socket.remoteAddress ?? null, requestId };
}

void main();
