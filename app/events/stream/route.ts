import { respond } from '@/lib/http/respond';
import { SSE_HEADERS, sseStream } from '@/lib/http/sse';
import { parseFeedQuery } from '@/lib/model/feed-query';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** The live feed as Server-Sent Events. Redis trouble is told inside the stream, never by status. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, async () => {
    const { searchParams } = new URL(request.url);
    const query = parseFeedQuery(searchParams, request.headers.get('last-event-id'));
    const gone = new AbortController();
    const close = () => gone.abort();
    request.signal.addEventListener('abort', close, { once: true });
    const messages = runtime.subscribe(query, gone.signal);
    return new Response(sseStream(messages, close, runtime), { headers: SSE_HEADERS });
  });
}

/** Next would run GET and leave its stream unread: a HEAD opens none. */
export function HEAD(request: Request): Promise<Response> {
  return respond(request, getRuntime(), async () => new Response(null, { headers: SSE_HEADERS }));
}
