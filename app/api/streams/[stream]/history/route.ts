import { json, respondOnStream } from '@/lib/http/respond';
import { parseHistoryQuery } from '@/lib/model/history-query';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** The past of a stream, and of one group of it: `?range=15m|1h|6h|24h|7d&group=`. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/history'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/history',
    context.params,
    async ({ stream }) => {
      const query = parseHistoryQuery(new URL(request.url).searchParams);
      return json(await runtime.history.answer(stream, query));
    },
  );
}
