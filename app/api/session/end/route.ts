import { z } from 'zod';
import { readFields } from '@/lib/http/body';
import { accessRequest, respond } from '@/lib/http/respond';
import { seeOther } from '@/lib/http/see-other';
import { DashboardError } from '@/lib/model/errors';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

const body = z.object({ everywhere: z.enum(['true', 'false']).optional() });

/** Ends the session, or all of this user with `everywhere=true`. */
export function POST(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/api/session/end', async (actor) => {
    const parsed = body.safeParse(await readFields(request));
    if (!parsed.success)
      throw new DashboardError('invalid_request', 'everywhere is true or false.');
    const answer = seeOther('/sign-in');
    const asked = accessRequest(request.method, request.headers, runtime);
    const everywhere = parsed.data.everywhere === 'true';
    for (const cookie of runtime.access.signOut(actor, everywhere, asked)) {
      answer.headers.append('set-cookie', cookie);
    }
    return answer;
  });
}
