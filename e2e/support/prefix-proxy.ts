import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface PrefixProxy {
  /** `http://127.0.0.1:<port>`, no slash at its end. */
  origin: string;
  /** What was asked for outside the prefix, which it does not pass on. */
  refused: string[];
  stop: () => Promise<void>;
}

/**
 * A reverse proxy as nginx is with `location /prefix/ { proxy_pass … }`: it passes on what lies
 * below the prefix, with Host as it came, and sends `/prefix` on to `/prefix/`. `strips`: it takes
 * the prefix off and says so in `X-Forwarded-Prefix`. `target`: asked when a request comes.
 */
export async function startPrefixProxy(
  target: () => string,
  prefix: string,
  { strips = false } = {},
): Promise<PrefixProxy> {
  const refused: string[] = [];
  const sockets = new Set<Duplex>();
  const passed = (incoming: IncomingMessage) => {
    const url = incoming.url ?? '/';
    if (!url.startsWith(`${prefix}/`)) return null;
    const headers = strips
      ? [...incoming.rawHeaders, 'X-Forwarded-Prefix', prefix]
      : incoming.rawHeaders;
    return { path: strips ? url.slice(prefix.length) : url, headers };
  };
  const serve = (incoming: IncomingMessage, answer: ServerResponse) => {
    const url = incoming.url ?? '/';
    if (/^($|\?)/.test(url.slice(prefix.length)) && url.startsWith(prefix)) {
      const location = `${prefix}/${url.slice(prefix.length)}`;
      return void answer.writeHead(301, { location }).end();
    }
    const on = passed(incoming);
    if (on === null) {
      refused.push(url);
      return void answer.writeHead(404).end('Not of this proxy.');
    }
    const { method } = incoming;
    const { hostname, port } = new URL(target());
    const sent = request({ hostname, port, path: on.path, method, headers: on.headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.rawHeaders);
      got.pipe(answer);
    });
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    incoming.pipe(sent);
  };
  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const on = passed(incoming);
    if (on === null) return void socket.destroy();
    const { hostname, port } = new URL(target());
    const upstream = connect(Number(port), hostname);
    upstream.write(`GET ${on.path} HTTP/1.1\r\n${headerLines(on.headers)}\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    socket.on('close', () => upstream.destroy());
    sockets.add(socket);
  };
  const server = createServer(serve).on('upgrade', upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    stop: async () => {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Raw headers, name and value in turn, as they stand on the wire. */
function headerLines(raw: string[]): string {
  let lines = '';
  for (let at = 0; at + 1 < raw.length; at += 2) lines += `${raw[at]}: ${raw[at + 1]}\r\n`;
  return lines;
}
