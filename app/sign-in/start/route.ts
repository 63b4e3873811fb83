import { respondToAnyone } from '@/lib/http/respond';
import { seeOther } from '@/lib/http/see-other';
import { sitePath } from '@/lib/model/site-path';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

/** Sends the browser to the identity provider, to come back to `/sign-in/callback`. */
export function GET(request: Request): Promise<Response> {
  const runtime = getRuntime();
  return respondToAnyone(request, runtime, '/sign-in/start', async (asked) => {
    const params = new URL(request.url).searchParams;
    const next = sitePath(params.get('next'));
    const asksWho = params.get('prompt') === 'login';
    const { location, cookie } = await runtime.access.beginOidc({ next, asksWho }, asked);
    const answer = seeOther(location);
    if (cookie) answer.headers.append('set-cookie', cookie);
    return answer;
  });
}
