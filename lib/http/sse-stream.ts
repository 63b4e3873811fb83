import type { FeedBatches } from '@/lib/model/feed-message';
import { type FeedEnd, goodbyeMs } from './feed-pump';
import { HEARTBEAT_MS, SSE_HEARTBEAT, SSE_OPENING, sseBytes, sseGoodbye } from './sse';

export interface SseStreamOptions {
  /** Called once, however the stream ends: read to its end, cancelled, cut or broken. */
  close: (end: FeedEnd) => void;
  /** A reader that takes nothing for this long is cut, milliseconds. */
  stalledMs: number;
}

/** Server-Sent Events as the body of a route handler's answer, no faster than it is read. */
export function sseStream(
  batches: FeedBatches,
  { close, stalledMs }: SseStreamOptions,
): ReadableStream<Uint8Array> {
  let heartbeat: NodeJS.Timeout | undefined;
  let stalling: NodeJS.Timeout | undefined;
  let hasEnded = false;
  const end = (how: FeedEnd) => {
    if (hasEnded) return;
    hasEnded = true;
    clearInterval(heartbeat);
    clearTimeout(stalling);
    close(how);
    // A generator that waits at its last batch is woken by nothing else.
    void batches.return();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(SSE_OPENING);
      heartbeat = setInterval(() => {
        // A reader that is behind gets data soon enough.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(SSE_HEARTBEAT);
      }, HEARTBEAT_MS);
    },
    async pull(controller) {
      clearTimeout(stalling);
      try {
        const { value, done } = await batches.next();
        if (hasEnded) return;
        if (done) {
          controller.enqueue(sseGoodbye('stopping'));
          end('ended');
          controller.close();
          return;
        }
        controller.enqueue(sseBytes(value));
        stalling = setTimeout(() => {
          controller.enqueue(sseGoodbye('stalled'));
          end('stalled');
          controller.close();
          // Does nothing where all was read; else it lets go of what was not, and of the socket.
          const letGo = () => controller.error(new Error('The reader takes nothing.'));
          setTimeout(letGo, goodbyeMs(stalledMs)).unref();
        }, stalledMs);
      } catch (error) {
        end('gone');
        throw error;
      }
    },
    cancel: () => end('gone'),
  });
}
