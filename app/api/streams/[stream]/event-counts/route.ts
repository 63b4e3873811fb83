import { json, respondOnStream } from '@/lib/http/respond';
import { parseHistoryQuery } from '@/lib/model/history-query';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** Events by type and time: `?range=15m|1h|6h|24h|7d`. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/event-counts'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/event-counts',
    context.params,
    async ({ stream }) => {
      const { range } = parseHistoryQuery(new URL(request.url).searchParams);
      return json(await runtime.eventCounts.answer(stream, range));
    },
  );
}
