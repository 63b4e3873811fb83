import { respondOnStream } from '@/lib/http/respond';
import { jsonLines, textStream } from '@/lib/http/text-stream';
import { userKey } from '@/lib/model/actor';
import { parseHistorySearch } from '@/lib/model/history-search';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

const HEADERS = {
  'content-type': 'application/x-ndjson; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

type Context = RouteContext<'/api/streams/[stream]/search'>;

/** Looks back through the stream: a line for what is found and how far it got, as it goes. */
export function GET(request: Request, context: Context): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/search',
    context.params,
    async ({ stream }, actor) => {
      const search = parseHistorySearch(new URL(request.url).searchParams);
      const client = { user: userKey(actor), gone: request.signal };
      const { items, close } = await runtime.scans.search(stream, search, client);
      const body = textStream(jsonLines(items), { close, ...runtime.cutting(request, actor) });
      return new Response(body, {
        headers: HEADERS,
      });
    },
  );
}

/** Next would run GET and leave its body unread: a HEAD reads nothing. */
export function HEAD(request: Request, context: Context): Promise<Response> {
  return respondOnStream(
    request,
    getRuntime(),
    '/api/streams/[stream]/search',
    context.params,
    async () => new Response(null, { headers: HEADERS }),
  );
}
