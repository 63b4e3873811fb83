import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between browsers and the dashboard: sees what they ask for, and can be cut. */
export interface BrowserLine {
  url: string;
  /** How often a path was asked for, with its query. */
  asked: (path: string) => number;
  /** Live connections that are open now. */
  live: () => number;
  /** Breaks every connection, and every new one until it is mended. */
  cut: () => void;
  mend: () => void;
  stop: () => void;
}

const REQUEST = /^GET (\S+) HTTP\/1\.1\r$/gm;

export async function startBrowserLine(dashboardPort: number): Promise<BrowserLine> {
  const sockets = new Set<Socket>();
  const live = new Set<Socket>();
  const paths: string[] = [];
  let isCut = false;
  const server = createServer((browser) => {
    if (isCut) return browser.destroy();
    const dashboard = connect({ port: dashboardPort, host: '127.0.0.1' });
    sockets.add(browser);
    browser.on('error', () => browser.destroy());
    dashboard.on('error', () => dashboard.destroy());
    dashboard.on('close', () => browser.destroy());
    browser.on('close', () => {
      sockets.delete(browser);
      live.delete(browser);
      dashboard.destroy();
    });
    browser.on('data', (chunk) => {
      for (const [, path = ''] of chunk.toString('latin1').matchAll(REQUEST)) {
        paths.push(path);
        if (path.startsWith('/events/stream')) live.add(browser);
      }
    });
    browser.pipe(dashboard).pipe(browser);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The line has no port.');
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked: (path) => paths.filter((each) => each === path).length,
    live: () => live.size,
    cut: () => {
      isCut = true;
      breakAll();
    },
    mend: () => {
      isCut = false;
    },
    stop: () => {
      server.close();
      breakAll();
    },
  };
}
