import { z } from 'zod';
import { readFields } from '@/lib/http/body';
import { goOnPage } from '@/lib/http/go-on-page';
import { FORM_TYPE } from '@/lib/http/guard';
import { accessRequest, json, respond } from '@/lib/http/respond';
import { seeOther } from '@/lib/http/see-other';
import { DashboardError } from '@/lib/model/errors';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

const body = z.object({ everywhere: z.enum(['true', 'false']).optional() });

/**
 * Ends the session, or all of this user with `everywhere=true`. Who came by an identity provider goes
 * on to it, to sign out there too: a form by a page, for a redirect of a form may not leave this site;
 * a program is told the address as `go_to`.
 */
export function POST(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respond(request, runtime, '/api/session/end', async (actor) => {
    const parsed = body.safeParse(await readFields(request));
    if (!parsed.success)
      throw new DashboardError('invalid_request', 'everywhere is true or false.');
    const everywhere = parsed.data.everywhere === 'true';
    const asked = accessRequest(request.method, request.headers, runtime);
    const { cookies, location } = runtime.access.signOut(actor, everywhere, asked);
    const isForm = request.headers.get('content-type')?.toLowerCase().startsWith(FORM_TYPE);
    const leave = (url: string) => (isForm ? goOnPage(url) : json({ go_to: url }));
    const answer = location ? leave(location) : seeOther('/sign-in');
    for (const cookie of cookies) answer.headers.append('set-cookie', cookie);
    return answer;
  });
}
