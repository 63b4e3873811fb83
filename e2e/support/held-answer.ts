import { type IncomingHttpHeaders, request } from 'node:http';
import type { RedisServer } from './stack';

/** An answer of which nothing is read but its head. */
export interface HeldAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Reads the rest; false where it came whole. */
  isBrokenOff(): Promise<boolean>;
  leave(): void;
}

export function holdAnswer(
  base: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<HeldAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers, agent: false }, (response) => {
      response.on('error', () => undefined);
      const closed = new Promise((done) => response.once('close', done));
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        async isBrokenOff() {
          response.resume();
          await closed;
          return !response.complete;
        },
        leave: () => void sent.destroy(),
      });
    });
    sent.on('error', reject).end();
  });
}

const FILL = `local text = string.rep('x', 15000)
  for n = 1, 500 do
    redis.call('XADD', KEYS[1], '*', 'a', text, 'b', text, 'c', text, 'd', text)
  end`;

/** Adds 500 entries, 30 MB: more than lies in the buffers between a dashboard and its client. */
export async function addHeldEntries({ command }: RedisServer, stream: string): Promise<void> {
  await command('EVAL', FILL, 1, stream);
}
