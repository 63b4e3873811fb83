import { json, respond } from '@/lib/http/respond';
import { toStreamStats } from '@/lib/model/stream-stats';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** Statistics of every stream, in the orchestrator's shape with more in it. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, async () => {
    const snapshot = await runtime.monitor.snapshot();
    return json(toStreamStats(snapshot, runtime.config.streams, new Date()));
  });
}
