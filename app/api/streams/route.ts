import { json, respond } from '@/lib/http/respond';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** The streams configured or found, and how Redis stands. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/api/streams', async (actor) =>
    json(await runtime.standing.snapshotFor(actor)),
  );
}
