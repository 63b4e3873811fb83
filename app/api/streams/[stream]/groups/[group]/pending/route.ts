import { json, respondOnStream } from '@/lib/http/respond';
import { canonicalName } from '@/lib/model/name';
import { parsePendingQuery } from '@/lib/model/pending';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** A page of what was delivered and not acknowledged, lowest id first. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/groups/[group]/pending'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/groups/[group]/pending',
    context.params,
    async ({ stream, group }) => {
      const query = parsePendingQuery(new URL(request.url).searchParams);
      return json(
        await runtime.pending.readPage(canonicalName(stream), canonicalName(group), query),
      );
    },
  );
}
