import { type IncomingHttpHeaders, request } from 'node:http';

/** Every answer of the server comes well within this. */
const DEADLINE_MS = 60_000;

/**
 * An answer that waits for Redis no longer than a request may (3 s), on a busy machine too. Without
 * that limit it would be more than a minute.
 */
export const IN_TIME_MS = 10_000;

export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Another loopback address to come from, such as a proxy's. */
  localAddress?: string;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** How long the whole answer took. */
  ms: number;
  /** The body as JSON; throws with the body where it is none. */
  json: () => unknown;
}

/**
 * One request over a connection of its own. Unlike fetch it sends any header, Host and Origin among
 * them, and the path as it is written.
 */
export function send(
  base: string,
  path: string,
  { method = 'GET', headers = {}, body, localAddress }: HttpRequest = {},
): Promise<HttpAnswer> {
  const { hostname, port } = new URL(base);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const target = { hostname, port, path, method, headers, localAddress };
    const options = { ...target, agent: false, timeout: DEADLINE_MS };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          ms: performance.now() - startedAt,
          json: () => parseJson(text),
        });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`No answer to ${method} ${path}.`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A JSON body by POST, as a script on the same host would send it. */
export function postJson(
  base: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  return send(base, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`Not JSON: ${text.slice(0, 200)}`);
  }
}
