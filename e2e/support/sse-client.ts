import { type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { FeedRecord } from './feed-record';

/**
 * Reads Server-Sent Events from the wire, byte by byte as they come. It never reconnects, and takes
 * the framing at its word: a line that the specification does not know makes it fail.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class SseClient extends FeedRecord {
  /** `retry:` values in the order they came, milliseconds. */
  readonly retries: number[] = [];
  readonly comments: string[] = [];
  /** True once the server has ended the answer; a connection that broke is no end. */
  ended = false;
  /** Set where the connection broke. */
  broken: Error | undefined;
  /** Milliseconds from the request to the first bytes of the body. */
  firstBytesMs = Number.NaN;
  #rest = '';
  #lines: string[] = [];
  #isClosed = false;

  private constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    private readonly connection: ClientRequest,
  ) {
    super();
  }

  /** Resolves with the answer's head; the frames then arrive by themselves. */
  static open(
    base: string,
    path = '/events/stream',
    headers: Record<string, string> = {},
    localAddress?: string,
  ): Promise<SseClient> {
    const { hostname, port } = new URL(base);
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const target = { hostname, port, path, headers, localAddress };
      const sent = request({ ...target, agent: false }, (response) => {
        const client = new SseClient(response.statusCode ?? 0, response.headers, sent);
        const decoder = new TextDecoder();
        response.on('data', (chunk: Buffer) => {
          if (Number.isNaN(client.firstBytesMs))
            client.firstBytesMs = performance.now() - startedAt;
          client.#read(decoder.decode(chunk, { stream: true }));
        });
        response.on('end', () => {
          client.ended = response.complete;
          client.wake();
        });
        response.on('error', (error) => {
          client.broken = error;
          client.wake();
        });
        response.on('close', () => {
          client.#isClosed = true;
          client.wake();
        });
        resolve(client);
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  get gone(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.connection.destroy();
  }

  abort(): void {
    this.connection.socket?.resetAndDestroy();
  }

  pause(): void {
    this.connection.socket?.pause();
  }

  resume(): void {
    this.connection.socket?.resume();
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') this.#frame();
      else this.#lines.push(line);
    }
    this.wake();
  }

  #frame(): void {
    const fields = new Map<string, string>();
    for (const line of this.#lines.splice(0)) {
      const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (name === '') this.comments.push(value);
      else if (name === 'retry') this.retries.push(Number(value));
      else if (fields.has(name) || !FIELD_NAMES.has(name)) {
        throw new Error(`Broken framing: ${JSON.stringify(line.slice(0, 200))}`);
      } else fields.set(name, value);
    }
    if (this.deaf) return;
    const text = fields.get('data');
    // A block without data dispatches nothing, and its id is the last one all the same.
    if (text === undefined) {
      this.lastId = fields.get('id') ?? this.lastId;
      return;
    }
    this.add({ id: fields.get('id'), event: fields.get('event') ?? '', data: parse(text), text });
  }
}

const FIELD_NAMES: ReadonlySet<string> = new Set(['id', 'event', 'data']);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The data of a frame is no JSON: ${text.slice(0, 200)}`);
  }
}
