import type { FeedBatch, FeedMessage } from '@/lib/model/feed-message';
import { encodeOnce } from './feed-pump';

/** The browser waits this long before it reconnects, milliseconds. */
const RETRY_MS = 2_000;
/** At a shutdown browsers are spread over this much more, so that they do not all come back at once. */
const RETRY_SPREAD_MS = 8_000;
/** Proxies and browsers drop a connection that says nothing for long. */
export const HEARTBEAT_MS = 15_000;

export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // no-transform and X-Accel-Buffering keep compression and proxies from holding messages back.
  'cache-control': 'no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** What a stream begins with: headers leave with the first bytes. */
export const SSE_OPENING = Buffer.from(`retry: ${RETRY_MS}\n: connected\n\n`);
export const SSE_HEARTBEAT = Buffer.from(': alive\n\n');

/**
 * One message as a frame. Its parts hold no line break: ids and event names are checked where the
 * message is made, and JSON text has none. A block with nothing but an id tells a browser where to
 * resume without giving it a message.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function sseFrame({ id, resume, event, data }: FeedMessage): string {
  const frame = `event: ${event}\ndata: ${data}\n\n`;
  if (id !== undefined) return `id: ${id}\n${frame}`;
  return resume === undefined ? frame : `${frame}id: ${resume}\n\n`;
}

/** A batch as bytes, the same for everybody it is sent to. */
export const sseBytes = encodeOnce((batch: FeedBatch) => Buffer.from(batch.map(sseFrame).join('')));

/** The last words to a client: when to come back, each at a time of its own, and why it ends. */
export function sseGoodbye(why: 'stopping' | 'stalled', random: () => number = Math.random) {
  const retryMs = Math.round(RETRY_MS + random() * RETRY_SPREAD_MS);
  return Buffer.from(`retry: ${retryMs}\n: ${why}\n\n`);
}
