import { json, respond } from '@/lib/http/respond';
import { toStreamStats } from '@/lib/model/stream-stats';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** `/health` with Redis and its latency in milliseconds, and the streams. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/health/detailed', async () => {
    const snapshot = await runtime.monitor.snapshot();
    const { redis, streams, timestamp, cost } = toStreamStats(
      snapshot,
      runtime.config.streams,
      new Date(),
    );
    return json({
      status: runtime.healthStatus,
      uptime_seconds: runtime.uptimeSeconds,
      redis,
      feed: runtime.feedCounts,
      sampler: cost ?? null,
      audit: runtime.audit.state,
      streams,
      timestamp,
    });
  });
}
