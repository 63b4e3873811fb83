import { json, respondOnStream } from '@/lib/http/respond';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** One stream and its groups, sampled now. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respondOnStream(
    request,
    runtime,
    '/api/streams/[stream]',
    context.params,
    async ({ stream }) => {
      return json(await runtime.monitor.stream(stream));
    },
  );
}
