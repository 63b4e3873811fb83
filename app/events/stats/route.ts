import { jsonBytes, respond } from '@/lib/http/respond';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** Statistics of every stream, in the orchestrator's shape with more in it. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/events/stats', async (actor) =>
    jsonBytes(await runtime.standing.statsBytes(actor)),
  );
}
