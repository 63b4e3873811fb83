import type { FeedMessage } from '@/lib/model/feed-message';

/** The browser waits this long before it reconnects, milliseconds. */
const RETRY_MS = 2_000;
/** At a shutdown browsers are spread over this much more, so that they do not all come back at once. */
const RETRY_SPREAD_MS = 8_000;
/** Proxies and browsers drop a connection that says nothing for long. */
const HEARTBEAT_MS = 15_000;

export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // no-transform and X-Accel-Buffering keep compression and proxies from holding messages back.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

const encoder = new TextEncoder();
const frames = new WeakMap<FeedMessage, string>();

/**
 * One message as a frame. Its parts hold no line break: ids and event names are checked where the
 * message is made, and JSON text has none.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function sseFrame(message: FeedMessage): string {
  let frame = frames.get(message);
  if (frame === undefined) {
    const id = message.id === undefined ? '' : `id: ${message.id}\n`;
    frame = `${id}event: ${message.event}\ndata: ${message.data}\n\n`;
    frames.set(message, frame);
  }
  return frame;
}

export interface SseOptions {
  /** Ends the stream politely: the browser is told when to come back. */
  stopping: AbortSignal;
  random?: () => number;
}

/**
 * Sends messages as Server-Sent Events, no faster than they are read. `close` is called once,
 * however the stream ends: read to its end, cancelled, or broken.
 */
export function sseStream(
  messages: AsyncGenerator<FeedMessage[], void, void>,
  close: () => void,
  { stopping, random = Math.random }: SseOptions,
): ReadableStream<Uint8Array> {
  let heartbeat: NodeJS.Timeout | undefined;
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    close();
    // A generator that waits at its last batch is woken by nothing else.
    void messages.return();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n: connected\n\n`));
      heartbeat = setInterval(() => {
        // A reader that is behind gets data soon enough.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': alive\n\n'));
      }, HEARTBEAT_MS);
    },
    async pull(controller) {
      try {
        const { value, done } = await messages.next();
        if (!done) {
          controller.enqueue(encoder.encode(value.map(sseFrame).join('')));
          return;
        }
        if (stopping.aborted) {
          const retryMs = Math.round(RETRY_MS + random() * RETRY_SPREAD_MS);
          controller.enqueue(encoder.encode(`retry: ${retryMs}\n: stopping\n\n`));
        }
        end();
        controller.close();
      } catch (error) {
        end();
        throw error;
      }
    },
    cancel: end,
  });
}
