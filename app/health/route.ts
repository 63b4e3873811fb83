import { json, respondToAnyone } from '@/lib/http/respond';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** Whether the process lives: 200 with Redis away too, for restarting us would not bring it back. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respondToAnyone(request, runtime, '/health', async () =>
    json({ status: runtime.healthStatus, uptime_seconds: runtime.uptimeSeconds }),
  );
}
