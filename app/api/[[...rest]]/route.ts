import { respond } from '@/lib/http/respond';
import { DashboardError } from '@/lib/model/errors';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** Every other path below /api: a problem a program can read instead of a page. */
function answer(request: Request): Promise<Response> {
  return respond(request, getRuntime(), '/api/[[...rest]]', async () => {
    throw new DashboardError('not_found', 'The API has no such address.');
  });
}

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
