import { json, respond } from '@/lib/http/respond';
import { toStreamStats } from '@/lib/model/stream-stats';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** `/health` with Redis and its latency in milliseconds, and the streams. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/health/detailed', async (actor) => {
    const sees = runtime.access.sees(actor);
    const snapshot = await runtime.standing.snapshotFor(actor);
    const { redis, streams, timestamp, cost } = toStreamStats(
      snapshot,
      runtime.config.streams.filter((name) => sees === null || sees(name)),
      new Date(),
    );
    return json({
      status: runtime.healthStatus,
      uptime_seconds: runtime.uptimeSeconds,
      redis,
      feed: runtime.feed.counts,
      sampler: cost ?? null,
      // It names a stream that is not for who may see some only.
      ...(actor.streams === undefined && { audit: runtime.audit.state }),
      streams,
      timestamp,
    });
  });
}
