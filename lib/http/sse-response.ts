import type { ServerResponse } from 'node:http';
import type { FeedBatches } from '@/lib/model/feed-message';
import { type FeedEnd, goodbyeMs, pump } from './feed-pump';
import { HEARTBEAT_MS, SSE_HEADERS, SSE_HEARTBEAT, SSE_OPENING, sseBytes, sseGoodbye } from './sse';

/**
 * Server-Sent Events on a plain response: what `sseStream` is to a route handler, at a fraction of
 * its cost. `headers` (name, value, name, …) go before the feed's own. Resolves when the connection
 * has its end.
 */
export async function sendSse(
  response: ServerResponse,
  batches: FeedBatches,
  { stalledMs, headers }: { stalledMs: number; headers: readonly string[] },
): Promise<FeedEnd> {
  response.writeHead(200, [...headers, ...Object.entries(SSE_HEADERS).flat()]);
  response.write(SSE_OPENING);
  const heartbeat = setInterval(() => {
    // A reader that is behind gets data soon enough.
    if (!response.writableNeedDrain) response.write(SSE_HEARTBEAT);
  }, HEARTBEAT_MS);
  try {
    const end = await pump(batches, response, { encode: sseBytes, stalledMs });
    if (end === 'ended') response.end(sseGoodbye('stopping'));
    if (end === 'stalled') {
      const timer = setTimeout(() => response.destroy(), goodbyeMs(stalledMs));
      response.on('close', () => clearTimeout(timer));
      response.end(sseGoodbye('stalled'));
    }
    return end;
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}
