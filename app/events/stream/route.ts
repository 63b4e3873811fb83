import { respond } from '@/lib/http/respond';
import { SSE_HEADERS } from '@/lib/http/sse';
import { sseStream } from '@/lib/http/sse-stream';
import { parseFeedQuery } from '@/lib/model/feed-query';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/**
 * The live feed as Server-Sent Events. Redis trouble is told inside the stream, never by status.
 * `server.ts` serves the same on the plain response, which costs a fraction.
 */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/events/stream', async (actor) => {
    const { searchParams } = new URL(request.url);
    const query = parseFeedQuery(searchParams, request.headers.get('last-event-id'));
    // Who left before this began will not be heard of again.
    if (request.signal.aborted) return new Response(null, { headers: SSE_HEADERS });
    const gone = new AbortController();
    request.signal.addEventListener('abort', () => gone.abort(), { once: true });
    const batches = runtime.feed.subscribe(query, {
      transport: 'sse',
      actor,
      signal: gone.signal,
    });
    const release = runtime.access.hold(actor, () => gone.abort());
    gone.signal.addEventListener('abort', release, { once: true });
    const stream = sseStream(batches, {
      stalledMs: runtime.config.feed.stalledMs,
      close: (end) => {
        runtime.feed.noteEnd(end);
        gone.abort();
      },
    });
    return new Response(stream, { headers: SSE_HEADERS });
  });
}

/** Next would run GET and leave its stream unread: a HEAD opens none. */
export function HEAD(request: Request): Promise<Response> {
  return respond(
    request,
    getRuntime(),
    '/events/stream',
    async () => new Response(null, { headers: SSE_HEADERS }),
  );
}
