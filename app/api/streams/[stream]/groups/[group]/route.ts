import { json, respondOnStream } from '@/lib/http/respond';
import { canonicalName } from '@/lib/model/name';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** One consumer group: its sample, and what is found in it, its consumers and its pending list. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/groups/[group]'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]/groups/[group]',
    context.params,
    async ({ stream, group }) => {
      return json(await runtime.groupDetails.read(canonicalName(stream), canonicalName(group)));
    },
  );
}
