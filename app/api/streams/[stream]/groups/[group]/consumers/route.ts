import { json, respond } from '@/lib/http/respond';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** The consumers of a group. */
export function GET(
  request: Request,
  context: RouteContext<'/api/streams/[stream]/groups/[group]/consumers'>,
): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, async () => {
    const { stream, group } = await context.params;
    return json({ stream, group, ...(await runtime.groups.readConsumers(stream, group)) });
  });
}
