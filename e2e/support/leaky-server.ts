import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** What it lets slip, and where. */
export const LEAKS = {
  html: 'slipped-into-the-html',
  header: 'slipped-into-a-header',
  redirect: 'slipped-into-a-redirect',
  answer: 'slipped "into" an answer',
  frame: 'slipped-into-a-websocket-frame',
  feed: 'slipped-into-a-server-sent-event',
} as const;

const NONCE = 'of-this-page';
const POLICY = `default-src 'self'; script-src 'nonce-${NONCE}'; style-src 'self'`;

/** Breaks the policy by a style attribute and by a script; its feeds begin when it is told to. */
const PAGE = `<!doctype html><html lang="en"><title>Leaky</title>
<p style="color: red">${LEAKS.html}</p>
<script>document.title = 'this may not run'</script>
<script nonce="${NONCE}">
  async function begin() {
    fetch('/answer');
    fetch('/redirect');
    new WebSocket('ws://' + location.host + '/socket');
    const reader = (await fetch('/feed')).body.getReader();
    while (!(await reader.read()).done);
  }
</script></html>`;

/** A server that does all that the watch over a run is there to find. */
export async function startLeakyServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    switch (request.url?.split('?')[0]) {
      case '/':
        response.setHeader('content-type', 'text/html; charset=utf-8');
        return response.setHeader('content-security-policy', POLICY).end(PAGE);
      case '/answer':
        response.setHeader('content-type', 'application/json');
        return response.setHeader('x-hint', LEAKS.header).end(JSON.stringify([LEAKS.answer]));
      case '/redirect':
        return response.writeHead(303, { location: `/nothing?${LEAKS.redirect}` }).end();
      case '/feed': {
        // Never over, and cut where it hurts: an event comes in two pieces.
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const [begin, end] = [LEAKS.feed.slice(0, 9), LEAKS.feed.slice(9)];
        response.write(`data: ${begin}`, () => response.write(`${end}\n\n`));
        return;
      }
      default:
        return response.writeHead(204).end();
    }
  });
  const sockets = new WebSocketServer({ server, path: '/socket' });
  sockets.on('connection', (socket) => socket.send(JSON.stringify({ hint: LEAKS.frame })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
