import { respond } from '@/lib/http/respond';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8';

/** How things stand, for Prometheus: docs/metrics.md. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/metrics', async (actor) => {
    const headers = { 'content-type': EXPOSITION, 'cache-control': 'no-store' };
    return new Response(await runtime.standing.metricsText(actor), { headers });
  });
}
