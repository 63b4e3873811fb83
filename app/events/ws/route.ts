import { respond } from '@/lib/http/respond';
import { DashboardError } from '@/lib/model/errors';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** `server.ts` takes WebSocket upgrades here; whoever arrives without one is told so. */
export function GET(request: Request): Promise<Response> {
  return respond(request, getRuntime(), '/events/ws', async () => {
    throw new DashboardError('upgrade_required', 'Connect to this address by WebSocket.');
  });
}
