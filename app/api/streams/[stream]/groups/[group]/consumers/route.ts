import { json, respondOnStream } from '@/lib/http/respond';
import { parseConsumersQuery } from '@/lib/model/consumers-page';
import { canonicalName } from '@/lib/model/name';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** A page of a group's consumers, each with what it is taken for. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/groups/[group]/consumers'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/groups/[group]/consumers',
    context.params,
    async ({ stream, group }) => {
      const query = parseConsumersQuery(new URL(request.url).searchParams);
      return json(
        await runtime.groupDetails.readConsumers(
          canonicalName(stream),
          canonicalName(group),
          query,
        ),
      );
    },
  );
}
